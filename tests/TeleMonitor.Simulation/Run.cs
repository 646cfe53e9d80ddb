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
    private readonly HelpChecks help;
    private readonly PlanChecks plans;
    private readonly Dice dice;
    private readonly Composition composition;
    private readonly Dictionary<SimHome, CardState> images = [];
    private readonly SortedDictionary<int, Assignment> register = [];
    private bool isFair;
    private int assignments, changes = -1;

    private static readonly string[] Areas = ["aabenraa", "toender", "nowhere", "soenderborg"]; // the last citizen never measures

    public Run(ulong seed, Composition composition, Action<string>? log)
    {
        this.composition = composition;
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
        help = new HelpChecks(world, hub, homes, checks);
        plans = new PlanChecks(world, hub, GatewayOf(1), GatewayOf(Areas.Length));
        for (int number = 1; number <= Areas.Length; number++)
        {
            var lent = new Lent(++assignments, $"c-sim-{assignments}", Areas[number - 1], 1, number < 3 ? TimeSpan.FromMinutes(5) : null);
            NewHome(GatewayOf(number), $"home-{number}", lent, new SimCard(dice.Id()));
        }
        (hub.Changed, hub.PutBack) = (LookAtStore, PutBack);
    }

    private static string GatewayOf(int number) => $"gw-sim-000{number}";

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
        Plan();
        Recurring(TimeSpan.FromMinutes(7), checks.Cards);
        world.RunUntil(TimeSpan.FromMinutes(dice.Next(composition.Weather.Least, composition.Weather.Most)));
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
        plans.Store();
    }

    private SimHome NewHome(string gateway, string name, Lent lent, SimCard card)
    {
        var home = new SimHome(world, weather, ledger, composition, broker, gateway, name, lent, card) { Moved = Moved, Reopened = Opened, Making = plans.Making };
        homes.Add(home);
        citizens.Add(new SimCitizen(world, home, composition.JustRed, plans.IsQuiet(gateway)));
        return home;
    }

    private void Moved(SimHome home)
    {
        checks.Uplink(home);
        help.Uplink(home);
    }

    private void Opened(SimHome home)
    {
        checks.Cards();
        if (weather[Fault.CardRestored] > 0 && !images.ContainsKey(home))
        {
            images[home] = home.Card.Image();
            world.In(TimeSpan.FromMinutes(17), () => images[home] = home.Card.Image());
        }
    }

    private Lent NextLent(Lent ended) => ended with { Assignment = ++assignments, Citizen = $"c-sim-{assignments}" };

    private void Register(SimHome home)
    {
        register[home.Lent.Assignment] = new Assignment(home.Lent.Assignment, home.Gateway, home.Lent.Citizen, home.Lent.Area, World.Start.AddDays(-30), null, false);
        checks.Register(home.Lent.Assignment, home.Lent.Citizen);
        WriteRegister(hub.Database.Store(world.Wall, dice.Id));
    }

    private void WriteRegister(HubStore store) => store.Write(write =>
    {
        foreach (Assignment one in register.Values)
        {
            write.RegisterGateway(one.Gateway, "kit-" + one.Gateway[^4..], world.Wall);
            write.RegisterAssignment(one);
        }
        RegisterPlans(write);
    });

    /// <summary>The register is a file of the authority's: it is read into a store that was put back, before the hub starts.</summary>
    private void PutBack()
    {
        WriteRegister(hub.Database.Store(world.Wall, dice.Id));
        changes = -1;
        staff.PutBack();
        checks.PutBack();
        cases.PutBack();
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
