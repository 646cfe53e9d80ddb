namespace TeleMonitor.Simulation;

/// <summary>What can go wrong. Each is drawn per seed: off, or on with a strength.</summary>
internal enum Fault
{
    Loss, Copy, Delay, LateReceipt, Cut, BlackHole, OneWay, SmallPackets, BrokerRestart,
    Drift, ClockStep, Boot1970,
    PowerCut, ProgramKilled, DiskFull, CardRestored, CardCloned,
    HubCrash, HubCrashAtCommit, HubRestartBeforeStep, HubDown, HubRestored, TwoHubs, HubClockStep, HubDiskFull,
    PoisonItem, Relent, ProfileChanged, ProfileForged,
    BoardClosed, TakenLate, ActedTwice, ActedAfterClose, NobodyTakes,
}

/// <summary>
/// The weather of one run (swarm: a mild mix of everything hides bugs, so each fault is left out of half of the runs). In fair weather
/// all is off.
/// </summary>
internal sealed class Weather
{
    private readonly double[] strength = new double[Enum.GetValues<Fault>().Length];
    private readonly long[] injected = new long[Enum.GetValues<Fault>().Length];
    private bool fair;

    /// <summary>Faults whose healing is not in the product yet; each is switched on with it.</summary>
    public static IReadOnlyList<Fault> Waiting { get; } = [];

    public static Weather Draw(Dice dice, IReadOnlyList<Fault> always)
    {
        var weather = new Weather();
        foreach (Fault fault in Enum.GetValues<Fault>())
        {
            bool on = dice.Chance(0.5);
            double drawn = 0.1 + (0.9 * dice.NextDouble());
            bool wanted = always.Contains(fault);
            weather.strength[(int)fault] = (on || wanted) && !Waiting.Contains(fault) ? (wanted ? 1 : drawn) : 0;
        }
        return weather;
    }

    /// <summary>0 off; else up to 1.</summary>
    public double this[Fault fault] => fair ? 0 : strength[(int)fault];

    public long Injected(Fault fault) => injected[(int)fault];

    /// <summary>Rolls for one fault, and counts it when it strikes.</summary>
    public bool Strikes(Fault fault, Dice dice, double most = 1)
    {
        bool strikes = dice.Chance(this[fault] * most);
        injected[(int)fault] += strikes ? 1 : 0;
        return strikes;
    }

    public void Count(Fault fault) => injected[(int)fault]++;

    public void Clear() => fair = true;

    public override string ToString() => string.Join(' ', Enum.GetValues<Fault>().Where(fault => strength[(int)fault] > 0)
        .Select(fault => FormattableString.Invariant($"{fault} {strength[(int)fault]:0.00}")));
}
