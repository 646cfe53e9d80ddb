using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Boards;

/// <summary>Whether the responses of an authority say something of an alert.</summary>
public enum GuidanceAnswer : byte
{
    /// <summary>They do: the total raised it.</summary>
    ByScore,
    /// <summary>Something else raised it, or made it more urgent than its total: responses are written for totals only.</summary>
    NotByScore,
    /// <summary>Nobody has written any for this chart.</summary>
    NoGuide,
}

/// <summary>A chart's result as hub and gateway together judge the values of an alert: the more severe of both (design.md rule 8). Pure.</summary>
/// <param name="Chart">Chart id.</param>
/// <param name="ChartVersion">Version of the chart.</param>
/// <param name="Triage">This chart's triage.</param>
/// <param name="Lowest">Lowest possible total.</param>
/// <param name="Highest">Highest possible total.</param>
/// <param name="Missing">How many parts are missing.</param>
/// <param name="Single">A single part decides by the chart.</param>
/// <param name="IsChecked">False where this hub does not have the chart: then these are the gateway's words.</param>
public sealed record JudgedScore(string Chart, string ChartVersion, Triage Triage, int Lowest, int Highest, int Missing, bool Single, bool IsChecked)
{
    /// <summary>Judges one chart again from the values.</summary>
    public static JudgedScore Of(AlertScore said, in VitalSet set, IReadOnlyDictionary<(string Id, string Version), Chart> charts, IEnumerable<string> reasons)
    {
        Triage theirs = AlertFacts.TriageOf(said);
        if (!charts.TryGetValue((said.Chart, said.ChartVersion), out Chart? chart))
        {
            return new JudgedScore(said.Chart, said.ChartVersion, theirs, said.Lowest, said.Highest, said.Missing.Count, reasons.Any(reason => IsSingle(reason, said.Chart)), false);
        }
        Score own = Scorer.Of(chart, in set, said.Scale, said.Required is null ? VitalMask.All : VitalMask.Of(said.Required));
        bool single = Judgement.None.And(chart, in set, in own).Reasons.Any(reason => IsSingle(reason, chart.Id));
        return new JudgedScore(chart.Id, chart.Version, own.Triage > theirs ? own.Triage : theirs, Math.Max(own.Lowest, said.Lowest), Math.Max(own.Highest, said.Highest),
            said.Missing.Count, single, true);
    }

    private static bool IsSingle(string reason, string chart) => reason.Split('/') is [var of, "single-red" or "single-yellow", _] && string.Equals(of, chart, StringComparison.Ordinal);
}

/// <summary>
/// What the responsible authority asks for at the total that raised an alert (clinical.md 1.4): chosen by the lowest possible total, so that it
/// is at least this. Pure.
/// </summary>
/// <param name="Answer">Whether there is something.</param>
/// <param name="Authority">Slug of the authority that is responsible now.</param>
/// <param name="Score">The total; null where no chart was asked.</param>
/// <param name="Guide">The authority's responses, or those for every authority without its own.</param>
/// <param name="Row">What they ask for; null unless <see cref="GuidanceAnswer.ByScore"/>.</param>
public sealed record Guidance(GuidanceAnswer Answer, string Authority, JudgedScore? Score, ResponseGuide? Guide, ResponseRow? Row)
{
    /// <summary>True when parts are missing, so that the total may be higher than the one it was chosen by.</summary>
    public bool IsByLowest => Score is { } score && score.Highest > score.Lowest;

    /// <summary>Finds it; null for a case that is not about measured values.</summary>
    public static Guidance? Of(CareCase @case, AlertFacts? alert, HubData data, DateTimeOffset now)
    {
        if (@case.Kind != CaseKind.Clinical || alert is null)
        {
            return null;
        }
        VitalSet set = alert.Set;
        JudgedScore? score = alert.Scores
            .Select(said => (Said: said, Judged: JudgedScore.Of(said, in set, data.Charts, alert.Reasons)))
            .Where(one => one.Said.Asked != false || one.Judged.Triage == Triage.Red)
            .Select(one => one.Judged).OrderByDescending(judged => judged.Triage).ThenBy(judged => judged.Missing).FirstOrDefault();
        string authority = Router.Route(data.Topology, @case.Area, @case.Triage, now).Authority;
        ResponseGuide? guide = score is null ? null : ResponseGuide.Find(data.Content.Guides.Values, authority, score.Chart);
        return score is null || score.Triage < alert.Triage || score.Triage is not (Triage.Yellow or Triage.Red) ? new Guidance(GuidanceAnswer.NotByScore, authority, score, guide, null)
            : guide is null ? new Guidance(GuidanceAnswer.NoGuide, authority, score, null, null)
            : new Guidance(GuidanceAnswer.ByScore, authority, score, guide, guide.For(score.Lowest, score.Single));
    }
}
