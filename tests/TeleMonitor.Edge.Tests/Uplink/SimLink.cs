using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Uplink;

/// <summary>How bad the way to the hub is; drawn per seed, some faults off, so that no mild mix hides one.</summary>
internal sealed record Weather(double Loss, double Copy, TimeSpan Delay, double CutPerSecond, double NobodyListens, double LostAnswer, int TooLarge)
{
    public static Weather Fair { get; } = new(0, 0, TimeSpan.FromMilliseconds(20), 0, 0, 0, int.MaxValue);

    public static Weather Draw(Random dice)
    {
        double Sometimes(double most) => dice.Next(2) == 0 ? 0 : dice.NextDouble() * most;
        return new Weather(Sometimes(0.5), Sometimes(0.4), TimeSpan.FromMilliseconds(dice.Next(1, 9000)), Sometimes(0.2), Sometimes(0.5), Sometimes(0.3),
            dice.Next(3) == 0 ? dice.Next(2_000, 20_000) : int.MaxValue);
    }
}

/// <summary>
/// Broker and network as the gateway meets them: batches and receipts are lost, copied, delayed and so reordered, connections are
/// cut, nobody listens, a broker takes only small packets. Excluded: bytes that change, since TLS and the chain would show it.
/// </summary>
internal sealed class SimLink(SimHub hub, Random dice) : ILink
{
    private readonly Queue<LinkEvent> reports = new();
    private readonly PriorityQueue<Action, (TimeSpan Due, long Order)> future = new();
    private readonly HashSet<long> unacknowledged = [];
    private long order, messages;
    private TimeSpan now;

    public Weather Weather { get; set; } = Weather.Fair;
    public bool Connected { get; private set; }
    public bool BlackHole { get; set; }
    public DateTimeOffset HubTime { get; set; } = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    /// <summary>Every batch handed over, in order.</summary>
    public List<LinkBatch> Sent { get; } = [];
    public int Unacknowledged => unacknowledged.Count;

    public void Connect()
    {
        Connected = true;
        reports.Enqueue(new LinkEvent(LinkEventKind.Connected));
    }

    public void Cut()
    {
        if (Connected)
        {
            Connected = false;
            reports.Enqueue(new LinkEvent(LinkEventKind.Lost, Why: "cut"));
        }
    }

    /// <summary>Lets everything happen that is due by then.</summary>
    public void RunUntil(TimeSpan then)
    {
        while (future.TryPeek(out Action? happen, out (TimeSpan Due, long Order) when) && when.Due <= then)
        {
            future.Dequeue();
            now = when.Due;
            happen();
        }
        now = then;
    }

    public bool TryReceive(out LinkEvent report) => reports.TryDequeue(out report);

    public void Acknowledge(long id) => Assert.True(unacknowledged.Remove(id), "acknowledged twice or never received");

    public void Report(in LinkEvent report) => reports.Enqueue(report);

    public void Deliver(LinkEventKind kind, byte[] payload)
    {
        unacknowledged.Add(++messages);
        reports.Enqueue(new LinkEvent(kind, messages, Payload: payload));
    }

    public void Send(LinkBatch batch)
    {
        Sent.Add(batch);
        if (!Connected || BlackHole)
        {
            return;
        }
        if (batch.Body.Length > Weather.TooLarge && batch.Properties.Count > 1)
        {
            Later(() => Answer(batch, LinkAnswer.TooLarge));
            return;
        }
        if (dice.NextDouble() < Weather.NobodyListens)
        {
            Later(() => Answer(batch, LinkAnswer.NobodyListens));
            return;
        }
        Later(() => Answer(batch, LinkAnswer.Taken));
        for (int copy = 0; copy <= (dice.NextDouble() < Weather.Copy ? 1 : 0); copy++)
        {
            if (dice.NextDouble() >= Weather.Loss)
            {
                Later(() => ToHub(batch));
            }
        }
    }

    private void Answer(LinkBatch batch, LinkAnswer answer)
    {
        if (Connected)
        {
            reports.Enqueue(new LinkEvent(LinkEventKind.Answered, batch.Id, answer));
        }
    }

    private void ToHub(LinkBatch batch)
    {
        if (hub.Take(batch, HubTime + now) is not { } answer)
        {
            return;
        }
        byte[] receipt = WireItems.Write(answer);
        if (dice.NextDouble() >= Weather.LostAnswer)
        {
            Later(() =>
            {
                if (Connected && !BlackHole)
                {
                    Deliver(LinkEventKind.Receipt, receipt);
                }
            });
        }
    }

    private void Later(Action happen) => future.Enqueue(happen, (now + (Weather.Delay * dice.NextDouble()), ++order));
}
