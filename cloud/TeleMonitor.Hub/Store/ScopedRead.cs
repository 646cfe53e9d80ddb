using System.Globalization;
using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Hub.Store;

/// <summary>
/// What one viewer may read, as one consistent state of the store. Scope stands in the statements: who answers for a citizen now reads
/// all that is earlier, who did once keeps that period, who is called to a case or has taken it reads it while it is open. What was read
/// of which citizen is remembered for the audit.
/// </summary>
public sealed partial class ScopedRead
{
    private const string InForce = "g.person = @person and g.from_ms <= @now and (g.to_ms is null or g.to_ms > @now)";
    private const string Answers = "r.citizen = care_case.citizen and r.kind = g.kind and r.unit = g.unit";
    private const string Closed = "(select max(at_ms) from case_event where case_event.care_case = care_case.id)";

    /// <summary>Called to it or owning it while it is open, answering for its citizen now, or its team where it is about nobody who is known.</summary>
    private const string Present =
        $"""
        (care_case.state <> 'closed' and (care_case.team = g.unit or care_case.owner = g.person
          or exists (select 1 from page where page.care_case = care_case.id and (page.receiver = g.unit or page.receiver = g.person)))
        or exists (select 1 from responsibility r where {Answers} and r.from_ms <= @now and (r.to_ms is null or r.to_ms > @now))
        or care_case.team = g.unit and not exists (select 1 from responsibility r where r.citizen = care_case.citizen))
        """;

    /// <summary>Data that is only kept is seen by those who keep the citizen's rights, and by nobody else.</summary>
    private static readonly string IsInUse =
        $"(not exists (select 1 from citizen c where c.citizen = scoped.Citizen and c.restricted_ms is not null) or exists (select 1 from role_grant g join responsibility r on r.citizen = scoped.Citizen and r.kind = g.kind and r.unit = g.unit where {InForce} and g.role in {Roles(Sight.Rights)} and r.from_ms <= @now and (r.to_ms is null or r.to_ms > @now)))";

    private const string Former = $"exists (select 1 from responsibility r where {Answers} and r.to_ms <= @now and care_case.state = 'closed' and {Closed} >= r.from_ms and {Closed} <= r.to_ms)";

    private static readonly TimeSpan LooksOn = TimeSpan.FromMinutes(15);

    private readonly StoreTransaction read;
    private readonly Viewer viewer;
    private readonly Dictionary<long, Grant> grants = [];
    private readonly Dictionary<long, SeenCase> seen = [];
    private readonly List<AuditEntry> looked = [];

    internal ScopedRead(StoreTransaction read, Viewer viewer) => (this.read, this.viewer) = (read, viewer);

    /// <summary>True when the viewer has this sight of anything now.</summary>
    public bool May(Sight sight) => read.One<bool>($"select exists (select 1 from role_grant g where {InForce} and g.role in {Roles(sight)})", Who());

    /// <summary>Every sight that the viewer has of anything now.</summary>
    public IReadOnlySet<Sight> Sights()
    {
        string[] roles = [.. read.Query<string>($"select distinct g.role from role_grant g where {InForce}", Who())];
        return Enum.GetValues<Sight>().Where(sight => RoleRules.With(sight).Any(role => roles.Contains(CaseWord.Of(role)))).ToHashSet();
    }

    /// <summary>True when the viewer works for a unit now, in a role with this sight.</summary>
    public bool WorksFor(string unit, Sight sight) =>
        read.One<bool>($"select exists (select 1 from role_grant g where {InForce} and g.role in {Roles(sight)} and (g.unit = @unit or g.kind = 'hub'))", Who(unit: unit));

    /// <summary>Open cases of one team or of all, as far as they are the viewer's.</summary>
    public IReadOnlyList<CareCase> OpenCases(string? team) => Cases("state <> 'closed' and kind <> 'self-test' and (@team is null or team = @team)", "order by Id", Who(team: team));

    /// <summary>Closed cases, newest first.</summary>
    public IReadOnlyList<CareCase> ClosedCases(string? team, int most) =>
        Cases("state = 'closed' and kind <> 'self-test' and (@team is null or team = @team)", "order by Id desc limit @most + 0", Who(team: team, most: most));

    /// <summary>One case; null when there is none or it is not the viewer's, which cannot be told apart and is written down alike.</summary>
    public CareCase? CaseOf(long id)
    {
        if (Cases("id = @id and kind <> 'self-test'", "", Who(id: id)) is [{ } found])
        {
            Look("case", found.Citizen, $"case {id}", SeenOf(id).By, AuditOutcome.Done);
            return found;
        }
        Look("case", read.One<string>("select citizen from care_case where id = @id", new { id }) ?? "", $"case {id}", null, AuditOutcome.Denied);
        return null;
    }

    /// <summary>Writes down that the viewer was shown a case among others.</summary>
    public void Listed(CareCase @case)
    {
        long id = long.Parse(@case.Id, CultureInfo.InvariantCulture);
        Look("list", @case.Citizen, $"case {@case.Id}", SeenOf(id).By, AuditOutcome.Done);
    }

    /// <summary>The history of a case that was read, oldest first.</summary>
    public IReadOnlyList<CaseEventRow> EventsOf(long careCase) => [.. read.EventsOf(careCase).Where(row => row.AtMs <= SeenOf(careCase).UntilMs)];

    /// <summary>What happened last to a case that was read.</summary>
    public CaseEventRow? NewestEventOf(long careCase) => SeenOf(careCase).UntilMs == long.MaxValue ? read.NewestEventOf(careCase) : EventsOf(careCase) is [.., var last] ? last : null;

    /// <summary>The pages of a case that was read, oldest first.</summary>
    public IReadOnlyList<PageRow> PagesOf(long careCase) => [.. read.PagesOf(careCase).Where(row => row.CreatedMs <= SeenOf(careCase).UntilMs)];

    /// <summary>The newest alert of a case that was read; null when it has none.</summary>
    public BoardAlertRow? NewestAlertOf(long careCase) => read.NewestAlertOf(SeenOf(careCase).Id);

    /// <summary>The newest alerts of a case that was read, newest first; help calls, and what says that it is over, left out.</summary>
    public IReadOnlyList<AlertRow> NewestAlertsOf(long careCase, int most) => read.NewestAlertsOf(SeenOf(careCase).Id, most);

    /// <summary>An alert of a case that was read, as it was kept.</summary>
    public AlertRow? AlertOf(long careCase, BoardAlertRow alert) => SeenOf(careCase) is { } ? read.AlertOf(alert.Id) : null;

    /// <summary>Citizens of the viewer who are Unknown for want of data while no case of it is open, the longest first.</summary>
    public IReadOnlyList<UnknownRow> UnknownWithoutCase(int most)
    {
        ScopedUnknown[] theirs = [.. Unknown(most)];
        foreach (ScopedUnknown one in theirs)
        {
            Look("adherence", one.Citizen, "worklist", one.NowGrant, AuditOutcome.Done);
        }
        return [.. theirs.Select(one => new UnknownRow(one.Assignment, one.Citizen, one.Area, one.UnknownMs, one.Because, one.Plan))];
    }

    /// <summary>The readings, answers and scores among the newest items of the assignment that a read case was opened under.</summary>
    public IReadOnlyList<BoardItemRow> NewestItemsOf(long careCase, int most)
    {
        SeenCase one = SeenOf(careCase);
        return [.. read.NewestItemsOf(read.AssignmentOfCase(careCase), most).Where(row => row.AtMs >= one.FromMs && row.AtMs < one.UntilMs)];
    }

    /// <summary>The bytes of an item that an alert of a read case names; null when it is not the citizen's or not there.</summary>
    public byte[]? ItemBytes(long careCase, ItemKey key, string code)
    {
        int assignment = read.AssignmentOfCase(SeenOf(careCase).Id);
        return read.One<bool>("select exists (select 1 from item where gateway = @Gateway and boot = @Boot and tick = @Tick and code = @code and assignment = @assignment)",
            new { key.Gateway, key.Boot, key.Tick, code, assignment }) ? read.ItemBytes(key, code) : null;
    }

    /// <summary>How many citizens the viewer's units have at home with equipment now.</summary>
    public long CitizensInCare() => read.One<long>(
        $"""
        select count(distinct care_case.citizen) from assignment care_case
        where synthetic = 0 and from_ms <= @now and (to_ms is null or to_ms > @now) and exists (
          select 1 from role_grant g join responsibility r on {Answers} where {InForce} and g.role in {Roles(Sight.Health)} and r.from_ms <= @now and (r.to_ms is null or r.to_ms > @now))
        """, Who());

    /// <summary>The newest TEST of one of the viewer's teams that nobody has acknowledged.</summary>
    public DailyTestRow? OpenDailyTest(string team) => WorksFor(team, Sight.Health) ? read.OpenDailyTest(team) : null;

    /// <summary>The grant by which the viewer answers for a citizen now; 0 for none.</summary>
    private long Answering(string citizen, Sight sight = Sight.Health) => read.One<long>(
        $"""
        select coalesce(min(g.id), 0) from role_grant g cross join responsibility r on r.kind = g.kind and r.unit = g.unit
        where {InForce} and g.role in {Roles(sight)} and r.citizen = @citizen and r.from_ms <= @now and (r.to_ms is null or r.to_ms > @now)
        """, new { person = viewer.Person, now = viewer.Now.ToUnixTimeMilliseconds(), citizen });

    private IEnumerable<ScopedUnknown> Unknown(int most) => read.Query<ScopedUnknown>(
        $"""
        select * from (select {StoreTransaction.UnknownColumns},
          coalesce((select min(g.id) from role_grant g join responsibility r on r.citizen = assignment.citizen and r.kind = g.kind and r.unit = g.unit
            where {InForce} and g.role in {Roles(Sight.Health)} and r.from_ms <= @now and (r.to_ms is null or r.to_ms > @now)), 0) as NowGrant
        {StoreTransaction.UnknownRows}) scoped where NowGrant > 0 and {IsInUse} order by UnknownMs, Assignment limit @most + 0
        """, Who(most: most));

    /// <summary>What is to be written down: what this sign-in did not look at a moment ago.</summary>
    internal IReadOnlyList<AuditEntry> Looked() =>
        [.. looked.Distinct().Where(entry => entry.Outcome == AuditOutcome.Denied || !read.HasLooked(entry, viewer.Now - LooksOn))];

    private CareCase[] Cases(string which, string order, object parameters)
    {
        string roles = Roles(Sight.Health);
        ScopedCase[] rows = [.. read.Query<ScopedCase>(
            $"""
            select * from (select {StoreTransaction.CaseColumns},
              coalesce((select min(g.id) from role_grant g where {InForce} and g.role in {roles} and {Present}), 0) as NowGrant,
              coalesce((select min(g.id) from role_grant g where {InForce} and g.role in {roles} and {Former}), 0) as FormerGrant
            from care_case where {which}) scoped where (NowGrant > 0 or FormerGrant > 0)
              and (State <> 'closed' or {IsInUse}) {order}
            """, parameters)];
        foreach (ScopedCase row in rows)
        {
            seen[row.Id] = row.NowGrant > 0 ? new SeenCase(row.Id, row.NowGrant, long.MinValue, long.MaxValue) : Past(row.Id, row.FormerGrant);
        }
        return [.. rows.Select(row => row.Read())];
    }

    private SeenCase Past(long id, long grant)
    {
        PeriodRow period = read.One<PeriodRow>(
            $"""
            select min(r.from_ms) as FromMs, max(r.to_ms) as UntilMs from care_case join role_grant g on g.id = @grant join responsibility r on {Answers}
            where care_case.id = @id and r.to_ms <= @now and {Closed} >= r.from_ms and {Closed} <= r.to_ms
            """, new { id, grant, now = viewer.Now.ToUnixTimeMilliseconds() })!;
        return new SeenCase(id, grant, period.FromMs, period.UntilMs);
    }

    /// <summary>What may be seen of a case that was read.</summary>
    /// <exception cref="InvalidOperationException">The case was not read in scope first: a fault of the program.</exception>
    private SeenCase SeenOf(long careCase) => seen.TryGetValue(careCase, out SeenCase? one) ? one : throw new InvalidOperationException($"case {careCase} was not read in the viewer's scope");

    private void Look(string kind, string citizen, string why, long? grant, AuditOutcome outcome)
    {
        Grant? by = grant is { } id ? GrantOf(id) : null;
        outcome = grant is { } used && outcome == AuditOutcome.Done ? OutcomeBy(used) : outcome;
        looked.Add(new AuditEntry(viewer.Now, viewer.Person, by is null ? "" : CaseWord.Of(by.Role), by?.Unit ?? "", viewer.Session, "view", kind, citizen, why, outcome));
    }

    private Grant GrantOf(long id)
    {
        if (grants.Count == 0)
        {
            foreach ((long number, Grant grant) in read.GrantsOf(viewer.Person))
            {
                grants[number] = grant;
            }
        }
        return grants[id];
    }

    private object Who(string? team = null, string? unit = null, long? id = null, int most = 0) =>
        new { person = viewer.Person, now = viewer.Now.ToUnixTimeMilliseconds(), team, unit, id, most };

    /// <summary>As a list of words: constants of this program.</summary>
    private static string Roles(Sight sight) => $"({string.Join(", ", RoleRules.With(sight).Select(role => $"'{CaseWord.Of(role)}'"))})";

    /// <summary>A case that was read, by which grant, and the period that may be seen of it.</summary>
    private sealed record SeenCase(long Id, long By, long FromMs, long UntilMs);

    private sealed record PeriodRow(long FromMs, long UntilMs);

    // by properties: of a result without rows SQLite does not know what a computed column is
    private sealed class ScopedCase
    {
        public long Id { get; init; }
        public string Citizen { get; init; } = "";
        public string Kind { get; init; } = "";
        public string State { get; init; } = "";
        public string Triage { get; init; } = "";
        public string Team { get; init; } = "";
        public string? Owner { get; init; }
        public long Version { get; init; }
        public long OpenedMs { get; init; }
        public long? DueMs { get; init; }
        public string Snapshot { get; init; } = "";
        public string? Area { get; init; }
        public long NowGrant { get; init; }
        public long FormerGrant { get; init; }

        public CareCase Read() => new StoreTransaction.CaseRecord(Id, Citizen, Kind, State, Triage, Team, Owner, Version, OpenedMs, DueMs, Snapshot, Area).Read();
    }

    // by properties, as above
    private sealed class ScopedUnknown
    {
        public long Assignment { get; init; }
        public string Citizen { get; init; } = "";
        public string Area { get; init; } = "";
        public long UnknownMs { get; init; }
        public string Because { get; init; } = "";
        public string? Plan { get; init; }
        public long NowGrant { get; init; }
    }
}
