using System.CommandLine;
using TeleMonitor.Gateway.CitizenPage;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Gateway.Sensors.Gpio;
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
        var command = new Command("run", "run the homes of the configuration until stopped: those with devices, and those of its scenario file") { config };
        command.SetAction((parsed, _) => Rim.UntilStoppedAsync(stop => RunAsync(parsed.GetValue(config)!, stop)));
        return command;
    }

    /// <summary>Runs the homes, and again when the hub has ended a loan: what is served, and by which devices, is decided when a gateway is opened.</summary>
    private static async Task<int> RunAsync(string configFile, CancellationToken stop)
    {
        while (true)
        {
            using var again = CancellationTokenSource.CreateLinkedTokenSource(stop);
            int code = await RunAsync(configFile, () => _ = again.CancelAsync(), again.Token);
            if (stop.IsCancellationRequested || !again.IsCancellationRequested)
            {
                return code;
            }
        }
    }

    private static async Task<int> RunAsync(string configFile, Action again, CancellationToken stop)
    {
        if (!Rim.TryLoad(configFile, out GatewayConfig? config, out FirmwareConfig? firmware))
        {
            return ExitCode.Refused;
        }
        string[] stock = [.. config!.Assignments.Select(line => line.Gateway).Distinct().Where(gateway => config.LinesOf(gateway).All(line => line.Ended))];
        AssignmentLine[] kits = [.. config.Assignments.Where(line => line.HasDevices && !stock.Contains(line.Gateway))];
        string[] tests = [.. config.Assignments.Where(line => line is { SelfTest: true, Ended: false }).Select(line => line.Gateway)];
        if (ReadHomes(config, configFile, kits.Length + stock.Length > 0) is not { } script)
        {
            return ExitCode.Refused;
        }
        ScriptedHome[] scripted = [.. script.Where(home => !stock.Contains(home.Gateway))];
        string[] problems = [.. Problems(configFile, kits, tests, scripted, firmware!)];
        if (problems.Length > 0)
        {
            Array.ForEach(problems, Rim.Say);
            return ExitCode.Refused;
        }
        var identity = new GatewayIdentity(Rim.Clock, firmware!.Charts.Values);
        var fleet = new GatewayFleet(config, firmware, identity, Rim.Clock, Rim.Random, Rim.Say);
        var homes = new List<HomeSensors>();
        var gateways = new List<(string Name, ISensor Sensor, OpenGateway Gateway)>();
        try
        {
            foreach ((string name, ISensor sensor) in scripted.Select(home => (home.Gateway, (ISensor)new SimulatedHome(home, Rim.Clock)))
                .Concat(tests.Select(test => (test, (ISensor)new SelfTestSensor(Rim.Clock))))
                .Concat(stock.Select(gateway => (gateway, EndOfLoan(gateway, config)))))
            {
                gateways.Add((name, sensor, fleet.Open(name, ruleTimeRuns: true, patience: null, hasSensor: static _ => false, again: again)));
            }
            foreach (AssignmentLine kit in kits)
            {
                HomeSensors home = Home(kit, config, firmware, identity, new BlueZOptions(), Rim.Clock, Rim.Say);
                homes.Add(home);
                ISensor all = config.LinesOf(kit.Gateway).Any(line => line.Ended) ? new SensorGroup([("home", home.All), (BondWipe.Id, EndOfLoan(kit.Gateway, config))]) : home.All;
                gateways.Add((kit.Gateway, all, fleet.Open(kit.Gateway, ruleTimeRuns: true, patience: null, stands => home.Panel?.Show(SignalOf(stands.State)), home.Has,
                    asks: config.CitizenPage is not null, remind: reminds => home.Panel?.ShowReminder(reminds), again: again)));
            }
            Rim.Say($"{scripted.Length + kits.Length} homes run{(kits.Length > 0 ? $", {kits.Length} of them with devices" : "")}"
                + $"{(tests.Length > 0 ? $" and {tests.Length} self-test" : "")}{(stock.Length > 0 ? $"; the loans of {stock.Length} are over" : "")}; Ctrl-C ends them");
            HomePage? page = Page(config, gateways.Where(one => kits.Any(kit => kit.Gateway == one.Name)).Select(one => (one.Name, one.Gateway.Loop)));
            return await RunAllAsync(gateways, page, stop) ? 0 : ExitCode.NotDelivered;
        }
        catch (GatewayRefusedException bad)
        {
            Rim.Say(bad.Message);
            return ExitCode.Refused;
        }
        finally
        {
            gateways.ForEach(one => one.Gateway.Dispose());
            homes.ForEach(home => home.Dispose());
        }
    }

    private static async Task<bool> RunAllAsync(List<(string Name, ISensor Sensor, OpenGateway Gateway)> gateways, HomePage? page, CancellationToken stop)
    {
        using var systemd = Systemd.FromEnvironment();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task telling = systemd.RunAsync(() => gateways.TrueForAll(one => one.Gateway.Loop.HasTurned()), Rim.Clock, ended.Token);
        Task asking = page?.RunAsync(ended.Token) ?? Task.CompletedTask;
        bool[] well = await Task.WhenAll(gateways.Select(one => RunOneAsync(one.Name, one.Sensor, one.Gateway.Loop, stop)));
        await ended.CancelAsync();
        await Task.WhenAll(telling, asking);
        return well.All(home => home);
    }

    /// <summary>What forgets the devices of those whose loan is over.</summary>
    private static ISensor EndOfLoan(string gateway, GatewayConfig config)
    {
        ILookup<bool, AssignmentLine> lines = config.LinesOf(gateway).ToLookup(line => line.Ended);
        return new BondWipe(() => BlueZ.Start(Rim.Clock, new BlueZOptions()), BondedDevices.Open(config.BondsPath(gateway), out _), new HeardDevices(config.HeardPath(gateway), Rim.Clock),
            [.. lines[true].Select(line => line.Assignment)], lines[false].Any(), Rim.Clock);
    }

    /// <summary>The page on this machine's screen, for the homes with devices; null where the configuration names none.</summary>
    private static HomePage? Page(GatewayConfig config, IEnumerable<(string Gateway, GatewayLoop Loop)> homes)
    {
        if (config.CitizenPage is null)
        {
            return null;
        }
        byte[] key = new byte[32];
        Rim.Random(key);
        var address = new Uri(config.CitizenPage);
        AskedHome[] asked = [.. homes.Select(home => new AskedHome(home.Gateway,
            config.LinesOf(home.Gateway).Where(line => !line.Ended).ToDictionary(line => line.Assignment, config.LabelOf), () => home.Loop.Asked, home.Loop.Answer)
        {
            Days = () => home.Loop.Days, Enter = home.Loop.Enter, Now = () => home.Loop.Now,
        })];
        return new HomePage(address, new PageRules(address.Authority, asked, key, Rim.Clock.LocalTimeZone), Rim.Clock, Rim.Say);
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

    /// <summary>The devices of a home as its line names them: on wires, by radio, or both.</summary>
    internal static HomeSensors Home(
        AssignmentLine kit, GatewayConfig config, FirmwareConfig firmware, GatewayIdentity identity, BlueZOptions bus, TimeProvider clock, Action<string> say) =>
        new(kit.Sensors ?? [], firmware.Sensors, clock, !kit.Bluetooth ? null : new BluetoothSetup
        {
            Start = () => BlueZ.Start(clock, bus), Bonds = BondedDevices.Open(config.BondsPath(kit.Gateway), out _),
            Heard = new HeardDevices(config.HeardPath(kit.Gateway), clock), Models = firmware.Sensors, Clock = clock, Say = say,
            LocalTime = () => identity.Now() is { State: not WallTime.Unset } now ? TimeZoneInfo.ConvertTime(now.At, clock.LocalTimeZone) : null,
        });

    /// <summary>What lamp and buzzer say of the newest Red or help press.</summary>
    internal static Signal SignalOf(UrgentState state) => state switch
    {
        UrgentState.Waiting => Signal.Waiting,
        UrgentState.Sent => Signal.Sent,
        UrgentState.NotSent => Signal.NotSent,
        _ => Signal.Quiet,
    };

    /// <summary>What keeps these homes from running: values of a script or a test never stand beside a citizen's, and a device must be one of ours.</summary>
    internal static IEnumerable<string> Problems(
        string configFile, IReadOnlyList<AssignmentLine> kits, IReadOnlyList<string> tests, IReadOnlyList<ScriptedHome> scripted, FirmwareConfig firmware) =>
    [
        .. scripted.Where(home => tests.Contains(home.Gateway, StringComparer.Ordinal))
            .Select(home => $"{configFile}: {home.Gateway} is a self_test and a home of the scenario file: a test never stands for a citizen"),
        .. scripted.Where(home => kits.Any(kit => string.Equals(kit.Gateway, home.Gateway, StringComparison.Ordinal)))
            .Select(home => $"{configFile}: {home.Gateway} has sensors and is a home of the scenario file: invented values never stand beside a citizen's"),
        .. kits.SelectMany(kit => HomeSensors.Problems(kit.Sensors ?? [], firmware.Sensors).Select(problem => $"{configFile}: {kit.Gateway}: {problem}")),
    ];

    private static IReadOnlyList<ScriptedHome>? ReadHomes(GatewayConfig config, string configFile, bool devices)
    {
        if (config.Homes is null)
        {
            if (!devices)
            {
                Rim.Say($"{configFile}: homes is missing: run needs a scenario file or an assignment with sensors or bluetooth; replay FILE needs neither");
            }
            return devices ? [] : null;
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
        return scenario?.Homes;
    }
}
