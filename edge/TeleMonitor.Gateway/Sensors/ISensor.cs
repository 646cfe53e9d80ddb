using System.Threading.Channels;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Gateway.Sensors;

/// <summary>What a sensor gives at once.</summary>
/// <param name="Burst">The values; null in a message that only wakes the reader.</param>
/// <param name="Recorded">Of a recording: its time since the recording's first row, divided by the speed; null: measured now.</param>
public readonly record struct SensorMessage(Burst? Burst, TimeSpan? Recorded = null)
{
    /// <summary>The help button was pressed, once and debounced.</summary>
    public static SensorMessage HelpPressed { get; } = new(Burst.HelpPressed);
}

/// <summary>One source of values: knows neither scores nor outbox nor network. Two sides: recordings and simulated homes; devices follow.</summary>
public interface ISensor
{
    /// <summary>
    /// Delivers until there is no more. Waits while the channel is full, so a fast source cannot fill the memory. Does not complete
    /// the channel; throws only when stopped.
    /// </summary>
    Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop);
}
