using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Plans;

/// <summary>
/// The hub's side of an alert as far as it decides who is called (Care/Cases/CaseRules): one case at a time, a join that brings something calls
/// again, three normal sets over twelve hours end it.
/// </summary>
internal struct ReplayCase
{
    // design.md section 8 and issue D: Yellow closes itself after 3 normal sets over at least 12 hours
    private const int NormalSetsThatClose = 3;
    private static readonly TimeSpan NormalFor = TimeSpan.FromHours(12);

    private ReasonSet taken;
    private Triage worst;
    private int normal;
    private DateTimeOffset normalSince;

    /// <summary>True while one is open.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>An alert was sent.</summary>
    /// <returns>Why it calls somebody; null when it joins unchanged.</returns>
    public ReplayBecause? Alert(in Assessment found, Assessor assessor)
    {
        normal = 0;
        if (!IsOpen)
        {
            (IsOpen, worst, taken) = (true, found.Triage, found.Reasons);
            return ReplayBecause.Opened;
        }
        bool calls = found.Triage > worst || assessor.HasNew(found.Reasons, in taken);
        worst = found.Triage > worst ? found.Triage : worst;
        taken.Add(found.Reasons);
        return calls ? ReplayBecause.CalledAgain : null;
    }

    /// <summary>A set was Green.</summary>
    /// <returns>True when that closes the case.</returns>
    public bool Normal(DateTimeOffset at)
    {
        normalSince = normal == 0 ? at : normalSince;
        normal++;
        if (!IsOpen || normal < NormalSetsThatClose || at - normalSince < NormalFor)
        {
            return false;
        }
        IsOpen = false;
        return true;
    }
}
