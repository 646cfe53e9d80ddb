using System.Threading.Channels;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Sensors.Wired;
using TeleMonitor.Rig.Hil;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Edge.Tests.Sensors.Wired;

public sealed class WiredSensorTests : IDisposable
{
    private readonly SysFolder sys = new();
    private readonly Mlx90614 chip = new();
    private readonly SimClock clock = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Channel<SensorMessage> inbox = Channel.CreateUnbounded<SensorMessage>();
    private Task delivering = Task.CompletedTask;

    public void Dispose()
    {
        stop.Dispose();
        sys.Dispose();
    }

    [Fact]
    public async Task A_thermometer_says_that_it_is_well_and_then_a_value_every_period()
    {
        string folder = sys.PlugThermometer(0);
        Start("mlx90614");
        Assert.Equal(["mlx90614 Well ", "temperature 35.87 Cel mlx90614"], Heard());
        clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Empty(Heard());
        chip.See(Mlx90614.WordOf(4087));
        SysFolder.Look(folder, chip);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(["temperature 40.87 Cel mlx90614"], Heard());
        await EndAsync();
    }

    [Fact]
    public async Task One_failed_transfer_gives_no_value_and_is_not_told_and_the_third_is()
    {
        string folder = sys.PlugThermometer(0);
        Start("mlx90614");
        Heard();
        chip.See(Mlx90614.WordOf(3587), error: true);
        SysFolder.Look(folder, chip);
        clock.Advance(TimeSpan.FromSeconds(10)); // fails: from here on it is tried every five seconds
        clock.Advance(WiredSensor.RetryWithin);
        Assert.Empty(Heard());
        clock.Advance(WiredSensor.RetryWithin);
        Assert.Equal(["mlx90614 Failing failed"], Heard());
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(Heard()); // said once
        chip.See(Mlx90614.WordOf(3587));
        SysFolder.Look(folder, chip);
        clock.Advance(WiredSensor.RetryWithin);
        Assert.Equal(["mlx90614 Well ", "temperature 35.87 Cel mlx90614"], Heard());
        await EndAsync();
    }

    [Fact]
    public async Task Two_failures_and_a_success_are_nothing_to_tell()
    {
        string folder = sys.PlugThermometer(0);
        Start("mlx90614");
        Heard();
        SysFolder.Write(folder, "in_temp_object_raw", "\n");
        clock.Advance(TimeSpan.FromSeconds(15));
        SysFolder.Write(folder, "in_temp_object_raw", "15451\n");
        clock.Advance(WiredSensor.RetryWithin);
        Assert.Equal(["temperature 35.87 Cel mlx90614"], Heard());
        await EndAsync();
    }

    [Fact]
    public async Task A_sensor_that_is_not_there_at_the_start_is_away_and_used_when_it_comes_under_any_number()
    {
        Start("mlx90614");
        clock.Advance(WiredSensor.RetryWithin * 2);
        Assert.Equal(["mlx90614 Away not-found"], Heard());
        sys.PlugThermometer(5);
        clock.Advance(WiredSensor.RetryWithin);
        Assert.Equal(["mlx90614 Well ", "temperature 35.87 Cel mlx90614"], Heard());
        sys.Unplug("iio", 5);
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(["mlx90614 Away not-found"], Heard());
        sys.PlugThermometer(6, "15701\n");
        clock.Advance(WiredSensor.RetryWithin);
        Assert.Equal(["mlx90614 Well ", "temperature 40.87 Cel mlx90614"], Heard());
        await EndAsync();
    }

    [Fact]
    public async Task A_sensor_that_only_proves_the_bus_tells_its_health_and_never_a_value()
    {
        string folder = sys.Plug("hwmon", 1, "tmp102", ("temp1_input", "37500\n"));
        Start("tmp102");
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(["tmp102 Well "], Heard());
        SysFolder.Break(folder, "temp1_input");
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(["tmp102 Failing failed"], Heard());
        await EndAsync();
    }

    [Fact]
    public void What_its_state_says_to_the_log_names_the_file_and_no_value()
    {
        string folder = sys.PlugThermometer(0);
        var sensor = new WiredSensor(Shipped.Config.Sensors["mlx90614"], new KernelDevices(sys.Root), clock);
        Assert.NotNull(sensor.Measure(out _));
        SysFolder.Write(folder, "in_temp_object_raw", "3x.7\n");
        Assert.Null(sensor.Measure(out KernelRead worst));
        Assert.Equal(("not-a-number", Path.Combine(sys.Root, "bus", "iio", "devices", "iio:device0", "in_temp_object_raw")), (worst.Word, worst.Place));
    }

    [Fact]
    public void A_value_far_outside_comes_as_it_is_and_only_the_grade_says_so()
    {
        sys.PlugThermometer(0, "32767\n"); // 382.19 Cel: the highest the chip can say
        SensorFile model = Shipped.Config.Sensors["mlx90614"];
        Measured measured = Assert.Single(new WiredSensor(model, new KernelDevices(sys.Root), clock).Measure(out _)!.Values);
        Assert.Equal(382.19, measured.Value);
        Graded graded = Grading.Judge(measured.Vital, measured.Value, measured.Special, measured.Unit, model);
        Assert.Equal((Grade.Unusable, "not-body impossible"), (graded.Grade, string.Join(' ', graded.Reasons)));
    }

    [Fact]
    public void A_model_of_another_bus_is_refused() =>
        Assert.Throws<ArgumentException>(() => new WiredSensor(Shipped.Config.Sensors["manual"], new KernelDevices(sys.Root), clock));

    private void Start(string model) => delivering = new WiredSensor(Shipped.Config.Sensors[model], new KernelDevices(sys.Root), clock).DeliverAsync(inbox.Writer, stop.Token);

    private async Task EndAsync()
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivering);
    }

    private List<string> Heard()
    {
        var heard = new List<string>();
        while (inbox.Reader.TryRead(out SensorMessage message))
        {
            heard.AddRange(message.State is { } state ? [$"{state.Sensor} {state.Health} {state.Word}"]
                : message.Burst!.Values.Select(value => FormattableString.Invariant($"{VitalCode.Of(value.Vital).Name} {value.Value} {value.Unit} {value.Sensor}")));
        }
        return heard;
    }
}
