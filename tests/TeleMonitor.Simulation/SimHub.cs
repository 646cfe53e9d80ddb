namespace TeleMonitor.Simulation;

/// <summary>
/// The hub: one database, one or two processes over it. Faults: a process ends at any commit or between taking a batch and its case
/// step, for seconds or for an hour; two processes take batches out of their order; the machine's clock is stepped; the disk is full; the
/// store is put back to a copy of hours ago. Excluded: two stores that both believe they are the one.
/// </summary>
internal sealed class SimHub
{
    private readonly Dice dice;
    private readonly List<(TimeSpan At, HubDatabase Copy)> copies = [];

    public SimHub(World world, Weather weather, Composition composition, SimBroker broker)
    {
        (World, Weather, Composition, Broker, dice) = (world, weather, composition, broker, world.Dice("hub"));
        Machine = new HomeClock(world, 0);
        Database = new HubDatabase(MayCommit);
        int count = weather[Fault.TwoHubs] > 0 ? 2 : 1;
        Processes = [.. Enumerable.Range(1, count).Select(number => new HubProcess(this, $"hub-{number}"))];
        broker.Listener = () => Processes.Where(one => one.IsAlive).ToArray() is { Length: > 0 } alive ? alive[dice.Next(alive.Length)].Deliver : null;
        broker.Listeners = () => Processes.Where(one => one.IsAlive).Select(one => (Action<string, byte[], IReadOnlyList<KeyValuePair<string, string>>>)one.Deliver);
    }

    public World World { get; }
    public Weather Weather { get; }
    public Composition Composition { get; }
    public SimBroker Broker { get; }
    public HomeClock Machine { get; }
    public HubDatabase Database { get; private set; }
    public IReadOnlyList<HubProcess> Processes { get; }
    /// <summary>The process whose code runs now; null when somebody else looks at the store.</summary>
    public HubProcess? Running { get; set; }
    public Dice Dice => dice;
    /// <summary>Called when the store may have changed.</summary>
    public Action Changed { get; set; } = () => { };
    /// <summary>Called when the store was put back.</summary>
    public Action PutBack { get; set; } = () => { };

    public bool IsFull { get; private set; }
    /// <summary>Boot of the hub's machine.</summary>
    public string MachineBoot { get; private set; } = "hub-boot";

    public void Reboot()
    {
        MachineBoot = "hub-boot-" + dice.Id();
        Machine.Boot(withoutBattery: false);
    }

    /// <summary>Since when at least one process has run without a break on a store that can commit.</summary>
    public TimeSpan WorkingSince { get; set; }

    public void SetFull(bool full)
    {
        Database.SetFull(IsFull = full);
        WorkingSince = World.Now;
    }

    private bool MayCommit() => Running?.MayCommit() ?? true;

    public void KeepCopy()
    {
        copies.Add((World.Now, Database.Copy()));
        if (copies.Count > 4)
        {
            copies[0].Copy.Dispose();
            copies.RemoveAt(0);
        }
    }

    /// <summary>
    /// Whoever runs the hub puts an older copy back, with the hub stopped. Mostly they say so, as they are told to; where they forget, the
    /// store has the id it had.
    /// </summary>
    /// <returns>False when there is no copy.</returns>
    public bool Restore()
    {
        if (copies.Count == 0)
        {
            return false;
        }
        foreach (HubProcess process in Processes)
        {
            process.Die("the store is put back");
        }
        (TimeSpan at, HubDatabase copy) = copies[dice.Next(copies.Count)];
        copies.RemoveAll(one => one.At > at);
        Database.Dispose();
        Database = copy.Copy();
        IsFull = false;
        bool declared = dice.Chance(0.75);
        string id = Database.One<string>("select id from hub")!;
        if (declared)
        {
            Database.Store(Machine.GetUtcNow(), dice.Id).Restored(dice.Id(), Machine.GetUtcNow());
        }
        else
        {
            Undeclared.Add(id);
        }
        World.Note($"hub store of {at} is put back{(declared ? "" : ", and nobody says so")}");
        PutBack();
        return true;
    }

    /// <summary>Ids of hubs that went back without saying so: what they had receipted proves nothing.</summary>
    public HashSet<string> Undeclared { get; } = new(StringComparer.Ordinal);

    public void Dispose()
    {
        foreach ((_, HubDatabase copy) in copies)
        {
            copy.Dispose();
        }
        Database.Dispose();
    }
}
