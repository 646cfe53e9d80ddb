using System.Threading.Channels;

namespace TeleMonitor.Gateway.Sensors;

/// <summary>All devices of one home at once. One that fails is told and ends; the others go on.</summary>
/// <param name="sensors">Each with the name of its state.</param>
internal sealed class SensorGroup(IReadOnlyList<(string Id, ISensor Sensor)> sensors) : ISensor
{
    /// <inheritdoc/>
    public Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop) =>
        // each on its own: a bus that hangs for a second holds up nobody else
        Task.WhenAll(sensors.Select(one => Task.Run(() => DeliverOneAsync(one.Id, one.Sensor, into, stop), stop)));

    private static async Task DeliverOneAsync(string id, ISensor sensor, ChannelWriter<SensorMessage> into, CancellationToken stop)
    {
        try
        {
            await sensor.DeliverAsync(into, stop);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            var state = new SensorState(id, SensorHealth.Failing, "driver", $"its driver ended by a fault and gives nothing more until the next start: {fault.Message}");
            await into.WriteAsync(new SensorMessage(null, State: state), stop);
        }
    }
}
