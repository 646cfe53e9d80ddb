using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

// the gateway's judgements held against the hub's own: charts computed again, and the settings that this hub issued
internal sealed partial class ItemTaking
{
    /// <summary>Finding: scores name a chart in a version that neither ships with this hub nor was approved here.</summary>
    public const string ChartNotHere = "finding/chart-not-here";

    private readonly HashSet<(string, string)> absent = [];
    private IssuedRules? issued;
    private bool isIssuedKnown;

    private void CheckScore(long id, ScoreItem score, bool late)
    {
        IReadOnlyDictionary<(string Id, string Version), Chart> charts = Charts([(score.Chart, score.ChartVersion)]);
        ScoreCheck check = ScoreCheck.Of(score, context.Versions, charts, Input);
        if (SettingsOf(score) is { } settings && Issued!.Expected(score, settings) is var expected && Issued.Difference(score, expected) is { Length: > 0 } difference)
        {
            check = check.Against(ScoreCheck.Of(expected, context.Versions, charts, Input), difference);
            store.Finding(gateway, IssuedRules.Skew, difference, now);
        }
        store.AddScoreCheck(id, check.Outcome, check.Detail);
        if (check.Judged is null)
        {
            owed.ExpectNamed(id, score, late);
            return;
        }
        Work |= owed.Check(id, score, check, late);
    }

    private void CheckAssessment(long id, AssessmentItem plan, bool late)
    {
        AssessmentItem judged = plan;
        if (SettingsOf(plan) is { } settings)
        {
            if (Issued!.Difference(plan, settings) is { Length: > 0 } difference)
            {
                store.Finding(gateway, IssuedRules.Skew, difference, now);
            }
            TriageWord.TryRead(plan.Triage, out Triage theirs);
            (Triage own, IReadOnlyList<string> reasons) = Issued.ByLimits(settings, readings.Values
                .Where(reading => reading.Assignment == plan.Assignment && string.Equals(reading.Set, plan.Set, StringComparison.Ordinal)).Select(reading => (reading, plan.At - reading.At)));
            if (own > theirs)
            {
                store.Finding(gateway, IssuedRules.Skew, Issued.Overlooked, now);
                judged = plan with { Triage = TriageWord.Of(own), Reasons = [.. plan.Reasons.Union(reasons, StringComparer.Ordinal).Order(StringComparer.Ordinal)] };
            }
        }
        owed.ExpectNamed(id, judged, late);
        if (!ReferenceEquals(judged, plan) && plan.Alert is null && TriageWord.TryRead(judged.Triage, out Triage triage))
        {
            Work |= owed.RaiseUnsaid(plan, new JudgedSet(triage, judged.Reasons, null), late);
        }
    }

    /// <summary>An alert that overlooks a limit is as severe as the limit.</summary>
    private AlertFact ByIssued(AlertItem alert, AlertFact fact)
    {
        if (alert.Kind is not WireWord.Alert || SettingsOf(alert) is not { } settings)
        {
            return fact;
        }
        (Triage own, IReadOnlyList<string> reasons) = Issued!.ByLimits(settings, alert.Inputs.Select(input => (IssuedRules.Reading(alert, input), TimeSpan.FromSeconds(input.AgeSeconds))));
        TriageWord.TryRead(alert.Triage, out Triage theirs);
        if (own <= theirs)
        {
            return fact;
        }
        store.Finding(gateway, IssuedRules.Skew, Issued.Overlooked, now);
        return fact with
        {
            Triage = own > fact.Triage ? own : fact.Triage, Reasons = [.. fact.Reasons.Union(reasons, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>The settings that this batch says it was judged by, where they are the ones that this hub keeps.</summary>
    private IssuedRules? Issued
    {
        get
        {
            if (!isIssuedKnown)
            {
                (issued, isIssuedKnown) = (shelf.Issued(store, gateway, context.Versions.GetValueOrDefault("profile")), true);
            }
            return issued;
        }
    }

    /// <summary>What was issued for an item's citizen at its time; null where that cannot be said, as with a clock that was never set, or a set of another time.</summary>
    private CitizenSettings? SettingsOf(Item item) => LateRule.IsSet(context) && item is not ScoreItem { History: true } ? Issued?.Of(item.Assignment, item.At) : null;

    /// <summary>The charts that are named: the shipped ones, else those that were approved; what is in neither is a finding, once for each version.</summary>
    private IReadOnlyDictionary<(string Id, string Version), Chart> Charts(IReadOnlyCollection<(string Id, string Version)> named)
    {
        if (named.All(shelf.Shipped.ContainsKey))
        {
            return shelf.Shipped;
        }
        IReadOnlyDictionary<(string Id, string Version), Chart> charts = shelf.WithApproved(store);
        foreach ((string id, string version) in named.Where(one => !charts.ContainsKey(one) && absent.Add(one)))
        {
            store.Finding(gateway, ChartNotHere, $"{id} {version}", now);
        }
        return charts;
    }
}
