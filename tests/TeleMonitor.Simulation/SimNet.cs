using TeleMonitor.Gateway.Uplink;

namespace TeleMonitor.Simulation;

/// <summary>The way out of one home; it outlives programs and boots.</summary>
internal sealed class SimPath
{
    /// <summary>Nothing goes through, and both ends notice at once.</summary>
    public bool Cut { get; set; }
    /// <summary>What goes up vanishes; nobody notices until the keep-alive does.</summary>
    public bool DropsUp { get; set; }
    /// <summary>What comes down vanishes.</summary>
    public bool DropsDown { get; set; }
}

/// <summary>
/// Network and broker. Faults: messages are lost after the broker's PUBACK, copied, delayed by seconds and so reordered, receipts arrive
/// many minutes late; a link is cut, swallows everything in both or one direction, takes only small packets; the broker restarts and
/// forgets all it acknowledged; a second client of one name throws the first off. Excluded: bytes that change, since TLS ends such a
/// connection.
/// </summary>
internal sealed class SimBroker(World world, Weather weather)
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(45);
    private readonly Dice dice = world.Dice("broker");
    private readonly SortedDictionary<string, SimLink> links = new(StringComparer.Ordinal);
    private int life;

    public bool IsUp { get; private set; } = true;

    /// <summary>Gives the hub that is to take the next message; null when none listens.</summary>
    public Func<Action<string, byte[], IReadOnlyList<KeyValuePair<string, string>>>?> Listener { get; set; } = () => null;

    /// <summary>Every hub that listens: presence is not shared.</summary>
    public Func<IEnumerable<Action<string, byte[], IReadOnlyList<KeyValuePair<string, string>>>>> Listeners { get; set; } = () => [];

    public bool TryConnect(SimLink link)
    {
        if (!IsUp || link.Path.Cut || link.Path.DropsUp || link.Path.DropsDown)
        {
            return false;
        }
        if (links.TryGetValue(link.Gateway, out SimLink? older) && older != link)
        {
            older.Lose("another client has this gateway's name");
        }
        links[link.Gateway] = link;
        return true;
    }

    public void Gone(SimLink link, byte[] will)
    {
        if (links.TryGetValue(link.Gateway, out SimLink? current) && current == link)
        {
            links.Remove(link.Gateway);
        }
        Later(KeepAlive, () => Present(link.Gateway, will));
    }

    public void Present(string gateway, byte[] payload)
    {
        foreach (var hub in Listeners())
        {
            hub($"tm/v1/{gateway}/presence", payload, []);
        }
    }

    public void TakeUp(SimLink link, LinkBatch batch)
    {
        if (weather[Fault.SmallPackets] > 0 && batch.Properties.Count > 1 && batch.Body.Length > 3000 / weather[Fault.SmallPackets])
        {
            weather.Count(Fault.SmallPackets);
            link.Report(new LinkEvent(LinkEventKind.Answered, batch.Id, LinkAnswer.TooLarge));
            return;
        }
        Later(Transit(), () =>
        {
            if (!link.IsConnected || link.Path.DropsUp)
            {
                return;
            }
            bool heard = Listener() is not null;
            Later(Transit(), () => link.Answer(batch.Id, heard ? LinkAnswer.Taken : LinkAnswer.NobodyListens));
            if (!heard || weather.Strikes(Fault.Loss, dice, 0.3))
            {
                return;
            }
            for (int copies = weather.Strikes(Fault.Copy, dice, 0.3) ? 2 : 1; copies > 0; copies--)
            {
                Later(Transit(), () => Listener()?.Invoke($"tm/v1/{link.Gateway}/up/{batch.Lane}", batch.Body, batch.Properties.ToUserProperties()));
            }
        });
    }

    public void SendDown(string gateway, LinkEventKind kind, byte[] payload)
    {
        if (weather.Strikes(Fault.Loss, dice, 0.3))
        {
            return;
        }
        for (int copies = weather.Strikes(Fault.Copy, dice, 0.3) ? 2 : 1; copies > 0; copies--)
        {
            TimeSpan wait = Transit() + (weather.Strikes(Fault.LateReceipt, dice, 0.1) ? dice.Between(60, 1200) : TimeSpan.Zero);
            world.In(wait, () =>
            {
                if (links.TryGetValue(gateway, out SimLink? link))
                {
                    link.Receive(kind, payload);
                }
            });
        }
    }

    /// <summary>Everything that it had acknowledged and not yet passed on is forgotten.</summary>
    public void Restart(TimeSpan down)
    {
        life++;
        IsUp = false;
        foreach (SimLink link in links.Values.ToArray())
        {
            link.Lose("the broker closed the connection");
        }
        links.Clear();
        world.In(down, () => IsUp = true);
    }

    private TimeSpan Transit() => weather[Fault.Delay] > 0 && weather.Strikes(Fault.Delay, dice, 0.5) ? dice.Between(0.02, 8) : dice.Between(0.002, 0.03);

    private void Later(TimeSpan wait, Action happen)
    {
        int mine = life;
        world.In(wait, () =>
        {
            if (mine == life)
            {
                happen();
            }
        });
    }
}

/// <summary>The simulated side of <see cref="ILink"/>: one program's connection, made again when it is lost.</summary>
internal sealed class SimLink(World world, SimBroker broker, SimPath path, Dice dice, string gateway, Func<string, byte[]> presence, Action raised) : ILink
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(45);
    private readonly Queue<LinkEvent> reports = new();
    private readonly HashSet<long> unacknowledged = [];
    private long messages;
    private TimeSpan silentSince = TimeSpan.MaxValue;
    private bool ended;

    public string Gateway => gateway;
    public SimPath Path => path;
    public bool IsConnected { get; private set; }
    /// <summary>Called with every batch that is handed over.</summary>
    public Action<LinkBatch> Sending { get; set; } = _ => { };

    public void Start() => world.In(dice.Between(0.1, 3), Connect);

    /// <summary>The program is gone; it reports nothing any more.</summary>
    public void End()
    {
        ended = true;
        if (IsConnected)
        {
            IsConnected = false;
            broker.Gone(this, presence("offline"));
        }
    }

    private void Connect()
    {
        if (ended || IsConnected)
        {
            return;
        }
        byte[] online = presence("online");
        if (ended)
        {
            return; // the power went while the connection was counted
        }
        if (!broker.TryConnect(this))
        {
            Report(new LinkEvent(LinkEventKind.Lost, Why: "no connection"));
            world.In(dice.Between(5, 30), Connect);
            return;
        }
        IsConnected = true;
        broker.Present(gateway, online);
        Report(new LinkEvent(LinkEventKind.Connected));
        Watch();
    }

    // what the keep-alive finds: a path that swallows everything
    private void Watch() => world.In(TimeSpan.FromSeconds(10), () =>
    {
        if (!IsConnected || ended)
        {
            return;
        }
        silentSince = path.DropsUp || path.DropsDown ? (silentSince < world.Now ? silentSince : world.Now) : TimeSpan.MaxValue;
        if (path.Cut || (silentSince < world.Now && world.Now - silentSince > KeepAlive))
        {
            Lose(path.Cut ? "cut" : "no answer within the keep-alive");
        }
        else
        {
            Watch();
        }
    });

    public void Lose(string why)
    {
        if (!IsConnected || ended)
        {
            return;
        }
        IsConnected = false;
        unacknowledged.Clear();
        broker.Gone(this, presence("offline"));
        Report(new LinkEvent(LinkEventKind.Lost, Why: why));
        world.In(dice.Between(1, 30), Connect);
    }

    public void Report(in LinkEvent report)
    {
        reports.Enqueue(report);
        raised();
    }

    public void Answer(long id, LinkAnswer answer)
    {
        if (IsConnected && !path.DropsDown)
        {
            Report(new LinkEvent(LinkEventKind.Answered, id, answer));
        }
    }

    public void Receive(LinkEventKind kind, byte[] payload)
    {
        if (IsConnected && !path.DropsDown)
        {
            unacknowledged.Add(++messages);
            Report(new LinkEvent(kind, messages, Payload: payload));
        }
    }

    public bool TryReceive(out LinkEvent report) => reports.TryDequeue(out report);

    public void Send(LinkBatch batch)
    {
        Sending(batch);
        if (IsConnected && !path.DropsUp)
        {
            broker.TakeUp(this, batch);
        }
    }

    public void Acknowledge(long id)
    {
        if (!unacknowledged.Remove(id) && IsConnected && id == messages)
        {
            throw new BrokenException("S6", $"{gateway} acknowledged message {id} twice");
        }
    }
}
