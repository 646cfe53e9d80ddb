namespace TeleMonitor.Hub.Notify;

/// <summary>
/// One channel that carries pages. Sides: open boards (<see cref="BoardNotifier"/>), the sink in which a self-test ends
/// (<see cref="SinkNotifier"/>), and simulated people.
/// </summary>
public interface INotifier
{
    /// <summary>Sends what can be sent now and marks it sent. What cannot be stays unsent: it is tried for ever and the ladder goes on.</summary>
    /// <returns>How many pages were sent.</returns>
    int Send(DateTimeOffset now);
}
