using System.Threading.Channels;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Gateway.Sensors.Simulated;

/// <summary>A home that follows a script: every period one complete measuring, and the presses of the help button between them.</summary>
/// <param name="home">The script.</param>
/// <param name="clock">For waiting.</param>
internal sealed class SimulatedHome(ScriptedHome home, TimeProvider clock) : ISensor
{
    /// <summary>Sensor file that holds the ranges of the simulated devices.</summary>
    public const string SensorId = "simulated-home";

    private readonly Random noise = new(home.Seed);

    /// <inheritdoc/>
    public async Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop)
    {
        var presses = new Queue<double>(home.HelpSeconds ?? []);
        for (int round = 0; ; round++)
        {
            double second = round * home.PeriodSeconds, end = second + home.PeriodSeconds;
            await into.WriteAsync(new SensorMessage(Measure(second)), stop);
            while (presses.TryPeek(out double press) && press < end)
            {
                await WaitAsync(press - second, stop);
                await into.WriteAsync(SensorMessage.HelpPressed, stop);
                second = presses.Dequeue();
            }
            await WaitAsync(end - second, stop);
        }
    }

    private Task WaitAsync(double seconds, CancellationToken stop) => Task.Delay(TimeSpan.FromSeconds(seconds), clock, stop);

    /// <summary>The values at so many seconds after the start; each call takes the noise's next numbers.</summary>
    public Burst Measure(double second)
    {
        var values = new List<Measured>(home.Vitals.Count + home.Answers.Count);
        foreach (VitalCode code in VitalCode.All)
        {
            if (home.Vitals.TryGetValue(code.Name, out ScriptedVital? vital))
            {
                double value = vital.At(second) + (vital.Noise * ((2 * noise.NextDouble()) - 1));
                values.Add(new Measured(code.Vital, Math.Round(value, vital.Decimals, MidpointRounding.AwayFromZero), code.Unit, SensorId));
            }
            else if (home.Answers.TryGetValue(code.Name, out string? word))
            {
                values.Add(new Measured(code.Vital, null, code.Unit, SensorId) { Answer = word });
            }
        }
        return new Burst(values);
    }
}
