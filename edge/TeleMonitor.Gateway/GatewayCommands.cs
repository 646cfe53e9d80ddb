using System.CommandLine;

namespace TeleMonitor.Gateway;

/// <summary>Everything that can be typed after <c>telemonitor-gateway</c>.</summary>
internal static class GatewayCommands
{
    public static RootCommand Root() =>
        new("TeleMonitor gateway: reads sensors in a home, judges and scores each reading, and carries everything to the hub")
        {
            RunCommand.Create(), ReplayCommand.Create(), StatusCommand.Create(), CheckCommand.Create(), ScoreCommand.Create(), SensorsCommand.Create(), PlanCommand.Create(),
        };
}
