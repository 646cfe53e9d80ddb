using TeleMonitor.Gateway;
using TeleMonitor.Rig;

namespace TeleMonitor.Benchmarks;

/// <summary>What every measurement starts from: the shipped charts and sensors, and a fresh folder on the working copy's own disk.</summary>
public static class Place
{
    /// <summary>The shipped configuration.</summary>
    /// <exception cref="InvalidOperationException">It is wrong; the message names every problem.</exception>
    public static FirmwareConfig Firmware() =>
        FirmwareConfig.Load(Repository.FirmwareConfig, out IReadOnlyList<string> problems) ?? throw new InvalidOperationException(string.Join("; ", problems));

    /// <summary>A new empty folder below var/, not /tmp: that may be memory, where a sync costs nothing.</summary>
    public static string Folder(string name)
    {
        string folder = Path.Combine(Repository.Var, $"{name}-{Path.GetRandomFileName()}");
        Directory.CreateDirectory(folder);
        return folder;
    }
}
