using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub;

namespace TeleMonitor.Simulation;

/// <summary>
/// The people at the boards. Faults: a board is closed for a while; a case is taken an hour late, by two people, or by nobody; acts are
/// repeated, and come again after the case was closed. Excluded: an act without a person, which the boards cannot make.
/// </summary>
internal sealed class SimStaff
{
    private readonly World world;
    private readonly Weather weather;
    private readonly SimHub hub;
    private readonly Dice dice;
    private readonly string[] teams;
    private readonly HashSet<string> closed = new(StringComparer.Ordinal);
    private readonly HashSet<(long Case, long Opening)> seen = [];
    private readonly Dictionary<string, long> told = new(StringComparer.Ordinal);
    private bool gone;
    private int age;

    public SimStaff(World world, Weather weather, SimHub hub, IEnumerable<string> areas)
    {
        (this.world, this.weather, this.hub, dice) = (world, weather, hub, world.Dice("staff"));
        Route[] routes = [.. areas.Select(area => Router.Route(Shipped.Hub.Topology, area, Vitals.Readings.Triage.Red, World.Start))];
        teams = [.. routes.SelectMany(route => new[] { route.Team, route.Coordinator, route.Fallback }).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        foreach (HubProcess process in hub.Processes)
        {
            process.OpenBoards = () => teams.Where(team => !closed.Contains(team));
            process.Told = Tell;
        }
    }

    public IReadOnlyList<string> Teams => teams;

    /// <summary>How often the boards of a team were told that something changed.</summary>
    public long Told(string team) => told.GetValueOrDefault(team);

    /// <summary>One board is closed for a while.</summary>
    public void CloseBoard()
    {
        string team = dice.Pick(teams);
        if (closed.Add(team))
        {
            SetBoards();
            world.In(dice.Between(60, 3600), () => OpenBoard(team));
        }
    }

    /// <summary>The store was put back: every board shows what is there now, and what was meant for a case that is gone is not done to another.</summary>
    public void PutBack()
    {
        age++;
        seen.Clear();
    }

    /// <summary>Every board is open and everybody answers.</summary>
    public void AllBack()
    {
        closed.Clear();
        SetBoards();
    }

    /// <summary>Boards stay open, nobody answers any more.</summary>
    public void Leave() => gone = true;

    private void OpenBoard(string team)
    {
        closed.Remove(team);
        SetBoards();
    }

    private void SetBoards()
    {
        foreach (HubProcess process in hub.Processes)
        {
            process.SetBoards();
        }
    }

    private void Tell(HubProcess process, string team)
    {
        told[team] = Told(team) + 1;
        world.In(dice.Between(0.1, 2), () => Look(process, team));
    }

    private void Look(HubProcess process, string team)
    {
        if (!process.IsAlive || closed.Contains(team) || gone)
        {
            return;
        }
        foreach (CareCase open in process.Store.Read(read => read.OpenCases(team)).Where(one => one.State == CaseState.Open))
        {
            long id = long.Parse(open.Id);
            if (seen.Add((id, open.Version)) && !weather.Strikes(Fault.NobodyTakes, dice, 0.7))
            {
                TimeSpan wait = weather.Strikes(Fault.TakenLate, dice, 0.5) ? dice.Between(600, 4000) : dice.Between(20, 240);
                Person person = dice.Pick(People(team));
                int now = age;
                world.In(wait, () => Take(now, id, open.Version, person));
            }
        }
    }

    private static Person[] People(string team) =>
        Shipped.Hub.People.All.Where(person => string.Equals(person.Team, team, StringComparison.Ordinal)).DefaultIfEmpty(Shipped.Hub.People.All[0]).ToArray();

    private void Take(int meant, long id, long version, Person person)
    {
        if (meant != age)
        {
            return;
        }
        Act(meant, id, new Take(person.Id), person, version);
        if (weather.Strikes(Fault.ActedTwice, dice, 0.5))
        {
            world.In(dice.Between(0.1, 90), () => Act(meant, id, new Take(dice.Pick(Shipped.Hub.People.All).Id), person, version));
        }
        world.In(weather.Strikes(Fault.TakenLate, dice, 0.3) ? dice.Between(4000, 9000) : dice.Between(120, 1800), () => Act(meant, id, new Assess(person.Id, "seen"), person, null));
        TimeSpan close = dice.Between(1900, 5400);
        world.In(close, () => Act(meant, id, new Close(person.Id, "over"), person, null));
        if (weather.Strikes(Fault.ActedAfterClose, dice, 0.5))
        {
            world.In(close + dice.Between(1, 900), () => Act(meant, id, dice.Chance(0.5) ? new Take(person.Id) : new Assess(person.Id), person, version));
        }
    }

    private void Act(int meant, long id, CaseEvent act, Person person, long? version, int tries = 0)
    {
        if (gone || meant != age)
        {
            return;
        }
        HubProcess? process = hub.Processes.FirstOrDefault(one => one.IsAlive);
        ActResult? result = null;
        if (process is null || !process.Run(() => result = process.Worker.Act(id, act, person, version, "", process.Clock.GetUtcNow())))
        {
            if (tries < 20)
            {
                world.In(TimeSpan.FromSeconds(30), () => Act(meant, id, act, person, version, tries + 1)); // the page does not load: once more
            }
            return;
        }
        world.Note($"{person.Id} {act.GetType().Name} {id}: {result?.Step?.Change} {result?.Conflict}");
        process.Wake();
    }
}
