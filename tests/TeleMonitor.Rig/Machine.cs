using System.Reflection;
using System.Runtime.InteropServices;

namespace TeleMonitor.Rig;

/// <summary>What a written result names: the code and the machine it was got on.</summary>
internal static class Machine
{
    /// <summary>Commit that this program was built from; "unknown" outside a working copy.</summary>
    public static string Commit() =>
        typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, var commit] ? commit[..Math.Min(9, commit.Length)] : "unknown";

    /// <summary>Processor, cores, system.</summary>
    public static string Name()
    {
        string model = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "" : "";
        return $"{(model.Length > 0 ? model : RuntimeInformation.ProcessArchitecture.ToString())}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}";
    }
}
