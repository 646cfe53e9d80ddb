using System.Threading.Channels;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>
/// Events on their way to one reader, in order and bounded. When the reader is too slow, advertisements go first: from half full
/// they are left out and counted. When it is full everything is, and the reader is told how many, at the place where they are missing.
/// </summary>
internal sealed class EventQueue
{
    /// <summary>A stored transfer of an oximeter is up to some hundred values; ten at once fit.</summary>
    public const int Capacity = 8192;

    private readonly Channel<BlueZEvent> channel = Channel.CreateBounded<BlueZEvent>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly Lock gate = new();
    private long owed;
    private long lost;
    private long unseen;

    public ChannelReader<BlueZEvent> Reader => channel.Reader;

    /// <summary>Events that were left out since the start, advertisements not among them.</summary>
    public long LostCount => Interlocked.Read(ref lost);

    /// <summary>Advertisements that were left out since the start.</summary>
    public long UnseenCount => Interlocked.Read(ref unseen);

    public void Write(BlueZEvent happened)
    {
        lock (gate)
        {
            if (happened.Kind == BlueZEventKind.DeviceSeen && channel.Reader.Count >= Capacity / 2)
            {
                unseen++;
                return;
            }
            if (owed > 0 && channel.Writer.TryWrite(new BlueZEvent(BlueZEventKind.Lost, happened.Arrived) { Lost = owed }))
            {
                owed = 0;
            }
            if (owed > 0 || !channel.Writer.TryWrite(happened))
            {
                owed++;
                lost++;
            }
        }
    }

    public void Complete() => channel.Writer.TryComplete();
}
