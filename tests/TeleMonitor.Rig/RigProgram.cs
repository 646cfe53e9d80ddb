using System.CommandLine;
using System.Runtime.InteropServices;
using TeleMonitor.Rig.Hil;
using TeleMonitor.Rig.PowerCut;
using TeleMonitor.Rig.Torture;

namespace TeleMonitor.Rig;

/// <summary>The rig's verbs; the Makefile only calls them.</summary>
internal static class RigProgram
{
    private static async Task<int> Main(string[] arguments)
    {
        RootCommand root = new("Certificates, broker, hub and gateways of TeleMonitor, started together on this machine")
        {
            PkiVerb(), BrokerVerb(), Run(), Smoke(), TortureCommand(), PowerCutCommand(), GuestCommand(), HilCommand(), HilGuestCommand(), SummariseVerb(),
        };

        // the library's own handling would give two seconds and then leave the children; ours ends them in order
        using CancellationTokenSource stop = new();
        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);
        try
        {
            InvocationConfiguration plain = new() { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
            return await root.Parse(arguments).InvokeAsync(plain, stop.Token);
        }
        catch (RigException failure)
        {
            await Console.Error.WriteLineAsync($"telemonitor-rig: {failure.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 130; // as a shell names the end by Ctrl-C
        }
    }

    private static Command PkiVerb()
    {
        Option<string> folder = new("--folder") { Description = "Where the three issuers and all certificates lie", Required = true };
        Option<string[]> gateways = new("--gateway") { Description = "Issue a home's certificate, e.g. gw-home-1001; may be repeated" };
        Option<string[]> hubs = new("--hub") { Description = "Issue a hub process's certificate, e.g. hub-1; may be repeated" };
        Command verb = new("pki", "Make issuers, the broker's certificate and those named; what is there is kept") { folder, gateways, hubs };
        verb.SetAction(parsed =>
        {
            Pki pki = Pki.Open(parsed.GetRequiredValue(folder), TimeProvider.System.GetUtcNow());
            string?[] refusals =
            [
                .. (parsed.GetValue(gateways) ?? []).Select(pki.IssueGateway),
                .. (parsed.GetValue(hubs) ?? []).Select(pki.IssueHub),
            ];
            foreach (string refusal in refusals.OfType<string>())
            {
                Console.Error.WriteLine($"telemonitor-rig: refused {refusal}");
            }

            return refusals.All(refusal => refusal is null) ? 0 : 1;
        });
        return verb;
    }

    private static Command BrokerVerb()
    {
        Option<string> folder = new("--folder")
        {
            Description = "Certificates in its pki, log in its log",
            DefaultValueFactory = _ => Path.Combine(Repository.Var, "broker"),
        };
        Command verb = new("broker", "Start one broker on two free loopback ports, for use by hand, until Ctrl-C") { folder };
        verb.SetAction(async (parsed, ct) =>
        {
            string place = Path.GetFullPath(parsed.GetRequiredValue(folder));
            Pki pki = Pki.Open(Path.Combine(place, "pki"), TimeProvider.System.GetUtcNow());
            await using Broker broker = await Broker.StartAsync(place, pki, TimeProvider.System, ct, Console.Error.WriteLine);
            Console.WriteLine($"gateways: mqtts://localhost:{broker.GatewayPort}   hubs: mqtts://localhost:{broker.HubPort}");
            Console.WriteLine($"certificates: {pki.Folder} (more: telemonitor-rig pki --folder {pki.Folder} --gateway gw-…)");
            return await broker.WaitAsync(ct);
        });
        return verb;
    }

    private static Command Run()
    {
        Option<string?> input = new("--input") { Description = "Replay this recording (.psv, .csv, .csv.gz) instead of simulated homes" };
        Option<string> speed = new("--speed") { Description = "Recorded hours per hour, or max", DefaultValueFactory = _ => "3600" };
        Command verb = new("run", "Broker, hub on http://127.0.0.1:8080 and three simulated homes, until Ctrl-C") { input, speed };
        verb.SetAction((parsed, ct) => RunVerb.RunAsync(parsed.GetValue(input), parsed.GetRequiredValue(speed), TimeProvider.System, ct));
        return verb;
    }

    private static Command Smoke()
    {
        Option<string> input = new("--input") { Description = "Recording: .psv, .csv or .csv.gz", Required = true };
        Option<int> rows = new("--rows") { Description = "Take only the first data rows", DefaultValueFactory = _ => int.MaxValue };
        Option<string> chaos = new("--chaos")
        {
            Description = "Kill these with -9 three times each during the replay: broker, hub, or broker,hub",
            DefaultValueFactory = _ => "",
        };
        Command verb = new("smoke", "Replay a recording from gateway to store on free ports and count; one JSON line") { input, rows, chaos };
        verb.SetAction((parsed, ct) =>
        {
            string[] programs = parsed.GetRequiredValue(chaos).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (programs.FirstOrDefault(program => program is not ("broker" or "hub")) is { } unknown)
            {
                throw new RigException($"--chaos: '{unknown}' is not one of broker, hub");
            }

            SmokeOptions options = new(parsed.GetRequiredValue(input), parsed.GetValue(rows), programs);
            return new SmokeVerb(options, TimeProvider.System).RunAsync(ct);
        });
        return verb;
    }

    private static Command TortureCommand()
    {
        Option<int> runs = new("--runs") { Description = "Runs of each scenario", DefaultValueFactory = _ => 1 };
        Option<int> scale = new("--scale") { Description = "Outages, keep-alive and back-off are divided by this", DefaultValueFactory = _ => 10 };
        Option<string> only = new("--only") { Description = "Only scenarios whose name contains this", DefaultValueFactory = _ => "" };
        Option<int> seed = new("--seed") { Description = "Says every moment", DefaultValueFactory = _ => 1 };
        Option<int> seconds = new("--seconds") { Description = "Length of each recording apart from the outage", DefaultValueFactory = _ => 25 };
        Option<string?> report = new("--report") { Description = "File that gets the table too" };
        Command verb = new("torture", "Kill, cut, fill, step and restore under fifty readings a second, and count what came through; one table")
        {
            runs, scale, only, seed, seconds, report,
        };
        verb.SetAction((parsed, ct) =>
        {
            (int times, int divisor, int length) = (parsed.GetValue(runs), parsed.GetValue(scale), parsed.GetValue(seconds));
            if (times < 1 || divisor is < 1 or > 30 || length is < 5 or > 3600)
            {
                throw new RigException("--runs must be at least 1, --scale 1 to 30, --seconds 5 to 3600");
            }

            TortureOptions options = new(times, divisor, parsed.GetRequiredValue(only), parsed.GetValue(seed), TimeSpan.FromSeconds(length));
            return new TortureVerb(options, TimeProvider.System).RunAsync(parsed.GetValue(report), ct);
        });
        return verb;
    }

    private static Command PowerCutCommand()
    {
        Option<int> cuts = new("--cuts") { Description = "Power cuts of the gateway", DefaultValueFactory = _ => 20 };
        Option<int> seed = new("--seed") { Description = "Says every moment and every lost sector", DefaultValueFactory = _ => 1 };
        Option<string?> report = new("--report") { Description = "File that gets the table too" };
        Command verb = new("power-cut", "The gateway in a machine of its own on a disk that drops what was not flushed; power cut again and again") { cuts, seed, report };
        verb.SetAction((parsed, ct) => parsed.GetValue(cuts) < 1 ? throw new RigException("--cuts must be at least 1")
            : new PowerCutVerb(parsed.GetValue(cuts), parsed.GetValue(seed), TimeProvider.System).RunAsync(parsed.GetValue(report), ct));
        return verb;
    }

    private static Command GuestCommand()
    {
        Option<string> data = new("--data") { Description = "Folder on the disk", Required = true, Recursive = true };
        Option<string> console = new("--console") { Description = "Device that takes checks and acknowledgements", Required = true, Recursive = true };
        Argument<string[]> program = new("PROGRAM") { Description = "The gateway and its arguments; {after} stands for the last accepted row" };
        Option<string> synchronous = new("--synchronous") { Description = "full, normal or off", Required = true };
        synchronous.AcceptOnlyFromAmong("full", "normal", "off");
        Command gateway = new("gateway", "Check the outbox, run the gateway, say each commit") { program };
        gateway.SetAction((parsed, ct) => Guest(parsed).GatewayAsync(parsed.GetRequiredValue(program), ct));
        Command writer = new("writer", "A control: check the file, write with another setting, say each commit") { synchronous };
        writer.SetAction((parsed, ct) => Task.FromResult(Guest(parsed).Write(parsed.GetRequiredValue(synchronous), ct)));
        return new Command("guest", "What runs inside the machine of power-cut; of no use elsewhere") { data, console, gateway, writer };
        GuestVerb Guest(ParseResult parsed) => new(parsed.GetRequiredValue(data), parsed.GetRequiredValue(console), TimeProvider.System);
    }

    private static Command HilCommand()
    {
        Option<string> only = Only();
        Command verb = new("hil", "The gateway in a machine of its own, on simulated sensors below real drivers, and a hub outside; one line a check") { only };
        verb.SetAction((parsed, ct) => new HilVerb(parsed.GetRequiredValue(only), TimeProvider.System).RunAsync(ct));
        return verb;
    }

    private static Option<string> Only()
    {
        Option<string> only = new("--only") { Description = "Only this group of checks; empty: all", DefaultValueFactory = _ => "" };
        only.AcceptOnlyFromAmong(["", .. HilGuestVerb.Groups]);
        return only;
    }

    private static Command HilGuestCommand()
    {
        Option<string> console = new("--console") { Description = "Device that takes what came out", Required = true };
        Option<string> only = Only();
        Command verb = new("hil-guest", "What runs inside the machine of hil; of no use elsewhere") { console, only };
        verb.SetAction((parsed, _) => new HilGuestVerb(parsed.GetRequiredValue(console), parsed.GetRequiredValue(only), TimeProvider.System).RunAsync());
        return verb;
    }

    private static Command SummariseVerb()
    {
        Argument<string> folder = new("TRX-FOLDER") { Description = "Folder with the .trx files of one test run" };
        Command verb = new("summarise", "Print what a test run adds up to; exit 1 when a test failed or none ran") { folder };
        verb.SetAction(parsed =>
        {
            TestSummary summary = TestSummary.Of(parsed.GetRequiredValue(folder));
            foreach (string file in summary.Unfinished)
            {
                Console.Error.WriteLine($"telemonitor-rig: the run of {file} broke off before its end");
            }

            Console.WriteLine(summary);
            return summary.ExitCode;
        });
        return verb;
    }
}
