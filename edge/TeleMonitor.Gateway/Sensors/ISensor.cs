using System.Threading.Channels;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Gateway.Sensors;

/// <summary>What a sensor gives at once.</summary>
/// <param name="Burst">The values; null in a message that only wakes the reader.</param>
/// <param name="Recorded">Of a recording: its time since the recording's first row, divided by the speed; null: measured now.</param>
/// <param name="State">How the sensor is, when that has changed; comes without values.</param>
/// <param name="Assignment">Whose the values are; null: of the home's only citizen; 0: the device did not say, so the home is asked.</param>
public readonly record struct SensorMessage(Burst? Burst, TimeSpan? Recorded = null, SensorState? State = null, int? Assignment = null)
{
    /// <summary>An answer to whose an earlier burst is; comes alone, from the home's own page.</summary>
    internal WhoseAnswer? Answer { get; init; }

    /// <summary>What somebody entered on the home's own page; comes alone.</summary>
    internal PageEntry? Entry { get; init; }

    /// <summary>The help button was pressed, once and debounced.</summary>
    public static SensorMessage HelpPressed { get; } = new(Burst.HelpPressed);
}

/// <summary>One source of values: knows neither scores nor outbox nor network. Recordings, simulated homes and devices.</summary>
public interface ISensor
{
    /// <summary>
    /// Delivers until there is no more. Waits while the channel is full, so a fast source cannot fill the memory. Does not complete
    /// the channel; throws only when stopped.
    /// </summary>
    Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop);
}
