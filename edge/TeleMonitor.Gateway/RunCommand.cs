using System.CommandLine;
using TeleMonitor.Gateway.Sensors.Simulated;

namespace TeleMonitor.Gateway;

/// <summary><c>run</c>: the homes of the configuration, until stopped.</summary>
internal static class RunCommand
{
    /// <summary>The command for the program's root.</summary>
    public static Command Create()
    {
        var config = new Option<string>("--config") { Description = "configuration file", Required = true };
        var command = new Command("run", "run the homes of the configuration's scenario file until stopped") { config };
        command.SetAction((parsed, _) => Rim.UntilStoppedAsync(stop => RunAsync(parsed.GetValue(config)!, stop)));
        return command;
    }

    private static async Task<int> RunAsync(string configFile, CancellationToken stop)
    {
        if (!Rim.TryLoad(configFile, out GatewayConfig? config, out FirmwareConfig? firmware))
        {
            return ExitCode.Refused;
        }
        if (ReadScenario(config!, configFile) is not { } scenario)
        {
            return ExitCode.Refused;
        }
        var identity = new GatewayIdentity(Rim.Clock, firmware!.Charts.Values);
        var fleet = new GatewayFleet(config!, firmware, identity, Rim.Clock, Rim.Random, Rim.Say);
        var gateways = new List<(ScriptedHome Home, OpenGateway Gateway)>();
        try
        {
            foreach (ScriptedHome home in scenario.Homes)
            {
                gateways.Add((home, fleet.Open(home.Gateway, ruleTimeRuns: true, patience: null)));
            }
            Rim.Say($"{gateways.Count} homes run; Ctrl-C ends them");
            bool[] well = await Task.WhenAll(gateways.Select(one => RunHomeAsync(one.Home, one.Gateway.Loop, stop)));
            return well.All(home => home) ? 0 : ExitCode.NotDelivered;
        }
        catch (GatewayRefusedException bad)
        {
            Rim.Say(bad.Message);
            return ExitCode.Refused;
        }
        finally
        {
            gateways.ForEach(one => one.Gateway.Dispose());
        }
    }

    /// <summary>One home; that it ended by a fault is said at once and not only when all the others have ended too.</summary>
    private static async Task<bool> RunHomeAsync(ScriptedHome home, GatewayLoop loop, CancellationToken stop)
    {
        try
        {
            await loop.RunAsync(new SimulatedHome(home, Rim.Clock), stop);
            return true;
        }
        catch (Exception fault)
        {
            Rim.Say($"{home.Gateway}: ended by a fault, its outbox is kept: {fault.Message}");
            return false;
        }
    }

    private static HomeScenario? ReadScenario(GatewayConfig config, string configFile)
    {
        if (config.Homes is null)
        {
            Rim.Say($"{configFile}: homes is missing: run needs a scenario file; replay FILE does not");
            return null;
        }
        IReadOnlyList<string> problems;
        HomeScenario? scenario = null;
        try
        {
            scenario = HomeScenario.TryRead(File.ReadAllBytes(config.Homes), config.Homes, out problems);
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException)
        {
            problems = [$"{config.Homes}: cannot be read: {bad.Message}"];
        }
        foreach (string problem in problems)
        {
            Rim.Say(problem);
        }
        return scenario;
    }
}
