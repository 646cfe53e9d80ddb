using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Evaluation.Homes;

/// <summary>
/// The hub's side of an alert, as far as it decides who is called (design.md section 8): an alert opens a case, or joins the open one and calls again
/// only with a higher triage or a new reason. People are not simulated: a case counts as taken when it opens and as closed after three normal sets in
/// a row over at least twelve hours, the rule by which Yellow closes itself, or a day after the last alert, when a nurse is done with it.
/// </summary>
internal sealed class CaseLoad
{
    private const int NormalSets = 3; // design.md section 8 and issue D, item 5
    private static readonly TimeSpan NormalFor = TimeSpan.FromHours(12);

    private static readonly TimeSpan DoneAfter = TimeSpan.FromHours(24); // our own choice: respond-by is 60 min for Red and 4 h for Yellow

    private Judgement? taken;
    private TimeSpan lastAlert;
    private int normal;
    private TimeSpan normalSince;

    /// <summary>An alert of the gateway. True when it opens a case or calls its ladder again.</summary>
    public bool Alert(TimeSpan at, Triage triage, IReadOnlyList<string> reasons)
    {
        normal = 0;
        bool isOver = taken is null || at - lastAlert >= DoneAfter;
        lastAlert = at;
        if (taken is null || isOver)
        {
            taken = new Judgement(triage, reasons, Judgement.None.Total);
            return true;
        }
        bool calls = triage > taken.Triage || Reason.HasNew(reasons, (IReadOnlyCollection<string>)taken.Reasons);
        taken = taken with { Triage = triage > taken.Triage ? triage : taken.Triage, Reasons = [.. taken.Reasons.Union(reasons, StringComparer.Ordinal)] };
        return calls;
    }

    /// <summary>A set was judged to its end.</summary>
    public void Set(TimeSpan at, Triage triage)
    {
        if (triage != Triage.Green)
        {
            normal = 0;
            return;
        }
        normalSince = normal == 0 ? at : normalSince;
        normal++;
        if (normal >= NormalSets && at - normalSince >= NormalFor)
        {
            taken = null;
        }
    }
}
