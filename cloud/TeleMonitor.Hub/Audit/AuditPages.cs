using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Localization;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Boards;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.People.Citizens;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.Audit;

/// <summary>What an auditor's page shows.</summary>
/// <param name="Frame">What stands round it.</param>
/// <param name="Text">Words of its language.</param>
/// <param name="Search">What was looked for.</param>
/// <param name="Lines">What was found, newest first; one more than a page where there are more.</param>
/// <param name="End">The end of the chain.</param>
/// <param name="Cut">Where its oldest lines were removed.</param>
/// <param name="Anchor">What was written down outside last; null when nothing was.</param>
/// <param name="Findings">What stands about the chain.</param>
public sealed record AuditView(
    FrameView Frame, IStringLocalizer<PeopleText> Text, AuditSearch Search, IReadOnlyList<AuditLine> Lines, AuditTail End, AuditCut? Cut, AuditAnchor? Anchor, IReadOnlyList<FindingRow> Findings)
{
    /// <summary>Lines of a page.</summary>
    public const int Page = 100;
    /// <summary>Why nothing was looked for; empty when something was.</summary>
    public string Problem { get; init; } = "";
    /// <summary>True when the database does not hold what stands outside.</summary>
    public bool IsBroken => Findings.Any(row => row.Code == AuditWatch.Broken);
    /// <summary>The lines of this page.</summary>
    public IEnumerable<AuditLine> Shown => Lines.Take(Page);
    /// <summary>Words of the lines.</summary>
    public AuditWords Words => new(Frame.Words, Text);

    /// <summary>The next page; null on the last.</summary>
    public string? Next => Lines.Count <= Page ? null : "/audit?" + string.Join('&', new (string Name, string? Value)[]
    {
        ("who", Search.Person), ("citizen", Search.Citizen), ("from", Day(Search.From)), ("to", LastDay), ("outcome", Search.Outcome is { } outcome ? CaseWord.Of(outcome) : null),
        ("before", Lines[Page - 1].Number.ToString(CultureInfo.InvariantCulture)),
    }.Where(one => one.Value is { Length: > 0 }).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}"));

    /// <summary>The last day that was asked for.</summary>
    public string LastDay => Search.To is { } to ? Day(to.AddDays(-1)) : "";

    /// <summary>A day as the browser's own field writes it.</summary>
    public string Day(DateTimeOffset? at) => at is { } time ? TimeZoneInfo.ConvertTime(time, Frame.Words.Data.Topology.Zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "";
}

/// <summary>What the citizen's own "who has looked" shows.</summary>
/// <param name="Frame">What stands round it.</param>
/// <param name="Text">Words of its language.</param>
/// <param name="Citizen">Pseudonym.</param>
/// <param name="Lines">Newest first; one more than a page where there are more.</param>
/// <param name="IsBroken">True when the chain is.</param>
public sealed record LookedView(FrameView Frame, IStringLocalizer<PeopleText> Text, string Citizen, IReadOnlyList<AuditLine> Lines, bool IsBroken)
{
    /// <summary>Words of the lines.</summary>
    public AuditWords Words => new(Frame.Words, Text);
    /// <summary>The lines of this page.</summary>
    public IEnumerable<AuditLine> Shown => Lines.Take(AuditView.Page);
    /// <summary>The next page; null on the last.</summary>
    public string? Next => Lines.Count <= AuditView.Page ? null : $"/citizens/{Citizen}/looked?before={Lines[AuditView.Page - 1].Number}";
}

/// <summary>The auditor's page, and the citizen's "who has looked".</summary>
public sealed class AuditPages(BoardParts parts)
{
    private const int MostCsv = 100_000;

    /// <summary>Adds the endpoints.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/audit", Show).Needs(Sight.Audit);
        app.MapGet("/citizens/{citizen}/looked", Looked).NeedsSession(); // whoever answers for the citizen, their coordinator, or an auditor: asked of the store
        app.MapGet("/citizens/{citizen}/looked.csv", LookedCsv).NeedsSession();
    }

    private IResult Show(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text)
    {
        AuditSearch? search = SearchOf(http.Request.Query);
        AuditAnchor? anchor = LastAnchor();
        (IReadOnlyList<AuditLine> lines, (AuditTail End, AuditCut? Cut) state, IReadOnlyList<FindingRow> findings) = parts.Store.ReadAs(Sessions.Of(http), read =>
            (search is null ? [] : read.Audit(search, AuditView.Page + 1), read.AuditState(), read.AuditFindings()));
        FrameView frame = FrameView.Of(parts, http, antiforgery, board, "audit") with { Path = "/audit" };
        var view = new AuditView(frame, text, search ?? new AuditSearch(null, null, null, null, null, null), lines, state.End, state.Cut, anchor, findings);
        return search is null ? PlainForm.Page<AuditPage>(view with { Problem = text["audit-not-readable"] }, StatusCodes.Status400BadRequest) : PlainForm.Page<AuditPage>(view);
    }

    private IResult Looked(HttpContext http, string citizen, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text)
    {
        if (!BreakGlassRules.IsPseudonym(citizen) || Lines(http, citizen, AuditView.Page + 1) is not { } lines)
        {
            return TypedResults.Problem("There is nothing here.", statusCode: StatusCodes.Status404NotFound);
        }
        bool broken = parts.Store.ReadAs(Sessions.Of(http), read => read.AuditFindings().Any(row => row.Code == AuditWatch.Broken));
        return PlainForm.Page<LookedPage>(new LookedView(FrameView.Of(parts, http, antiforgery, board, ""), text, citizen, lines, broken));
    }

    private IResult LookedCsv(HttpContext http, string citizen, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text)
    {
        if (!BreakGlassRules.IsPseudonym(citizen) || Lines(http, citizen, MostCsv) is not { } lines)
        {
            return TypedResults.Problem("There is nothing here.", statusCode: StatusCodes.Status404NotFound);
        }
        var words = new AuditWords(new BoardWords(board, parts.Data, parts.Clock.GetUtcNow()), text);
        var csv = new StringBuilder("\uFEFF").AppendJoin(';', new[] { "col-time", "col-role", "col-unit", "col-act", "col-kind", "col-why", "col-outcome" }.Select(key => text[key].Value)).Append("\r\n");
        foreach (AuditEntry entry in lines.Select(line => line.Entry))
        {
            string[] fields = [words.Time(entry), words.Role(entry), words.Unit(entry), words.Act(entry), words.Kind(entry), words.Why(entry), words.Outcome(entry)];
            csv.AppendJoin(';', fields.Select(field => $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")).Append("\r\n");
        }
        return TypedResults.File(Encoding.UTF8.GetBytes(csv.ToString()), "text/csv; charset=utf-8", $"opslag-{citizen}.csv");
    }

    private IReadOnlyList<AuditLine>? Lines(HttpContext http, string citizen, int most)
    {
        long before = long.TryParse(http.Request.Query["before"], NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : long.MaxValue;
        return parts.Store.ReadAs(Sessions.Of(http), read => read.WhoLooked(citizen, before, most));
    }

    /// <summary>What the form says; null when a field cannot be what it should be: it is then neither looked for nor written down, for it may be a name or a number.</summary>
    private AuditSearch? SearchOf(IQueryCollection query)
    {
        string who = query["who"].ToString().Trim(), citizen = query["citizen"].ToString().Trim(), outcome = query["outcome"].ToString(), before = query["before"].ToString();
        bool good = (who.Length == 0 || who is "hub" || Account.IsId(who)) && (citizen.Length == 0 || BreakGlassRules.IsPseudonym(citizen));
        good &= Day(query["from"].ToString(), out DateTimeOffset? from) & Day(query["to"].ToString(), out DateTimeOffset? to);
        AuditOutcome read = default;
        good &= outcome.Length == 0 || CaseWord.TryRead(outcome, out read);
        long number = long.MaxValue;
        good &= before.Length == 0 || long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        return !good ? null : new AuditSearch(who.Length == 0 ? null : who, citizen.Length == 0 ? null : citizen, from, to?.AddDays(1), outcome.Length == 0 ? null : read, before.Length == 0 ? null : number);
    }

    private bool Day(string text, out DateTimeOffset? at)
    {
        at = null;
        if (text.Length == 0)
        {
            return true;
        }
        if (!DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime day) || day.Year is < 2000 or > 2200)
        {
            return false;
        }
        at = new DateTimeOffset(day, parts.Data.Topology.Zone.GetUtcOffset(day));
        return true;
    }

    private AuditAnchor? LastAnchor()
    {
        try
        {
            return parts.Store.File is { } file ? new AnchorFile(AnchorFile.Beside(file)).Read(out _).MaxBy(anchor => anchor.Number) : null;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return null; // the page says that nothing stands outside; the watch has its finding
        }
    }
}

/// <summary>A line in words that a citizen understands.</summary>
public sealed class AuditWords(BoardWords words, IStringLocalizer<PeopleText> text)
{
    /// <summary>Day and time in Denmark.</summary>
    public string Time(AuditEntry entry) => Time(entry.At);

    /// <inheritdoc cref="Time(AuditEntry)"/>
    public string Time(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, words.Data.Topology.Zone).ToString("dd-MM-yyyy HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>As what somebody acted.</summary>
    public string Role(AuditEntry entry) => CaseWord.TryRead(entry.Role, out PersonRole role) ? words.Role(role) : text[entry.Person is "hub" or "machine" ? "role-system" : "role-none"];

    /// <summary>For which unit.</summary>
    public string Unit(AuditEntry entry) => entry.Unit.Length == 0 ? "" : words.Desk(entry.Unit) is var desk && desk != entry.Unit ? desk : words.Authority(entry.Unit);

    /// <summary>What was done.</summary>
    public string Act(AuditEntry entry) => Or("act-" + entry.Act, entry.Act);

    /// <summary>Which of the citizen's data.</summary>
    public string Kind(AuditEntry entry) => Or("kind-" + entry.Kind, entry.Kind);

    /// <summary>What for.</summary>
    public string Why(AuditEntry entry) => entry.Why.Split(' ', 2) switch
    {
        ["case", var number] when number.All(char.IsAsciiDigit) => text["why-case", number],
        ["break-glass", var number] => text["why-break-glass", number],
        _ => Or("why-" + entry.Why.Replace(' ', '-'), entry.Why),
    };

    /// <summary>How it ended.</summary>
    public string Outcome(AuditEntry entry) => Enum.IsDefined(entry.Outcome) ? text["outcome-" + CaseWord.Of(entry.Outcome)] : "?";

    private string Or(string key, string otherwise) => text[key] is { ResourceNotFound: false } found ? found.Value : otherwise;
}
