using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway;

/// <summary>
/// Strictly rising ticks of one boot: monotonic microseconds, or one more than the last when asked twice within one. A tick is never
/// given twice in a boot, also when an older copy of the outbox was put back in between: the boot's clock has gone on since.
/// </summary>
/// <param name="last">Newest tick given out in this boot, also by an earlier start of the program.</param>
internal sealed class TickSource(long last)
{
    private readonly Lock gate = new(); // items are made by the judging and, for findings, by the sending thread
    private long newest = last;

    /// <summary>The newest given out.</summary>
    public long Last
    {
        get
        {
            lock (gate)
            {
                return newest;
            }
        }
    }

    /// <summary>The next.</summary>
    public long Next(long monotonicMicroseconds)
    {
        lock (gate)
        {
            return newest = Math.Max(newest + 1, monotonicMicroseconds);
        }
    }
}

/// <summary>What a gateway has made; counted for the summary.</summary>
internal sealed class GatewayCounts
{
    public long Readings { get; private set; }
    public long Unusable { get; private set; }
    public long Scores { get; private set; }
    public long Alerts { get; private set; }

    public void Add(Item item)
    {
        switch (item)
        {
            case ReadingItem reading:
                Readings++;
                Unusable += string.Equals(reading.Grade, "unusable", StringComparison.Ordinal) ? 1 : 0;
                break;
            case ScoreItem:
                Scores++;
                break;
            case AlertItem { Kind: WireWord.Alert } or HelpItem:
                Alerts++;
                break;
        }
    }

    public void Add(GatewayCounts other)
    {
        Readings += other.Readings;
        Unusable += other.Unusable;
        Scores += other.Scores;
        Alerts += other.Alerts;
    }
}

/// <summary>The rules of one assignment along rule time: a step for each burst, and one at each due time in between.</summary>
/// <param name="settings">The assignment's settings.</param>
/// <param name="boot">Kernel boot id.</param>
/// <param name="nextTick">Gives a strictly rising tick.</param>
internal sealed class RuleCourse(JudgeSettings settings, string boot, Func<long> nextTick)
{
    /// <summary>Whose rules these are.</summary>
    public int Assignment => Settings.Assignment;
    /// <summary>What they are; others hold from the next step on.</summary>
    public JudgeSettings Settings { get; set; } = settings;
    /// <summary>What to commit together with the items.</summary>
    public JudgeState State { get; private set; } = JudgeState.Empty;
    /// <summary>Rule time of the last step; never goes back within a boot.</summary>
    public TimeSpan Time { get; private set; }
    /// <summary>Rule time at which a step is due without a burst; null when nothing is pending.</summary>
    public TimeSpan? NextDue { get; private set; }
    public GatewayCounts Counts { get; } = new();
    /// <summary>The first Red or help press since it was last set to null: who commits it takes it.</summary>
    public UrgentItem? Urgent { get; set; }
    /// <summary>Told of each item that is made, in order.</summary>
    public Action<Item> Made { get; init; } = static _ => { };

    /// <summary>Goes on from what the outbox kept.</summary>
    public void Resume(JudgeState kept, TimeSpan at)
    {
        State = kept;
        // of another boot only the rules themselves can say what is left; a step at once lets them
        (Time, NextDue) = string.Equals(kept.Boot, boot, StringComparison.Ordinal) ? (at, at) : (TimeSpan.Zero, TimeSpan.Zero);
    }

    /// <summary>Steps at every due time before this one, so that a fast replay says the same as a slow one, then with the burst.</summary>
    /// <param name="burst">The values; null when only time has passed.</param>
    /// <param name="at">Rule time; a time before the last step counts as that.</param>
    /// <param name="wall">Wall time, only written down.</param>
    /// <param name="into">Takes the items.</param>
    /// <returns>True when an alert is among the items.</returns>
    public bool Take(Burst? burst, TimeSpan at, DateTimeOffset wall, List<OutboxItem> into)
    {
        bool alert = false;
        while (NextDue is { } due && due < at)
        {
            alert |= Step(null, due, wall, into);
            if (NextDue <= due)
            {
                break; // the burst's own step takes what is left
            }
        }
        return Step(burst, at, wall, into) || alert;
    }

    /// <summary>One step at this time, whatever was due before it: a Red that was missed for a day is said again once.</summary>
    public void Pass(TimeSpan at, DateTimeOffset wall, List<OutboxItem> into) => Step(null, at, wall, into);

    private bool Step(Burst? burst, TimeSpan at, DateTimeOffset wall, List<OutboxItem> into)
    {
        Time = at > Time ? at : Time;
        JudgeResult result = Judge.Step(State, burst, new Moment(boot, Time, wall), Settings, nextTick);
        (State, NextDue) = (result.State, result.NextDue);
        bool alert = false;
        for (int i = 0; i < result.Items.Count; i++)
        {
            (string lane, Item item) = result.Items[i];
            into.Add(new OutboxItem(lane, item.Tick, item.Code, WireItems.Write(item)));
            Counts.Add(item);
            Made(item);
            alert |= item is AlertItem or HelpItem;
            Urgent ??= string.Equals(lane, WireWord.AlertLane, StringComparison.Ordinal) ? UrgentItem.Of(item, boot) : null;
        }
        return alert;
    }
}
