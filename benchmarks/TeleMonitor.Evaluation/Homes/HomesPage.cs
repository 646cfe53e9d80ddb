using TeleMonitor.Gateway;

namespace TeleMonitor.Evaluation.Homes;

/// <summary>The part of the page about simulated homes.</summary>
internal static class HomesPage
{
    /// <summary>Runs the arms over the populations.</summary>
    public static string Of(Physiology physiology, FirmwareConfig firmware, bool last) =>
        $"\n## Simulated homes\n\n`physiology.json`, SHA-256 {physiology.Hash}; charts {string.Join(", ", firmware.Charts.Keys)}; {last}\n";
}
