using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

/// <summary>What an item that stands for several numbers of a lane must agree with. Pure.</summary>
internal static class RangeRule
{
    /// <summary>The range that an item speaks of; null for an item that speaks of none.</summary>
    public static (string? Outbox, string Lane, long From, long To)? Of(Item item) => item switch
    {
        ThinnedItem thinned => (thinned.Outbox, WireWord.ReadingLane, thinned.From, thinned.To),
        GoneItem gone => (gone.Outbox, gone.Lane, gone.From, gone.To),
        _ => null,
    };

    /// <summary>
    /// Compares an item with the numbers it travels under. Where it speaks of the batch's own outbox these are the same numbers; where it
    /// was carried over into a file made anew it has one number of its own and goes on naming the old ones.
    /// </summary>
    /// <param name="item">The item.</param>
    /// <param name="named">The batch.</param>
    /// <param name="first">Its number, or the first of them.</param>
    /// <param name="last">The last of them.</param>
    /// <returns>Null when it agrees, and for an item that speaks of no range under a single number.</returns>
    public static Refusal? Check(Item item, BatchProperties named, long first, long last)
    {
        if (Of(item) is not { } range)
        {
            return last == first && named.Through is null ? null : new Refusal(RefusalReason.RangeWrong, $"through must stand with an item that is thinned or gone, this is {item.Kind}");
        }
        if (!string.Equals(range.Lane, named.Lane, StringComparison.Ordinal))
        {
            return new Refusal(RefusalReason.WrongLane, $"the item is about lane {range.Lane} and came in lane {named.Lane}");
        }
        if (range.Outbox is { } other && !string.Equals(other, named.Outbox, StringComparison.Ordinal))
        {
            return last == first ? null : new Refusal(RefusalReason.RangeWrong, "an item about another outbox has one number, not several");
        }
        return range.From == first && range.To == last ? null : new Refusal(RefusalReason.RangeWrong, $"the item says {range.From} to {range.To} and came as {first} to {last}");
    }
}
