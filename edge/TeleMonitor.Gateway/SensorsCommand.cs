using System.CommandLine;
using TeleMonitor.Gateway.Sensors.Bluetooth;

namespace TeleMonitor.Gateway;

/// <summary><c>sensors list|watch|pair|forget|test</c>: for whoever helps a citizen over the telephone.</summary>
internal static class SensorsCommand
{
    /// <summary>The command for the program's root.</summary>
    public static Command Create()
    {
        var config = new Option<string>("--config") { Description = "configuration file", Required = true, Recursive = true };
        return new Command("sensors", "the sensors of a home, for support: what there is, how it is, pairing; never shows a measured value")
        {
            config, List(config), Watch(config), Pair(config), Forget(config), Test(config),
        };
    }

    private static Command List(Option<string> config)
    {
        var command = new Command("list", "every sensor: what it is, last heard, battery, how it is and what to do");
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(config)!, (desk, stop) => desk.ListAsync(stop)));
        return command;
    }

    private static Command Watch(Option<string> config)
    {
        var seconds = Seconds("ends after so long; absent: at Ctrl-C", null);
        var command = new Command("watch", "say when something comes from a sensor, without its value") { seconds };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(config)!, (desk, stop) =>
            desk.WatchAsync(parsed.GetValue(seconds) is { } limit ? TimeSpan.FromSeconds(limit) : null, stop)));
        return command;
    }

    private static Command Pair(Option<string> config)
    {
        var model = new Option<string?>("--model") { Description = "only devices of this model" };
        var address = new Option<string?>("--address") { Description = "only the device of this Bluetooth address" };
        var assignment = new Option<int?>("--assignment") { Description = "whose it is; needed where several citizens live" };
        var users = new Option<string?>("--users") { Description = "whose it is by the device's own user numbers: 1=7,2=8" };
        var seconds = Seconds("how long to look for it", 60);
        var command = new Command("pair", "find a Bluetooth device, confirm it, pair it and prove its encryption") { model, address, assignment, users, seconds };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(config)!, (desk, stop) => desk.PairAsync(
            new PairingWish(parsed.GetValue(model), parsed.GetValue(address), parsed.GetValue(assignment), parsed.GetValue(users)),
            TimeSpan.FromSeconds(parsed.GetValue(seconds)!.Value), stop)));
        return command;
    }

    private static Command Forget(Option<string> config)
    {
        var called = new Argument<string>("SENSOR") { Description = "name as list shows it, or Bluetooth address" };
        var command = new Command("forget", "forget a Bluetooth device and its key") { called };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(config)!, (desk, stop) => desk.ForgetAsync(parsed.GetValue(called)!, stop)));
        return command;
    }

    private static Command Test(Option<string> config)
    {
        var model = new Argument<string>("MODEL") { Description = "id of its file in firmware-config/sensors" };
        var session = new Option<string?>("--session") { Description = "a recorded session of it, instead of the device" };
        var seconds = Seconds("how long to wait for the measurement", 120);
        var command = new Command("test", "wait for one measurement and say whether it came, without its value") { model, session, seconds };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(config)!, (desk, stop) => parsed.GetValue(session) is { } file
            ? Task.FromResult(desk.TestSession(parsed.GetValue(model)!, file))
            : desk.TestAsync(parsed.GetValue(model)!, TimeSpan.FromSeconds(parsed.GetValue(seconds)!.Value), stop)));
        return command;
    }

    private static Option<int?> Seconds(string what, int? otherwise)
    {
        var option = new Option<int?>("--seconds") { Description = $"{what}; 1 to 86400", DefaultValueFactory = _ => otherwise };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > 86_400)
            {
                result.AddError("--seconds must be 1 to 86400");
            }
        });
        return option;
    }

    private static Task<int> RunAsync(string configFile, Func<SensorDesk, CancellationToken, Task<int>> work) => Rim.UntilStoppedAsync(async stop =>
    {
        if (!Rim.TryLoad(configFile, out GatewayConfig? config, out FirmwareConfig? firmware))
        {
            return ExitCode.Refused;
        }
        try
        {
            return await work(new SensorDesk(config!, firmware!.Sensors, new BlueZOptions(), Rim.Clock, Terminal.OfConsole()), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Refused;
        }
    });
}
