using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Audit;

namespace TeleMonitor.Hub.Store;

public sealed partial class StoreTransaction
{
    /// <summary>Writes lines at the end of the audit, in the transaction of what they tell of.</summary>
    public void AddAudit(IEnumerable<AuditEntry> entries)
    {
        AuditTail tail = AuditEnd();
        foreach (AuditEntry entry in entries)
        {
            // as it will be read again: the chain is over whole milliseconds
            long number = tail.Number + 1;
            string hash = AuditChain.Link(tail.Hash, number, entry);
            Run(
                """
                insert into audit (number, at_ms, person, role, unit, session, act, kind, citizen, why, outcome, hash)
                values (@number, @at, @Person, @Role, @Unit, @Session, @Act, @Kind, @Citizen, @Why, @outcome, @hash)
                """,
                new
                {
                    number, at = Milliseconds(entry.At), entry.Person, entry.Role, entry.Unit, entry.Session, entry.Act, entry.Kind, entry.Citizen, entry.Why,
                    outcome = CaseWord.Of(entry.Outcome), hash,
                });
            tail = new AuditTail(number, hash);
        }
    }

    /// <summary>The last line's number and link; zero and the start while there is none.</summary>
    public AuditTail AuditEnd() => One<AuditTail>("select number as Number, hash as Hash from audit order by number desc limit 1")
        ?? (AuditCut() is { } cut ? new AuditTail(cut.Number, cut.Hash) : new AuditTail(0, AuditChain.Start));

    /// <summary>Where the oldest lines were removed; null while none were.</summary>
    public AuditCut? AuditCut() => One<CutRow>("select number as Number, hash as Hash, at_ms as AtMs from audit_cut order by number desc limit 1") is { } row ? new AuditCut(row.Number, row.Hash, Time(row.AtMs)) : null;

    /// <summary>Where the oldest lines may be removed next: the last of so many, all older than a time; null when there is none. The last line of all always stays.</summary>
    public AuditLine? AuditCutNext(DateTimeOffset olderThan, int most) => One<AuditRow>(
        $"""
        select {AuditColumns} from audit where number < coalesce((select min(number) from audit where at_ms >= @time), (select max(number) from audit))
          and number < (select min(number) from audit) + @most order by number desc limit 1
        """, new { time = Milliseconds(olderThan), most })?.Read();

    /// <summary>How many lines are older than a time, with every line before them.</summary>
    public long AuditOlderThan(DateTimeOffset time) => One<long>(
        "select count(*) from audit where number < coalesce((select min(number) from audit where at_ms >= @time), (select max(number) from audit))", new { time = Milliseconds(time) });

    /// <summary>Removes the lines up to this one, which must stand outside as the cut, and keeps its number and link.</summary>
    /// <returns>How many lines went.</returns>
    public int CutAudit(AuditLine at, DateTimeOffset now)
    {
        Run("insert into audit_cut (number, hash, at_ms) values (@Number, @Hash, @now)", new { at.Number, at.Hash, now = Milliseconds(now) });
        return Run("delete from audit where number <= @Number", new { at.Number });
    }

    /// <summary>Lines by a condition of this room.</summary>
    internal IReadOnlyList<AuditLine> AuditLines(string which, object parameters) => [.. Query<AuditRow>($"select {AuditColumns} from audit {which}", parameters).Select(row => row.Read())];

    /// <summary>Lines from a number on, in their order.</summary>
    public IReadOnlyList<AuditLine> AuditFrom(long number, int most) =>
        [.. Query<AuditRow>($"select {AuditColumns} from audit where number >= @number order by number limit @most + 0", new { number, most }).Select(row => row.Read())];

    /// <summary>All lines in their order, read piece by piece.</summary>
    public IEnumerable<AuditLine> AuditAll()
    {
        const int piece = 10_000;
        long next = long.MinValue;
        while (AuditFrom(next, piece) is { Count: > 0 } page)
        {
            foreach (AuditLine line in page)
            {
                yield return line;
            }
            next = page[^1].Number + 1;
        }
    }

    /// <summary>One line, or null.</summary>
    public AuditLine? AuditLineOf(long number) => One<AuditRow>($"select {AuditColumns} from audit where number = @number", new { number })?.Read();

    /// <summary>Lines about a citizen, oldest first.</summary>
    public IReadOnlyList<AuditLine> AuditOf(string citizen) =>
        [.. Query<AuditRow>($"select {AuditColumns} from audit where citizen = @citizen order by number", new { citizen }).Select(row => row.Read())];

    /// <summary>True when the same sign-in has looked at the same of a citizen since a time: looking on is not looking again.</summary>
    internal bool HasLooked(AuditEntry entry, DateTimeOffset since) => One<bool>(
        """
        select exists (select 1 from audit where person = @Person and session = @Session and citizen = @Citizen and kind = @Kind and at_ms > @since and why = @Why and act = @Act and outcome = @outcome)
        """,
        new { entry.Person, entry.Session, entry.Citizen, entry.Kind, entry.Why, entry.Act, outcome = CaseWord.Of(entry.Outcome), since = Milliseconds(since) });

    private const string AuditColumns =
        "number as Number, at_ms as AtMs, person as Person, role as Role, unit as Unit, session as Session, act as Act, kind as Kind, citizen as Citizen, why as Why, outcome as Outcome, hash as Hash";

    private sealed record CutRow(long Number, string Hash, long AtMs);

    private sealed record AuditRow(
        long Number, long AtMs, string Person, string Role, string Unit, string Session, string Act, string Kind, string Citizen, string Why, string Outcome, string Hash)
    {
        public AuditLine Read()
        {
            // a word that nobody writes breaks the chain, as it must: it reads as another outcome
            AuditOutcome outcome = CaseWord.TryRead(Outcome, out AuditOutcome read) ? read : (AuditOutcome)byte.MaxValue;
            return new AuditLine(Number, new AuditEntry(Time(AtMs), Person, Role, Unit, Session, Act, Kind, Citizen, Why, outcome), Hash);
        }
    }
}

/// <summary>The end of the audit.</summary>
/// <param name="Number">Number of the last line.</param>
/// <param name="Hash">Its link.</param>
public sealed record AuditTail(long Number, string Hash);
