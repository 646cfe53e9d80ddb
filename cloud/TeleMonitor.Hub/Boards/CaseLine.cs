using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Boards;

/// <summary>One row of the worklist in words.</summary>
/// <param name="Facts">What it says.</param>
/// <param name="Words">In which words.</param>
/// <param name="Me">Id of the person who looks; null when none is chosen.</param>
public sealed record CaseLine(CaseFacts Facts, BoardWords Words, string? Me)
{
    /// <summary>The case.</summary>
    public CareCase Case => Facts.Case;

    /// <summary>The score that says most, or null.</summary>
    public AlertScore? Score => Facts.Alert?.Deciding;

    /// <summary>Word of the triage.</summary>
    public string TriageCode => TriageWord.Of(Case.Triage);

    /// <summary>True when somebody must take it.</summary>
    public bool IsFree => Case.State == CaseState.Open;

    /// <summary>True when its respond-by or its rung has passed.</summary>
    public bool IsLate => Case.VisibleDeadline is { } deadline && deadline <= Words.Now;

    /// <summary>True when the person who looks may assess it.</summary>
    public bool CanAssess => Case.State == CaseState.Taken || (IsFree && Me is not null && Case.Owner == Me);

    /// <summary>The sentence a nurse would say on the phone: the values that gave points, the most points first.</summary>
    public string Why
    {
        get
        {
            if (Case.Kind == CaseKind.UnreadableAlert)
            {
                return Words["why-unreadable"];
            }
            if (Case.Kind == CaseKind.Help)
            {
                return Case.Joined == 0 ? Words["why-help"] : Words["why-help-again", Case.Joined + 1];
            }
            if (Case.Kind == CaseKind.MissingData)
            {
                return Words["why-missing", Case.Reasons.Count > 0 ? ReasonText(Case.Reasons[^1]) : ""];
            }
            if (Score is not { } score)
            {
                return Words["why-reasons", string.Join(", ", Case.Reasons.Select(ReasonText).Distinct())];
            }
            var said = new List<string>();
            said.AddRange(BesideCharts(red: true));
            bool named = false;
            foreach ((string part, int points) in score.Parts.Where(part => part.Value > 0).OrderByDescending(part => part.Value))
            {
                string value = ValueOf(part) is { } found ? Say(found) : Words.PartName(part);
                said.Add(!named ? Words["why-points-in", value, points, ChartName(score)] : points > 1 ? Words["why-points", value, points] : value);
                named = true;
            }
            said.AddRange(BesideCharts(red: false));
            return said.Count == 0 ? Words["why-reasons", string.Join(", ", Case.Reasons.Select(ReasonText).Distinct())] : Capital(string.Join(", ", said));
        }
    }

    /// <summary>Limits, symptoms and trends of the newest alert, with the value that a limit is about.</summary>
    private IEnumerable<string> BesideCharts(bool red) => (Facts.Alert?.Reasons ?? [])
        .Where(reason => reason.Split('/')[0] is "limit" or "symptom" or "trend" && reason.EndsWith("red", StringComparison.Ordinal) == red)
        .Select(reason => Reason.LimitedVital(reason) is { } limited && ValueOf(limited.Name) is { } value ? Words["why-limit", Say(value), Words.LimitSide(reason)] : ReasonText(reason));

    private ShownValue? ValueOf(string name) => Facts.Alert?.Values.FirstOrDefault(shown => VitalCode.Of(shown.Vital).Name == name);

    /// <summary>What else was measured, without points.</summary>
    public string WhyMore
    {
        get
        {
            if (Case.Kind == CaseKind.UnreadableAlert)
            {
                return Facts.UnreadableFrom.Length > 0 ? Words["why-unreadable-from", Facts.UnreadableFrom] : Words["why-unreadable-more"];
            }
            if (Case.Kind == CaseKind.Help)
            {
                string[] last = [.. Facts.Alert?.Values.Where(value => value.Grade != Grade.Unusable).Select(Say) ?? []];
                return last.Length == 0 ? Words["why-help-nothing"] : Words["why-help-last", string.Join(", ", last)];
            }
            IEnumerable<string> others = Facts.Alert?.Values.Where(value => value.Grade != Grade.Unusable && (Score is null || Score.Parts.GetValueOrDefault(VitalCode.Of(value.Vital).Name) == 0)).Select(Say) ?? [];
            string[] parts = [.. others, .. Case.LastAlertOrigin == AlertOrigin.Hub ? new[] { Words["judged-by-hub"] } : []];
            return Capital(string.Join(" · ", parts));
        }
    }

    /// <summary>When it was so, for a case that rests on what came late; empty for any other.</summary>
    public string Was => !Case.Late ? "" : Case.LateAt is { } at ? Words["late-" + TriageCode, Words.Clock(at)] : Words["late-at-unknown"];

    /// <summary>How it stands with a second measurement; empty where none is asked for.</summary>
    public string Confirmed => Case.Confirming == Confirming.None ? "" : Words["confirming-" + CaseWord.Of(Case.Confirming)];

    /// <summary>Values that cannot be relied on fully.</summary>
    public string Doubtful => string.Join(", ", Facts.Alert?.Values.Where(value => value.Grade == Grade.Doubtful).Select(value => Words.PartName(VitalCode.Of(value.Vital).Name)) ?? []);

    /// <summary>Chart and total, or its bounds.</summary>
    public string ScoreText(AlertScore score) => score.Total is { } total ? $"{ChartName(score)} {total}" : $"{ChartName(score)} {score.Lowest}–{score.Highest}";

    /// <summary>What is missing and what to measure next.</summary>
    public string Missing(AlertScore score) => (score.Missing, score.Next) switch
    {
        ([], _) => Words["score-complete"],
        ([var only], { } next) when only == next => Words["score-next", Words.PartName(next)],
        (_, { } next) => Words["score-missing-next", string.Join(", ", score.Missing.Select(Words.PartName)), Words.PartName(next)],
        _ => Words["score-missing", string.Join(", ", score.Missing.Select(Words.PartName))],
    };

    /// <summary>Scores of the other charts.</summary>
    public string OtherScores => string.Join(" · ", Facts.Alert?.Scores.Where(score => score != Score).Select(ScoreText) ?? []);

    /// <summary>Highest total that the chart can give, for the bar.</summary>
    public int Ceiling(AlertScore score) => ChartOf(score) is { } chart ? chart.Parts.Sum(part => part.MaxPoints) : Math.Max(1, score.Highest);

    /// <summary>True when nobody has signed the chart.</summary>
    public bool IsUnapproved(AlertScore score) => ChartOf(score)?.Approved is null;

    /// <summary>Age of the newest value, and of the oldest where it differs.</summary>
    public string Age
    {
        get
        {
            if (Facts.Alert is not { Values.Count: > 0 } alert)
            {
                return Words["age-none"];
            }
            string newest = Words.Span(alert.Values.Min(value => value.Age)), oldest = Words.Span(alert.Values.Max(value => value.Age));
            return newest == oldest ? newest : Words["age-range", newest, oldest];
        }
    }

    /// <summary>What came after it was taken: the parts, or the total where no part is new.</summary>
    public string NewSinceTaken
    {
        get
        {
            string[] came = Case.Owner is null ? [] : [.. Case.Reasons.Where(reason => Reason.HasNew([reason], [.. Case.ReasonsWhenTaken]) && !KnownByOtherChart(reason))];
            string[] parts = [.. came.Where(reason => !IsTotal(reason))];
            return string.Join(", ", (parts.Length > 0 ? parts : came).Select(ReasonText).Distinct());
        }
    }

    /// <summary>Who has it.</summary>
    public string Owner => Case.Owner is not { } owner ? Words["owner-none"]
        : Words[IsFree ? "owner-reopened" : owner == Me ? "owner-you" : "owner-other", Words.Initials(owner)];

    /// <summary>What happened last.</summary>
    public string LastAct => Facts.LastEvent is { } last
        ? $"{Words.Clock(last.AtMs)} {Words["change-" + last.Change]}{(last.Person is { } person ? " · " + Words.Initials(person) : "")}"
        : "";

    /// <summary>The deadline as a countdown while a ladder runs, else as a time of day.</summary>
    public (string Before, string Clock) Deadline
    {
        get
        {
            if (Case.VisibleDeadline is not { } deadline)
            {
                return ("", Words["case-closed"]);
            }
            return IsLate ? (Words["deadline-passed"], Words.Span(Words.Now - deadline))
                : IsRung ? (Words["deadline-in"], Words.Span(deadline - Words.Now))
                : (Words["deadline-at"], Words.Clock(deadline));
        }
    }

    /// <summary>What happens at the deadline.</summary>
    public string Then
    {
        get
        {
            if (Case.VisibleDeadline is not { } deadline)
            {
                return "";
            }
            if (IsRung)
            {
                Ladder ladder = Words.Data.Ladders.For(Case.Triage);
                int next = Math.Min(Case.Rung + 1, ladder.Rungs.Count);
                string who = string.Join(Words["and"], ladder.Rungs[next - 1].To.Select(to => Words["receiver-" + CaseWord.Of(to)]));
                string at = Words["then-rung", who, next, ladder.Rungs.Count];
                return Case.Rung >= ladder.Rungs.Count ? Words["then-again", at] : at;
            }
            return Case.Overdue == Overdue.OwnerPaged && Case.OpensForAllAt is { } opens ? Words["then-open-for-all", Words.Clock(opens)]
                : Words[Case.AssessedAt is null ? "then-assess" : "then-review"];
        }
    }

    /// <summary>A reason code in words.</summary>
    public string ReasonText(string reason) => Words.Reason(reason);

    /// <summary>What the charts found, part by part: points of what is known, and what is missing.</summary>
    public string SubPoints(AlertScore score) => string.Join(", ", score.Parts.OrderByDescending(part => part.Value).Select(part => $"{Words.PartName(part.Key)} {part.Value}")
        .Concat(score.Missing.Select(part => Words["sub-missing", Words.PartName(part)])));

    /// <summary>Versions by which the newest alert was judged: charts, plan, signed settings.</summary>
    public string Versions => Facts.Alert is not { } alert ? "" : string.Join(" · ", alert.Scores.Select(score => $"{ChartName(score)} {score.ChartVersion}").Concat(
    [
        alert.Plan is { } plan ? Words["version-plan", plan] : Words["version-no-plan"],
        alert.Profile is { } profile ? Words["version-profile", profile] : Words["version-no-profile"],
    ]));

    /// <summary>What the newest alert has changed.</summary>
    public IEnumerable<string> ChangeText(AlertChange change)
    {
        if (change.Since is not { } since)
        {
            return [Words["changed-first"]];
        }
        string before = Words["triage-" + TriageWord.Of(change.Before ?? Triage.Unknown)], now = Words["triage-" + TriageWord.Of(change.Now)];
        string?[] said =
        [
            change.IsSame ? Words["changed-nothing"] : null,
            change.Before != change.Now ? Words["changed-triage", before, now] : null,
            change is { TotalBefore: { } was, Total: { } total } && was != total ? Words["changed-total", was, total] : null,
            change.New.Count > 0 ? Words["changed-new", Said(change.New)] : null,
            change.Gone.Count > 0 ? Words["changed-gone", Said(change.Gone)] : null,
            Words["changed-since", Words.Clock(since)],
        ];
        return said.OfType<string>();

        string Said(IEnumerable<string> reasons) => string.Join(", ", reasons.Select(ReasonText).Distinct());
    }

    /// <summary>A part that a second chart now counts too is no news to the nurse who took it for that part; more points in the same chart are.</summary>
    private bool KnownByOtherChart(string reason)
    {
        string text = ReasonText(reason), chart = reason[..(reason.IndexOf('/', StringComparison.Ordinal) + 1)];
        string[] known = [.. Case.ReasonsWhenTaken.Where(old => ReasonText(old) == text)];
        return known.Length > 0 && !known.Any(old => old.StartsWith(chart, StringComparison.Ordinal));
    }

    private static bool IsTotal(string reason) => reason.Split('/') is [_, "total", _];

    private bool IsRung => Case.NextRungAt is { } rung && rung == Case.VisibleDeadline;

    private string Say(ShownValue value)
    {
        string name = VitalCode.Of(value.Vital).Name;
        string said = value.Number is { } number ? Words["say-" + name, BoardWords.Number(number)] : Words["say-" + name, Words.Value(value)];
        return value.Grade == Grade.Doubtful ? Words["say-doubtful", said] : said;
    }

    private Chart? ChartOf(AlertScore score) => Words.Data.Charts.GetValueOrDefault((score.Chart, score.ChartVersion));

    private string ChartName(AlertScore score) => ChartOf(score)?.Name ?? score.Chart;

    private static string Capital(string sentence) => sentence.Length == 0 ? sentence : char.ToUpper(sentence[0], System.Globalization.CultureInfo.CurrentCulture) + sentence[1..];
}
