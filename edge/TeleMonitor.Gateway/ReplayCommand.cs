using System.CommandLine;
using System.Globalization;
using TeleMonitor.Gateway.Sensors.Replay;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Gateway;

/// <summary><c>replay FILE</c>: recorded patients as gateways.</summary>
internal static class ReplayCommand
{
    private const double SlowestSpeed = 0.01, HighestSpeed = 1e9, MostHours = 24 * 366; // keeps every computed time in range

    /// <summary>The command for the program's root.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "recording: .psv, .csv or .csv.gz" };
        var config = new Option<string?>("--config") { Description = "configuration file; only --dry-run goes without" };
        var speed = new Option<string>("--speed") { Description = "recorded hours per hour, or max", DefaultValueFactory = _ => "max" };
        var rows = new Option<int>("--rows") { Description = "take only the first data rows", DefaultValueFactory = _ => int.MaxValue };
        var after = new Option<int>("--after") { Description = "go on after this line of the file, the header being line 1", DefaultValueFactory = _ => 1 };
        var wait = new Option<int>("--wait") { Description = "seconds without progress after which the end gives up waiting for receipts", DefaultValueFactory = _ => 120 };
        var dry = new Option<bool>("--dry-run") { Description = "judge and count, send nothing" };
        var settings = new Option<string?>("--settings") { Description = "with --dry-run: settings that hold, {\"plan\",\"charts\",\"scale\",\"required\",\"limits\",\"floor\"}; every chart and no limit when absent" };
        var changed = new Option<string?>("--changed") { Description = "with --dry-run: changed settings; says which alerts would go and come" };
        var label = new Option<string?>("--label") { Description = "with --dry-run: column that is above 0 from an event on; says how long before it alerts come" };
        var within = new Option<double>("--within") { Description = "hours before an event in which an alert is about it", DefaultValueFactory = _ => 72 };
        var command = new Command("replay", "replay a recording: each patient is a gateway, each row is measured now")
        {
            file, config, speed, rows, after, wait, dry, settings, changed, label, within,
        };
        command.SetAction((parsed, _) =>
        {
            if (!TryReadSpeed(parsed.GetValue(speed)!, out double factor) || parsed.GetValue(rows) < 1 || parsed.GetValue(after) < 1 || parsed.GetValue(wait) < 1)
            {
                Rim.Say($"replay: --speed must be max or {SlowestSpeed} to {HighestSpeed}, --rows, --after and --wait at least 1");
                return Task.FromResult(ExitCode.Refused);
            }
            var asked = new AskedSettings(parsed.GetValue(settings), parsed.GetValue(changed), parsed.GetValue(label), parsed.GetValue(within));
            if ((!parsed.GetValue(dry) && asked is not { Settings: null, Changed: null, Label: null }) || asked.Hours is not (> 0 and <= MostHours))
            {
                Rim.Say($"replay: --settings, --changed and --label need --dry-run; --within must be above 0 and at most {MostHours}");
                return Task.FromResult(ExitCode.Refused);
            }
            var options = new ReplayOptions(parsed.GetValue(file)!, factor, parsed.GetValue(rows), parsed.GetValue(after), TimeSpan.FromSeconds(parsed.GetValue(wait)));
            return RunAsync(options, parsed.GetValue(config), parsed.GetValue(dry) ? asked : null);
        });
        return command;
    }

    private static bool TryReadSpeed(string text, out double speed)
    {
        speed = double.PositiveInfinity;
        return string.Equals(text, "max", StringComparison.Ordinal)
            || (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out speed) && speed is >= SlowestSpeed and <= HighestSpeed);
    }

    private static async Task<int> RunAsync(ReplayOptions options, string? configFile, AskedSettings? dry)
    {
        if (configFile is null && dry is null)
        {
            Rim.Say("replay: --config is missing; only --dry-run goes without");
            return ExitCode.Refused;
        }
        if (!Rim.TryLoad(configFile, out GatewayConfig? config, out FirmwareConfig? firmware))
        {
            return ExitCode.Refused;
        }
        TriedSettings? tried = null;
        if (dry is not null && !TriedSettings.TryRead(dry, firmware!.Charts.Values, firmware.Content, Rim.Say, out tried))
        {
            return ExitCode.Refused;
        }
        var identity = new GatewayIdentity(Rim.Clock, firmware!.Charts.Values);
        GatewayFleet? fleet = config is null ? null : new GatewayFleet(config, firmware, identity, Rim.Clock, Rim.Random, Rim.Say);
        var run = new ReplayRun(fleet, identity, options, Rim.Clock, Rim.Say);
        JudgeSettings anyone = new() { Assignment = 1, Charts = [.. firmware.Charts.Values], Sensors = firmware.Sensors };
        try
        {
            return tried is not null
                ? run.DryRun(gateway => fleet?.Judging(gateway) ?? anyone, Console.Out, tried)
                : await Rim.UntilStoppedAsync(stop => run.SendAsync(Console.Out, stop));
        }
        catch (ReplayFileException bad)
        {
            Rim.Say(bad.Message);
            return ExitCode.Refused;
        }
        catch (OperationCanceledException)
        {
            Rim.Say("replay: stopped; what was judged is in the outboxes");
            return ExitCode.NotDelivered;
        }
    }
}
