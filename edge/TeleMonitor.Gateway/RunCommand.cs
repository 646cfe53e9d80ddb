using System.CommandLine;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Sensors.SelfTest;
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
        string[] tests = [.. config!.Assignments.Where(line => line.SelfTest).Select(line => line.Gateway)];
        if (scenario.Homes.FirstOrDefault(home => tests.Contains(home.Gateway, StringComparer.Ordinal)) is { } both)
        {
            Rim.Say($"{configFile}: {both.Gateway} is a self_test and a home of {config.Homes}: a test never stands for a citizen");
            return ExitCode.Refused;
        }
        var gateways = new List<(string Name, ISensor Sensor, OpenGateway Gateway)>();
        try
        {
            foreach ((string name, ISensor sensor) in scenario.Homes.Select(home => (home.Gateway, (ISensor)new SimulatedHome(home, Rim.Clock)))
                .Concat(tests.Select(test => (test, (ISensor)new SelfTestSensor(Rim.Clock)))))
            {
                gateways.Add((name, sensor, fleet.Open(name, ruleTimeRuns: true, patience: null)));
            }
            Rim.Say($"{scenario.Homes.Count} homes run{(tests.Length > 0 ? $" and {tests.Length} self-test" : "")}; Ctrl-C ends them");
            bool[] well = await Task.WhenAll(gateways.Select(one => RunOneAsync(one.Name, one.Sensor, one.Gateway.Loop, stop)));
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
    private static async Task<bool> RunOneAsync(string name, ISensor sensor, GatewayLoop loop, CancellationToken stop)
    {
        try
        {
            await loop.RunAsync(sensor, stop);
            return true;
        }
        catch (Exception fault)
        {
            Rim.Say($"{name}: ended by a fault, its outbox is kept: {fault.Message}");
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
