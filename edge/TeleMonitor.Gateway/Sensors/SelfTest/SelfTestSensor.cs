using System.Threading.Channels;
using TeleMonitor.Gateway.Sensors.Simulated;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Gateway.Sensors.SelfTest;

/// <summary>
/// Tests the path: every five minutes values that are Red by any chart, then complete values that are Green, so that the next Red is news
/// again. From here on they go the way of every other value. It begins with Green: an earlier run may have ended after its Red.
/// </summary>
/// <param name="clock">For waiting.</param>
internal sealed class SelfTestSensor(TimeProvider clock) : ISensor
{
    /// <summary>From one Red to the next. The hub expects it as often: <c>self_test.every_minutes</c> of ladders.json.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    /// <summary>From Red to Green: long enough that each is a batch of its own on a link that works.</summary>
    public static readonly TimeSpan GreenAfter = TimeSpan.FromSeconds(20);

    /// <summary>Parts with 3 points, so that no chart waits for a second measurement.</summary>
    internal static Burst Red { get; } = Complete(pulse: 140, respiration: 34, spo2: 84, temperature: 40.6, systolic: 64, diastolic: 45);

    /// <summary>In the middle of every normal band.</summary>
    internal static Burst Green { get; } = Complete(pulse: 72, respiration: 15, spo2: 98, temperature: 37, systolic: 126, diastolic: 78);

    /// <inheritdoc/>
    public async Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop)
    {
        await into.WriteAsync(new SensorMessage(Green), stop);
        while (true)
        {
            await into.WriteAsync(new SensorMessage(Red), stop);
            await Task.Delay(GreenAfter, clock, stop);
            await into.WriteAsync(new SensorMessage(Green), stop);
            await Task.Delay(Every - GreenAfter, clock, stop);
        }
    }

    private static Burst Complete(double pulse, double respiration, double spo2, double temperature, double systolic, double diastolic)
    {
        (Vital Vital, double Value)[] numbers =
        [
            (Vital.Pulse, pulse), (Vital.Respiration, respiration), (Vital.Spo2, spo2), (Vital.Temperature, temperature), (Vital.Systolic, systolic), (Vital.Diastolic, diastolic),
        ];
        return new Burst(
            [
                .. numbers.Select(number => new Measured(number.Vital, number.Value, VitalCode.Of(number.Vital).Unit, SimulatedHome.SensorId)),
                new Measured(Vital.Consciousness, null, "", SimulatedHome.SensorId) { Answer = "alert" },
                new Measured(Vital.Oxygen, null, "", SimulatedHome.SensorId) { Answer = "no" },
            ], ClosesSet: true);
    }
}
