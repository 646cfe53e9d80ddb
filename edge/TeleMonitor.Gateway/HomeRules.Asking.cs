using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway;

// values that came without saying whose they are: they wait for an answer, and are then judged once, on one citizen or on nobody
internal sealed partial class HomeRules
{
    /// <summary>The number that items carry which are nobody's: the hub keeps them aside and shows them on no citizen.</summary>
    private const int Nobody = 0;

    private readonly string boot;
    private readonly Func<long> nextTick;
    private JudgeSettings nobody;
    private readonly GatewayCounts nobodys = new();
    private readonly bool asks;
    private WaitingBursts waiting = WaitingBursts.Empty;
    private TimeSpan asked; // rule time at which that last changed
    private bool waitingChanged;
    private UrgentItem? nobodysUrgent;

    /// <summary>What waits for an answer, and whether the last one that did became nobody's.</summary>
    public WaitingBursts Waiting => waiting;

    /// <summary>Somebody at home said whose a burst is: it is judged now, as of when it came.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="at">Rule time.</param>
    /// <param name="wall">Wall time.</param>
    /// <param name="into">Takes the items.</param>
    /// <returns>True when an alert is among the items. An answer to what no longer waits, or naming somebody who does not live here, changes nothing.</returns>
    public bool Answer(WhoseAnswer answer, TimeSpan at, DateTimeOffset wall, List<OutboxItem> into)
    {
        RuleCourse? course = Array.Find(courses, one => one.Assignment == answer.Assignment);
        if (answer.Assignment is not null && course is null)
        {
            return false;
        }
        WaitingBursts left = waiting.Answer(answer, out EndedQuestion? ended);
        if (ended is not { } over)
        {
            return false;
        }
        Keep(left, at);
        if (course is null)
        {
            return JudgeForNobody(over.Burst.Judged(new Moment(boot, asked, wall), claimed: false), wall, into);
        }
        changed.Add(course);
        return course.Take(over.Burst.Judged(new Moment(boot, asked > course.Time ? asked : course.Time, wall), claimed: true), asked, wall, into);
    }

    private bool Ask(Burst burst, TimeSpan at, DateTimeOffset wall, List<OutboxItem> into)
    {
        var now = new Moment(boot, at > Time ? at : Time, wall);
        Keep(waiting.Ask(burst, [.. courses.Select(course => course.Assignment)], LooksRed(burst, now), now, out EndedQuestion? ended), now.RuleTime);
        return ended is { } over && JudgeForNobody(over.Burst.Judged(now, claimed: false), wall, into);
    }

    private void EndUnanswered(TimeSpan at, DateTimeOffset wall, List<OutboxItem> into)
    {
        WaitingBursts left = waiting.Expire(at, out IReadOnlyList<EndedQuestion> ended);
        if (ended.Count == 0)
        {
            return;
        }
        Keep(left, at);
        foreach (EndedQuestion over in ended)
        {
            JudgeForNobody(over.Burst.Judged(new Moment(boot, asked, wall), claimed: false), wall, into);
        }
    }

    /// <summary>Of nobody here, and nobody can be asked.</summary>
    private bool GiveToNobody(Burst burst, TimeSpan at, DateTimeOffset wall, List<OutboxItem> into)
    {
        Keep(waiting with { Unclaimed = true }, at);
        return JudgeForNobody(burst, wall, into);
    }

    /// <summary>
    /// Keeps values on no citizen. They may be of anybody, so each burst is judged by itself and forgotten: nothing of two people is put
    /// together, nothing is said twice. Only a Red goes out as an alert: the hub cannot place it, and owes everybody in the home a call.
    /// </summary>
    private bool JudgeForNobody(Burst burst, DateTimeOffset wall, List<OutboxItem> into)
    {
        bool red = LooksRed(burst, new Moment(boot, asked, wall));
        var course = new RuleCourse(red ? nobody : nobody with { Charts = [] }, boot, nextTick);
        bool alert = course.Take(burst with { ClosesSet = true, Help = false }, asked, wall, into);
        nobodys.Add(course.Counts);
        nobodysUrgent ??= course.Urgent;
        return alert;
    }

    private bool LooksRed(Burst burst, in Moment now) =>
        Judge.Step(JudgeState.Empty, burst with { ClosesSet = true, Help = false }, now, nobody, static () => 1).Items
            .Any(one => one.Item is AlertItem { Kind: WireWord.Alert } alert && TriageWord.TryRead(alert.Triage, out Triage triage) && triage == Triage.Red);

    private void Keep(WaitingBursts next, TimeSpan at)
    {
        waitingChanged |= next != waiting;
        (waiting, asked) = (next, at > asked ? at : asked);
    }

    private bool ResumeWaiting(RuleState? kept, TimeSpan latest, in WallTime now)
    {
        if (kept is null)
        {
            return true;
        }
        if (kept.RuleTime < TimeSpan.Zero || kept.RuleTime >= latest || !WaitingBursts.TryRead(kept.Bytes, out WaitingBursts read))
        {
            return false;
        }
        asked = string.Equals(read.Boot, boot, StringComparison.Ordinal) ? kept.RuleTime : TimeSpan.Zero;
        waiting = read.In(new Moment(boot, now.Monotonic > asked ? now.Monotonic : asked, now.At), [.. courses.Select(course => course.Assignment)]);
        return true;
    }
}
