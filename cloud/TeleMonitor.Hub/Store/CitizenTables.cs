namespace TeleMonitor.Hub.Store;

/// <summary>A table that says something of a citizen.</summary>
/// <param name="Name">Table.</param>
/// <param name="Of">Which of its rows are the citizen's: a condition over <c>@citizen</c>.</param>
/// <param name="NotExported">Why the export leaves it out; null where it does not.</param>
/// <param name="NotErased">Why deletion leaves its rows; null where it does not.</param>
public sealed record CitizenTable(string Name, string Of, string? NotExported = null, string? NotErased = null);

/// <summary>Every table that says something of a citizen, in the order in which a deletion goes: who it is first, what others rest on last.</summary>
public static class CitizenTables
{
    private const string ByCitizen = "citizen = @citizen";
    private const string Loans = "(select number from assignment where assignment.citizen = @citizen)";
    private const string ByLoan = $"assignment in {Loans}";
    private const string Cases = "(select id from care_case where care_case.citizen = @citizen)";
    private const string ByCase = $"care_case in {Cases}";

    /// <summary>The pseudonym that a loan is left under when its citizen was deleted.</summary>
    public const string Erased = "erased";

    /// <summary>The tables.</summary>
    public static readonly IReadOnlyList<CitizenTable> All =
    [
        new("citizen", ByCitizen),
        new("citizen_search", ByCitizen, NotExported: "keyed hashes made of the identity: they say nothing that is not in it"),
        new("consent", ByCitizen),
        new("break_glass", ByCitizen),
        new("score_check", $"item in (select id from item where item.{ByLoan})"),
        new("thinned", ByLoan),
        new("judged", ByLoan),
        new("alert", $"{ByLoan} or {ByCase}"),
        new("notice", ByCase),
        new("page", ByCase),
        new("case_event", ByCase),
        new("care_case", ByCitizen),
        new("item", ByLoan),
        new("quarantine", DuringLoan("quarantine", "stored_ms")),
        new("finding", DuringLoan("finding", "opened_ms"), NotErased: "facts about a kit without health data: they stay with the kit"),
        new("plan_watch", ByLoan),
        new("plan_taken", ByLoan),
        new("plan_pause", ByLoan),
        new("citizen_plan", ByLoan),
        new("citizen_settings", ByLoan),
        new("wipe", ByLoan),
        new("responsibility_due", ByCitizen, NotExported: "says only that the units who answer are to be computed again"),
        new("responsibility", ByCitizen),
        new("place", ByCitizen),
        new("assignment", ByCitizen, NotErased: "numbers of loans are never used again and kits keep their history: citizen and place are taken out of the row"),
        new("erasure", ByCitizen, NotExported: "stands only where everything else is gone", NotErased: "says that it was done"),
        new("audit", ByCitizen, NotErased: "a chain; the pseudonym in it leads to nobody any more, and its lines go in their own time"),
    ];

    /// <summary>Tables with such a column that say nothing of a citizen, and why.</summary>
    public static readonly IReadOnlyDictionary<string, string> Others = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["self_test"] = "cases of the self-test, whose gateway is nobody's",
    };

    /// <summary>What a gateway said from the beginning of the loan to the beginning of the next.</summary>
    private static string DuringLoan(string table, string at) =>
        $"""
        exists (select 1 from assignment a where a.citizen = @citizen and a.gateway = {table}.gateway and {table}.{at} >= a.from_ms
          and not exists (select 1 from assignment later where later.gateway = a.gateway and later.from_ms > a.from_ms and later.from_ms <= {table}.{at}))
        """;
}
