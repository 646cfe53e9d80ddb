using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Vitals.Plans;

/// <summary>
/// "Would this have alerted?": judges a stored history by given settings, with the product's own rules. Pure; one instance serves any number of
/// citizens and threads.
/// </summary>
/// <remarks>
/// <para>As in the product, by the same <see cref="Assessor"/>: charts (one that is not asked for decides nothing but Red), limits with their margins,
/// also those relative to the citizen's own days, symptoms as long as they count, slow changes, values of earlier sets as long as the plan combines them.
/// The own days are learnt from the beginning of the history.</para>
/// <para>Counted is what would open a case or call its ladder again (design.md section 8): each case counts as taken when it opens; one that joins
/// with a higher triage or a new reason calls again; three normal sets over twelve hours end it. Yellow closes itself by that rule; Red latches until a
/// person closes it, and since history does not tell what people would have done, it counts as closed by the same.</para>
/// <para>Not counted are repeats of a standing Red, and what is said while a set is still open: whole sets are judged, as of their last value. A Red
/// counts when it comes, as it goes at once; that a second measurement confirms or contradicts it, or is asked for first, is not replayed, and what
/// such a measurement found is judged as any other. What a sensor handed over later counts as if it had come when it was measured. Help calls and
/// missing data are no matter of settings and are left out. A limit that is past its review holds on, as in the product.</para>
/// </remarks>
public sealed class AlertReplay
{
    private readonly ReplaySettings settings;
    private readonly Assessor assessor;
    private readonly ChartClasses? classes;
    private readonly BatchScorer[] batch = [];

    /// <summary>Compiles the settings.</summary>
    /// <exception cref="ArgumentException">They give more reasons than can be told apart.</exception>
    public AlertReplay(ReplaySettings settings)
    {
        this.settings = settings;
        AssessmentRules rules = settings.Rules;
        assessor = new Assessor(rules);
        // charts alone: a batch finds the few sets that must be looked at
        bool isPlain = rules is { Asked: null, Limits.Count: 0, Symptoms.Count: 0, Trend: null, Combine.Count: 0, Charts.Count: > 0 };
        if (isPlain)
        {
            classes = new ChartClasses(rules.Charts);
            batch = [.. rules.Charts.Select(chart => new BatchScorer(classes, chart, rules.Scale, rules.Required))];
        }
    }

    /// <summary>Replays one citizen.</summary>
    /// <param name="history">What is stored.</param>
    /// <param name="through">Last day that counts: yesterday, or the last day of an assignment that is over.</param>
    /// <param name="zone">Whose days these are.</param>
    /// <param name="events">What is known to have happened; in any order.</param>
    /// <param name="within">How long before an event an alert counts as being about it.</param>
    public ReplayResult Run(CitizenHistory history, DateOnly through, TimeZoneInfo zone, IReadOnlyList<ReplayEvent> events, TimeSpan within)
    {
        (SortedSet<DateOnly> days, int end) = Days(history, through, zone);
        var alerts = new List<ReplayAlert>();
        List<(DateTimeOffset From, DateTimeOffset? To)> cases = [];
        int sets = Walk(new ReplayWalk(settings, assessor, history, zone), history, end, alerts, cases);
        return new ReplayResult
        {
            Citizen = history.Citizen, Sets = sets, DaysWithData = days.Count, Days = days.Count == 0 ? 0 : through.DayNumber - days.Min.DayNumber + 1,
            DaysWithout = [.. days.Count == 0 ? [] : Enumerable.Range(days.Min.DayNumber, through.DayNumber - days.Min.DayNumber + 1).Select(DateOnly.FromDayNumber).Where(day => !days.Contains(day))],
            Alerts = alerts,
            Leads = [.. events.Where(one => days.Count > 0 && Schedule.DayOf(one.At, zone) is var day && day >= days.Min && day <= through).OrderBy(one => one.At).Select(one => Lead(one, alerts, cases, within))],
        };
    }

    /// <summary>The days with data, and how many sets there are up to the last day that counts.</summary>
    private static (SortedSet<DateOnly> Days, int Sets) Days(CitizenHistory history, DateOnly through, TimeZoneInfo zone)
    {
        var days = new SortedSet<DateOnly>();
        ReadOnlySpan<DateOnly> of = history.DaysIn(zone);
        for (int place = 0; place < of.Length; place++)
        {
            if (of[place] > through)
            {
                return (days, place);
            }
            if (place == 0 || of[place] != of[place - 1])
            {
                days.Add(of[place]);
            }
        }
        return (days, of.Length);
    }

    private int Walk(ReplayWalk walk, CitizenHistory history, int end, List<ReplayAlert> alerts, List<(DateTimeOffset From, DateTimeOffset? To)> cases)
    {
        Triage[]? byCharts = ByCharts(history);
        var open = new ReplayCase();
        int sets = 0;
        for (int place = 0; place < end; place++)
        {
            if (!walk.IsSet(place))
            {
                continue;
            }
            sets++;
            Assessment before = walk.Standing;
            if (byCharts?[place] is { } calm and < Triage.Yellow)
            {
                walk.Pass(calm);
            }
            else
            {
                walk.Step(place);
            }
            ref readonly Assessment now = ref walk.Standing;
            bool sent = now.Triage is Triage.Yellow or Triage.Red && (now.Triage > before.Triage || assessor.HasNew(now.Reasons, before.Reasons)); // AlertRule.Decide
            if (sent && open.Alert(in now, assessor) is { } because)
            {
                alerts.Add(new ReplayAlert(place, history.At(place), because, now.Triage, assessor.WordsOf(now.Reasons)));
                if (because == ReplayBecause.Opened)
                {
                    cases.Add((history.At(place), null));
                }
            }
            else if (now.Triage == Triage.Green && open.Normal(history.At(place)))
            {
                cases[^1] = (cases[^1].From, history.At(place));
            }
        }
        return sets;
    }

    /// <summary>What the charts make of each set; null where more than charts counts.</summary>
    private Triage[]? ByCharts(CitizenHistory history)
    {
        if (classes is null)
        {
            return null;
        }
        PackedSets packed = history.Pack(classes);
        var worst = new Triage[history.Count];
        var scores = new BatchScore[history.Count];
        foreach (BatchScorer chart in batch)
        {
            chart.Score(packed, scores);
            for (int place = 0; place < worst.Length; place++)
            {
                worst[place] = scores[place].Triage > worst[place] ? scores[place].Triage : worst[place];
            }
        }
        return worst;
    }

    private static ReplayLead Lead(ReplayEvent happened, List<ReplayAlert> alerts, List<(DateTimeOffset From, DateTimeOffset? To)> cases, TimeSpan within)
    {
        IEnumerable<ReplayAlert> about = alerts.Where(alert => alert.At <= happened.At && alert.At >= happened.At - within);
        bool open = cases.Exists(one => one.From <= happened.At && (one.To is not { } to || to > happened.At));
        return new ReplayLead(happened, about.FirstOrDefault(), about.FirstOrDefault(alert => alert.Triage == Triage.Red), open);
    }
}
