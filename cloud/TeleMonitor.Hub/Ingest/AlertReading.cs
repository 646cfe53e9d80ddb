using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

/// <summary>What an alert item comes to when the hub has judged its inputs too.</summary>
/// <param name="Triage">The more severe of both judgements; Yellow while a second measurement is awaited.</param>
/// <param name="Reasons">Reasons of both.</param>
/// <param name="Total">Highest known lowest-total over the charts, or null.</param>
/// <param name="Confirming">How it stands with a second measurement.</param>
/// <param name="Covers">The triage it sees to within its own set; null: as the triage.</param>
public sealed record AlertFact(Triage Triage, IReadOnlyList<string> Reasons, int? Total, Confirming Confirming, Triage? Covers);

/// <summary>Reads an alert item as a fact about a citizen. Pure.</summary>
public static class AlertReading
{
    /// <summary>The more severe judgement counts: the gateway's words, or what the hub computes from the values in the alert (design.md rule 8).</summary>
    public static AlertFact Judge(AlertItem alert, IReadOnlyDictionary<(string Id, string Version), Chart> charts)
    {
        VitalSet set = SetReader.Read(alert.Inputs);
        var counting = new List<Chart>();
        int all = 0;
        var scores = new List<Score>();
        Judgement own = Judgement.None;
        foreach (AlertScore said in alert.Scores)
        {
            if (charts.TryGetValue((said.Chart, said.ChartVersion), out Chart? chart))
            {
                Score score = Scorer.Of(chart, in set, said.Scale, ScoreCheck.Asked(said.Required));
                all++;
                if (said.Asked != false || score.Triage == Triage.Red)
                {
                    own = own.And(chart, in set, in score);
                    counting.Add(chart);
                    scores.Add(score);
                }
            }
        }
        TriageWord.TryRead(alert.Triage, out Triage theirs);
        Triage triage = own.Total.Count > 0 && own.Triage > theirs ? own.Triage : theirs;
        int? total = alert.Scores.Count > 0 ? alert.Scores.Max(score => score.Lowest) : null;
        bool mayWait = all > 0 && all == alert.Scores.Count && Confirmation.MayWait(counting, in set, scores.ToArray(), alert.Reasons);
        Confirming confirming = ConfirmRule.Of(alert, triage, mayWait);
        bool awaited = confirming == Confirming.Awaited;
        return new AlertFact(awaited ? Triage.Yellow : triage, [.. alert.Reasons.Union(own.Reasons, StringComparer.Ordinal).Order(StringComparer.Ordinal)], total,
            confirming, awaited ? triage : null);
    }
}

/// <summary>Confirm before Red at the hub (design.md section 8). Pure.</summary>
public static class ConfirmRule
{
    /// <summary>
    /// How long the hub waits by its own clock, whatever the gateway says or does: the 5 minutes of design.md section 8, and a minute for
    /// the way, as for any alert that is named before it comes (rule 8).
    /// </summary>
    public static readonly TimeSpan Wait = TimeSpan.FromMinutes(5) + OwedAlert.Patience;

    /// <summary>
    /// How it stands with a second measurement. A gateway may ask for the waiting only where the design allows it: the hub has the values
    /// and sees for itself. A Red that must not wait is Red now.
    /// </summary>
    public static Confirming Of(AlertItem alert, Triage triage, bool mayWait) => alert switch
    {
        { Kind: WireWord.Cleared } => Confirming.None,
        { Because: "confirmed" } => Confirming.Confirmed,
        { Because: "not-confirmed" } => Confirming.NotConfirmed,
        { ConfirmingUntil: not null } when triage == Triage.Red && mayWait => Confirming.Awaited,
        _ => Confirming.None,
    };

    /// <summary>
    /// The triage that an alert sees to when a score names it. One whose Red waits, or waited, sees to the Red of its own set, as far as
    /// that is a Red which may wait: not another set's, not a higher total, not a part with 3 points. So no gateway can hide a Red behind
    /// a waiting.
    /// </summary>
    public static Triage SeenTo(AlertRow alert, string set, JudgedSet judged) =>
        alert.Covers is { } covers && alert.Set.Length > 0 && string.Equals(alert.Set, set, StringComparison.Ordinal) && (judged.Total is null || judged.Total <= alert.Total)
            && !judged.Reasons.Any(reason => reason.EndsWith("/3", StringComparison.Ordinal) || reason.Contains("/single-red/", StringComparison.Ordinal))
            ? covers : alert.Triage;
}
