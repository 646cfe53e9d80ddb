using TeleMonitor.Gateway;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Edge.Tests;

/// <summary>The configuration that is shipped: tests run on it, so that they also prove it.</summary>
internal static class Shipped
{
    public static FirmwareConfig Config { get; } = FirmwareConfig.Load(Tree.At("firmware-config"), out IReadOnlyList<string> problems)
        ?? throw new InvalidOperationException(string.Join("; ", problems));

    public static Chart Tobs => Config.Charts["tobs"];

    public static Chart News2 => Config.Charts["news2"];
}
