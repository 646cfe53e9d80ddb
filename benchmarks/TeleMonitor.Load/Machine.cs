using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using TeleMonitor.Rig;

namespace TeleMonitor.Load;

/// <summary>What the figures were taken on. Without it they say nothing.</summary>
internal static class Machine
{
    public static IReadOnlyList<(string Name, string Value)> Describe()
    {
        string cpu = Field("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        double memory = double.Parse((Field("/proc/meminfo", "MemTotal") ?? "0 kB").Split(' ')[0], CultureInfo.InvariantCulture) * 1024 / 1e9;
        string[] load = File.ReadAllText("/proc/loadavg").Split(' ');
        return
        [
            ("processor", $"{cpu}, {Environment.ProcessorCount} cores"),
            ("memory", $"{memory:0.0} GB"),
            ("system", $"{Field("/etc/os-release", "PRETTY_NAME")?.Trim('"')}, kernel {Environment.OSVersion.Version}"),
            ("runtime", RuntimeInformation.FrameworkDescription),
            ("broker", Output(Repository.Installed("mosquitto", "mosquitto"), "-h").Split('\n')[0]),
            ("date", Site.Time.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
            ("commit", Commit()),
            ("load at the end", $"{load[0]} (1 min); more than about 2 means that something else ran too"),
        ];
    }

    private static string Commit()
    {
        string commit = Output("git", "rev-parse", "--short", "HEAD").Trim();
        bool clean = Output("git", "status", "--porcelain", "--", ".", ":!benchmarks/results").Trim().Length == 0;
        return commit.Length == 0 ? "not a git working copy" : commit + (clean ? "" : ", with changes that are not committed");
    }

    private static string? Field(string file, string name) => File.Exists(file)
        ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split([':', '='], 2)[1].Trim() : null;

    private static string Output(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root })!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text;
    }
}
