using System.Globalization;
using System.Threading.Channels;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Gateway.Sensors.Wired;

/// <summary>A sensor behind a kernel driver: every period one reading of its channels, and its health when that changes.</summary>
/// <param name="model">A model on iio or hwmon.</param>
/// <param name="devices">The kernel's devices.</param>
/// <param name="clock">For waiting.</param>
internal sealed class WiredSensor(SensorFile model, KernelDevices devices, TimeProvider clock) : ISensor
{
    /// <summary>Readings without a number after which it is told: one disturbed transfer is nobody's errand.</summary>
    public const int FailuresBeforeTold = 3;

    /// <summary>Longest wait for the next attempt while it fails.</summary>
    public static readonly TimeSpan RetryWithin = TimeSpan.FromSeconds(5);

    private readonly SensorDevice device = model.Device is { IsWired: true } wired ? wired : throw new ArgumentException($"{model.Id} is no model on iio or hwmon", nameof(model));
    private int failures;
    private KernelFault? told; // what was said last; null: nothing yet

    /// <inheritdoc/>
    public async Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop)
    {
        TimeSpan period = TimeSpan.FromSeconds(device.PeriodSeconds!.Value);
        while (true)
        {
            Burst? burst = Measure(out KernelRead worst);
            if (Changed(worst) is { } state)
            {
                await into.WriteAsync(new SensorMessage(null, State: state), stop);
            }
            if (burst is not null)
            {
                await into.WriteAsync(new SensorMessage(burst), stop);
            }
            await Task.Delay(failures > 0 && RetryWithin < period ? RetryWithin : period, clock, stop);
        }
    }

    /// <summary>Reads every channel now.</summary>
    /// <param name="worst">The first channel without a number, else the last one.</param>
    /// <returns>The values of those that gave one; null when none did.</returns>
    public Burst? Measure(out KernelRead worst)
    {
        var values = new List<Measured>();
        worst = device.Probe is { } probe ? devices.Read(device.Bus, device.KernelName!, probe) : default;
        foreach ((string name, string prefix) in device.Channels ?? new Dictionary<string, string>())
        {
            KernelRead read = devices.Read(device.Bus, device.KernelName!, prefix);
            worst = worst.Fault is KernelFault.None ? read : worst;
            if (read.Value is { } number)
            {
                VitalCode code = VitalCode.FromName(name)!;
                // by its text: the double that is nearest to what the driver's digits say
                double value = double.Parse(number.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
                values.Add(new Measured(code.Vital, value, code.Unit, model.Id));
            }
        }
        return values.Count > 0 ? new Burst(values) : null;
    }

    private SensorState? Changed(KernelRead read)
    {
        failures = read.Fault is KernelFault.None ? 0 : Math.Min(failures + 1, FailuresBeforeTold);
        if (read.Fault == told || (read.Fault is not KernelFault.None && failures < FailuresBeforeTold))
        {
            return null;
        }
        told = read.Fault;
        SensorHealth health = read.Fault switch { KernelFault.None => SensorHealth.Well, KernelFault.NotFound => SensorHealth.Away, _ => SensorHealth.Failing };
        return new SensorState(model.Id, health, read.Word, read.Fault is KernelFault.None ? "" : $"{read.Word}: {read.Place}");
    }
}
