using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway;

/// <summary>
/// Which items of this boot carry a wall time that nobody vouched for, and by how much it was off once somebody has. The items stay as
/// they were written; a time-corrected item travels beside them (design.md rule 10).
/// </summary>
/// <param name="boot">Kernel boot id.</param>
internal sealed class UnsetTimes(string boot)
{
    // a wall clock that is set by hand meanwhile begins another range; drift within one is far below this
    private static readonly TimeSpan SameClock = TimeSpan.FromSeconds(1);

    private readonly List<(long From, long To, DateTimeOffset Zero)> ranges = [];

    /// <summary>True when no correction is owed.</summary>
    public bool IsEmpty => ranges.Count == 0;

    /// <summary>Items up to a tick were written under an unset clock.</summary>
    /// <param name="from">Tick of the first.</param>
    /// <param name="to">Tick of the last.</param>
    /// <param name="zero">Wall time that the clock showed when the monotonic one was zero.</param>
    public void Add(long from, long to, DateTimeOffset zero)
    {
        if (ranges.Count > 0 && (zero - ranges[^1].Zero).Duration() <= SameClock)
        {
            ranges[^1] = ranges[^1] with { To = to };
            return;
        }
        ranges.Add((from, to, zero));
    }

    /// <summary>The corrections, now that the time is known; each is owed once.</summary>
    public IReadOnlyList<TimeCorrectedItem> Settle(WallTime now, Func<long> nextTick)
    {
        DateTimeOffset zero = now.At - now.Monotonic;
        TimeCorrectedItem[] items = [.. ranges.Select(range => new TimeCorrectedItem
        {
            Kind = WireWord.TimeCorrected, Tick = nextTick(), Code = WireWord.CorrectedTime, Assignment = 0, At = now.At, Boot = boot,
            FromTick = range.From, ToTick = range.To, OffsetSeconds = Math.Round((zero - range.Zero).TotalSeconds, 3), Source = now.Source,
        })];
        ranges.Clear();
        return items;
    }
}
