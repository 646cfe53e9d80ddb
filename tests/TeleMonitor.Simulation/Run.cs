using TeleMonitor.Hub.Store;

namespace TeleMonitor.Simulation;

/// <summary>What one run came to.</summary>
/// <param name="Broken">The property that does not hold and how; null when all hold.</param>
internal sealed record RunResult(ulong Seed, string Trace, long Steps, string? Broken, IReadOnlyDictionary<Fault, long> Injected, int Accepted, string Weather);

/// <summary>One seed: bad weather with safety checked at every step, then fair weather in which everything must settle in time.</summary>
internal sealed partial class Run
{
    private readonly World world;
    private readonly Weather weather;
    private readonly Ledger ledger = new();
    private readonly SimBroker broker;
    private readonly SimHub hub;
    private readonly SimStaff staff;
    private readonly List<SimHome> homes = [];
    private readonly List<SimCitizen> citizens = [];
    private readonly Checks checks;
    private readonly CaseChecks cases;
    private readonly Dice dice;
    private bool isFair;
    private int assignments, changes = -1;

    private static readonly string[] Areas = ["aabenraa", "toender", "nowhere"];

    public Run(ulong seed, Composition composition, Action<string>? log)
    {
        world = new World(seed, log);
        dice = world.Dice("trouble");
        weather = Weather.Draw(world.Dice("weather"), composition.Needs);
        foreach (Fault standing in new[] { Fault.TwoHubs, Fault.Drift }.Where(standing => weather[standing] > 0))
        {
            weather.Count(standing);
        }
        broker = new SimBroker(world, weather);
        hub = new SimHub(world, weather, composition, broker);
        staff = new SimStaff(world, weather, hub, Areas);
        checks = new Checks(ledger, hub, homes);
        cases = new CaseChecks(world, hub, staff);
        for (int number = 1; number <= Areas.Length; number++)
        {
            var home = new SimHome(world, weather, ledger, composition, broker, $"gw-sim-000{number}", $"home-{number}", NextLent(Areas[number - 1]), new SimCard(dice.Id()))
            {
                Moved = checks.Uplink, Reopened = _ => checks.Cards(),
            };
            homes.Add(home);
            citizens.Add(new SimCitizen(world, home));
        }
        (hub.Changed, hub.PutBack) = (LookAtStore, () => { checks.PutBack(); cases.PutBack(); });
    }

    /// <summary>Runs one seed to its end or to the first property that breaks.</summary>
    public static RunResult Of(ulong seed, Composition composition, Action<string>? log = null)
    {
        var run = new Run(seed, composition, log);
        string? broken = null;
        try
        {
            run.Go();
        }
        catch (BrokenException found)
        {
            broken = found.Message;
        }
        catch (Exception unforeseen) when (unforeseen is not OutOfMemoryException)
        {
            broken = $"unforeseen: {unforeseen}";
        }
        finally
        {
            run.hub.Dispose();
        }
        run.world.Note(broken ?? "all holds");
        return new RunResult(seed, run.world.Trace, run.world.Steps, broken, Enum.GetValues<Fault>().ToDictionary(fault => fault, run.weather.Injected), run.ledger.Accepted.Count, run.weather.ToString());
    }

    private void Go()
    {
        log($"weather {weather}");
        foreach (HubProcess process in hub.Processes)
        {
            process.Start();
        }
        foreach (SimHome home in homes)
        {
            Register(home);
            home.Start();
        }
        foreach (SimCitizen citizen in citizens)
        {
            citizen.Start();
        }
        Trouble();
        Recurring(TimeSpan.FromMinutes(7), checks.Cards);
        world.RunUntil(TimeSpan.FromMinutes(dice.Next(30, 100)));
        Settle();
    }

    private void log(string line) => world.Note(line);

    private void LookAtStore()
    {
        if (hub.Database.Changes != changes)
        {
            changes = hub.Database.Changes;
            checks.Store();
        }
        cases.Store();
    }

    private Lent NextLent(string area) => new(++assignments, $"c-sim-{assignments}", area, 1, null);

    private void Register(SimHome home)
    {
        HubStore store = hub.Processes.First(one => one.IsAlive).Store;
        DateTimeOffset now = World.Start + world.Now;
        store.Write(write =>
        {
            write.RegisterGateway(home.Gateway, "kit-" + home.Gateway[^4..], now);
            write.RegisterAssignment(new Assignment(home.Lent.Assignment, home.Gateway, home.Lent.Citizen, home.Lent.Area, World.Start.AddDays(-30), null, false));
        });
        checks.Register(home.Lent.Assignment, home.Lent.Citizen);
    }

    private void Recurring(TimeSpan every, Action happen) => world.In(every, () =>
    {
        if (!isFair)
        {
            happen();
            Recurring(every, happen);
        }
    });
}
