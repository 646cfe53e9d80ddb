using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway;

// what time it is for the items of a step, and what is owed when it becomes known late
internal sealed partial class GatewayCore
{
    private readonly UnsetTimes unset;
    private WallTime now; // of the step of the rules that is being made: one moment for all its items
    private DateTimeOffset? heard;

    private TimeSpan BeginTheClock()
    {
        now = setup.Identity.Now();
        heard = WireWord.Lanes.Max(lane => setup.Outbox.Standing(lane).ReceiptAt); // of an earlier start: says nothing about now
        if (ticks.Last > 0 && now.State is WallTime.Unset)
        {
            unset.Add(1, ticks.Last, now.At - now.Monotonic); // that start may have ended before anybody vouched
        }
        return now.Monotonic;
    }

    /// <summary>One moment for all that this step makes; once the time is known, what was written without knowing it is corrected.</summary>
    private void LookAtTheClock()
    {
        now = setup.Identity.Now();
        rules.Clock = now;
        if (unset.IsEmpty || now.State is WallTime.Unset)
        {
            return;
        }
        foreach (TimeCorrectedItem item in unset.Settle(now, nextTick))
        {
            pending.Add(new OutboxItem(WireWord.ReadingLane, item.Tick, item.Code, WireItems.Write(item)));
        }
    }

    /// <summary>Receipts carry the hub's time.</summary>
    private void HearTheHub()
    {
        foreach (string lane in WireWord.Lanes)
        {
            if (setup.Outbox.Standing(lane).ReceiptAt is { } at && (heard is not { } before || at > before))
            {
                heard = at;
                setup.Identity.Heard(at);
            }
        }
    }
}
