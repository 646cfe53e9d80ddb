using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Vitals.Plans;

/// <summary>
/// "Would this have alerted?": judges a stored history by given settings. Pure; one instance serves any number of citizens and threads.
/// </summary>
/// <remarks>
/// Counted is what would open a case or call its ladder again (design.md section 8). History does not tell what people would have done, so each
/// case counts as taken when it opens and as closed by the first Green set; repeats of a standing Red are not counted. Whole sets are judged, not
/// the readings as they came in, and every Red counts as confirmed.
/// </remarks>
public sealed class AlertReplay
{
    private static readonly long Slot = TimeSpan.FromMinutes(15).Ticks; // no zone changes its date or offset in between

    private readonly ReplaySettings settings;
    private readonly BatchScorer[] scorers;

    /// <summary>Compiles the settings.</summary>
    /// <exception cref="ArgumentException">More charts than <see cref="ReplaySettings.MostCharts"/>, none, or a limit of no number.</exception>
    public AlertReplay(ReplaySettings settings)
    {
        if (settings.Charts.Count is 0 or > ReplaySettings.MostCharts)
        {
            throw new ArgumentException($"a replay takes 1 to {ReplaySettings.MostCharts} charts, not {settings.Charts.Count}", nameof(settings));
        }
        if (settings.Limits.FirstOrDefault(limit => limit.Vital > Vital.Diastolic) is { } wrong)
        {
            throw new ArgumentException($"{wrong.Vital} is no number of a set", nameof(settings));
        }
        this.settings = settings;
        scorers = [.. settings.Charts.Select(chart => new BatchScorer(chart, settings.Scale, settings.Required))];
    }

    /// <summary>Replays one citizen.</summary>
    /// <param name="history">What is stored.</param>
    /// <param name="through">Last day that counts: yesterday, or the last day of an assignment that is over.</param>
    /// <param name="zone">Whose days these are.</param>
    /// <param name="events">What is known to have happened; in any order.</param>
    /// <param name="within">How long before an event an alert counts as being about it.</param>
    public ReplayResult Run(CitizenHistory history, DateOnly through, TimeZoneInfo zone, IReadOnlyList<ReplayEvent> events, TimeSpan within)
    {
        (SortedSet<DateOnly> days, int sets) = Days(history, through, zone);
        var alerts = new List<ReplayAlert>();
        List<(DateTimeOffset From, DateTimeOffset? To)> cases = [];
        Walk(history, sets, alerts, cases);
        return new ReplayResult
        {
            Citizen = history.Citizen, Sets = sets, DaysWithData = days.Count, Days = days.Count == 0 ? 0 : through.DayNumber - days.Min.DayNumber + 1,
            DaysWithout = [.. days.Count == 0 ? [] : Enumerable.Range(days.Min.DayNumber, through.DayNumber - days.Min.DayNumber + 1).Select(DateOnly.FromDayNumber).Where(day => !days.Contains(day))],
            Alerts = alerts,
            Leads = [.. events.Where(one => days.Count > 0 && Day(one.At, zone) is var day && day >= days.Min && day <= through).OrderBy(one => one.At).Select(one => Lead(one, alerts, cases, within))],
        };
    }

    private static DateOnly Day(DateTimeOffset at, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    /// <summary>The days with data, and how many sets there are up to the last day that counts.</summary>
    private static (SortedSet<DateOnly> Days, int Sets) Days(CitizenHistory history, DateOnly through, TimeZoneInfo zone)
    {
        var days = new SortedSet<DateOnly>();
        long slot = long.MinValue;
        for (int place = 0; place < history.Sets.Count; place++)
        {
            DateTimeOffset at = history.At(place);
            if (at.UtcTicks / Slot == slot)
            {
                continue;
            }
            slot = at.UtcTicks / Slot;
            if (Day(at, zone) is var day && day > through)
            {
                return (days, place);
            }
            else
            {
                days.Add(day);
            }
        }
        return (days, history.Sets.Count);
    }

    private void Walk(CitizenHistory history, int sets, List<ReplayAlert> alerts, List<(DateTimeOffset From, DateTimeOffset? To)> cases)
    {
        BatchScore[][] scores = [.. scorers.Select(_ => new BatchScore[history.Sets.Count])];
        for (int chart = 0; chart < scorers.Length; chart++)
        {
            scorers[chart].Score(history.Sets, scores[chart]);
        }
        (Triage standing, ReasonBits before) = (Triage.Unknown, default);
        (bool open, Triage worst, ReasonBits taken) = (false, Triage.Green, default);
        for (int place = 0; place < sets; place++)
        {
            Triage triage = scores[0][place].Triage;
            for (int chart = 1; chart < scores.Length; chart++)
            {
                triage = Worse(triage, scores[chart][place].Triage);
            }
            ReasonBits reasons = default;
            if (triage >= Triage.Yellow || settings.Limits.Count > 0)
            {
                triage = Judge(history.Sets[place], triage, ref reasons);
            }
            bool sent = triage >= Triage.Yellow && (triage > standing || reasons.HasNew(in before)); // AlertRule.Decide
            (standing, before) = (triage, reasons);
            if (sent && (!open || triage > worst || reasons.HasNew(in taken)))
            {
                alerts.Add(new ReplayAlert(place, history.At(place), open ? ReplayBecause.CalledAgain : ReplayBecause.Opened, triage, Reasons(history.Sets[place], in reasons)));
                if (!open)
                {
                    cases.Add((history.At(place), null));
                    (worst, taken) = (triage, default);
                }
                (open, worst) = (true, Worse(worst, triage));
                taken.Join(in reasons);
            }
            else if (open && triage == Triage.Green)
            {
                open = false;
                cases[^1] = (cases[^1].From, history.At(place));
            }
        }
    }

    /// <summary>Reasons of a set, and its triage with the limits.</summary>
    private Triage Judge(in VitalSet set, Triage byCharts, ref ReasonBits reasons)
    {
        Triage triage = byCharts;
        foreach (ReplayLimit limit in settings.Limits)
        {
            triage = Worse(triage, reasons.Add(limit, in set));
        }
        for (int chart = 0; chart < settings.Charts.Count && byCharts >= Triage.Yellow; chart++)
        {
            reasons.Add(chart, settings.Charts[chart], in set, Scorer.Of(settings.Charts[chart], in set, settings.Scale, settings.Required));
        }
        return triage;
    }

    private string[] Reasons(in VitalSet set, in ReasonBits reasons)
    {
        Judgement judgement = Judgement.None;
        foreach (Chart chart in settings.Charts)
        {
            judgement = judgement.And(chart, in set, Scorer.Of(chart, in set, settings.Scale, settings.Required));
        }
        return [.. judgement.Reasons.Concat(reasons.LimitReasons()).Order(StringComparer.Ordinal)];
    }

    private static Triage Worse(Triage one, Triage other) => one > other ? one : other;

    private static ReplayLead Lead(ReplayEvent happened, List<ReplayAlert> alerts, List<(DateTimeOffset From, DateTimeOffset? To)> cases, TimeSpan within)
    {
        IEnumerable<ReplayAlert> about = alerts.Where(alert => alert.At <= happened.At && alert.At >= happened.At - within);
        bool open = cases.Exists(one => one.From <= happened.At && (one.To is not { } to || to > happened.At));
        return new ReplayLead(happened, about.FirstOrDefault(), about.FirstOrDefault(alert => alert.Triage == Triage.Red), open);
    }
}
