using System.Globalization;

namespace TeleMonitor.Load;

/// <summary>What a process has used, as the kernel tells it.</summary>
/// <param name="CpuSeconds">User and system time, all threads; the kernel counts in hundredths.</param>
/// <param name="Megabytes">Resident memory now, 10^6 bytes.</param>
internal readonly record struct ProcessUse(double CpuSeconds, double Megabytes)
{
    // source: proc(5); USER_HZ is 100 on every Linux that .NET supports
    private const double TicksPerSecond = 100;

    /// <summary>Reads /proc/PID; null when the process has gone.</summary>
    public static ProcessUse? Of(int process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            // the name in brackets may hold blanks; fields 14 and 15 are utime and stime, field 3 comes after the bracket
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            double cpu = (Long(fields[11]) + Long(fields[12])) / TicksPerSecond;
            string? resident = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return resident is null ? null : new ProcessUse(cpu, Long(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024 / 1e6);
        }
        catch (IOException)
        {
            return null; // also DirectoryNotFoundException, and ESRCH from a read that came too late
        }
    }

    private static long Long(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
