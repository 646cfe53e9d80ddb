using TeleMonitor.Gateway;
using TeleMonitor.Hub;

namespace TeleMonitor.Simulation;

/// <summary>The charts, sensors, ladders and topology that the product ships, read once.</summary>
internal static class Shipped
{
    public static FirmwareConfig Firmware { get; } = FirmwareConfig.Load(FirmwareConfig.Find(null)!, out IReadOnlyList<string> problems)
        ?? throw new InvalidOperationException(string.Join("; ", problems));

    public static HubData Hub { get; } = HubData.Load(HubData.Find(null)!, out IReadOnlyList<string> problems)
        ?? throw new InvalidOperationException(string.Join("; ", problems));
}
