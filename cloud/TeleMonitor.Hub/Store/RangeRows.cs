using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Store;

/// <summary>Numbers of the reading lane of an outbox that were summed up.</summary>
/// <param name="Outbox">Outbox whose numbers these are.</param>
/// <param name="FromNumber">First.</param>
/// <param name="ToNumber">Last.</param>
/// <param name="Items">How many.</param>
public sealed record ThinnedRow(string Outbox, long FromNumber, long ToNumber, long Items);

/// <summary>Numbers of a lane that exist nowhere any more.</summary>
/// <param name="Outbox">Outbox whose numbers these are.</param>
/// <param name="Lane">Lane.</param>
/// <param name="FromNumber">First.</param>
/// <param name="ToNumber">Last.</param>
/// <param name="Why">forgotten, unanswered, damaged, or another word of a later version.</param>
/// <param name="Hash">SHA-256 of the one item that was given up; null for others.</param>
public sealed record GoneRow(string Outbox, string Lane, long FromNumber, long ToNumber, string Why, string? Hash);

/// <summary>A correction of the wall times of one boot.</summary>
/// <param name="FromTick">First tick.</param>
/// <param name="ToTick">Last tick.</param>
/// <param name="OffsetMs">True time minus written time.</param>
public sealed record CorrectionRow(long FromTick, long ToTick, long OffsetMs);

public sealed partial class StoreTransaction
{
    /// <summary>Keeps a thinned range.</summary>
    /// <param name="gateway">Gateway.</param>
    /// <param name="thinned">What it says.</param>
    /// <param name="outbox">Outbox whose numbers these are.</param>
    /// <param name="item">Row of the item, which has the sums.</param>
    /// <param name="now">Hub time.</param>
    public void AddThinned(string gateway, ThinnedItem thinned, string outbox, long item, DateTimeOffset now) => Run(
        """
        insert into thinned (gateway, assignment, outbox, from_number, to_number, from_at_ms, to_at_ms, items, item, stored_ms)
        values (@gateway, @Assignment, @outbox, @From, @To, @fromAt, @toAt, @items, @item, @now)
        """,
        new
        {
            gateway, thinned.Assignment, outbox, thinned.From, thinned.To, fromAt = Milliseconds(thinned.FromAt ?? thinned.At), toAt = Milliseconds(thinned.ToAt ?? thinned.At),
            items = thinned.To - thinned.From + 1, item, now = Milliseconds(now),
        });

    /// <summary>Keeps a range that is gone.</summary>
    public void AddGone(string gateway, GoneItem gone, string outbox, long item, DateTimeOffset now) => Run(
        """
        insert into gone (gateway, outbox, lane, from_number, to_number, why, hash, item, stored_ms) values (@gateway, @outbox, @Lane, @From, @To, @why, @Hash, @item, @now)
        """,
        new { gateway, outbox, gone.Lane, gone.From, gone.To, why = gone.Why ?? "", gone.Hash, item, now = Milliseconds(now) });

    /// <summary>Every range of a gateway that was thinned, in the order of its numbers.</summary>
    public IReadOnlyList<ThinnedRow> Thinned(string gateway) => [.. Query<ThinnedRow>(
        "select outbox as Outbox, from_number as FromNumber, to_number as ToNumber, items as Items from thinned where gateway = @gateway order by outbox, from_number", new { gateway })];

    /// <summary>Every range of a gateway that is gone, in the order of its numbers.</summary>
    public IReadOnlyList<GoneRow> Gone(string gateway) => [.. Query<GoneRow>(
        "select outbox as Outbox, lane as Lane, from_number as FromNumber, to_number as ToNumber, why as Why, hash as Hash from gone where gateway = @gateway order by outbox, lane, from_number",
        new { gateway })];

    /// <summary>Items that are corrected in one transaction: some 50 ms, so that ninety days without a clock hold up nobody's alert.</summary>
    public const int CorrectedTogether = 5000;

    /// <summary>Keeps a correction.</summary>
    /// <returns>Its row, for <see cref="CorrectSome"/>.</returns>
    public long AddCorrection(string gateway, string boot, CorrectionRow correction, string source, DateTimeOffset now) => Insert(
        "insert into time_correction (gateway, boot, from_tick, to_tick, offset_ms, source, stored_ms) values (@gateway, @boot, @FromTick, @ToTick, @OffsetMs, @source, @now)",
        new { gateway, boot, correction.FromTick, correction.ToTick, correction.OffsetMs, source, now = Milliseconds(now) });

    /// <summary>Puts the corrected time beside the written one of the next items that a correction is about; a later correction of the same ticks stands.</summary>
    /// <param name="id">The correction.</param>
    /// <param name="fromTick">First tick not yet looked at.</param>
    /// <returns>How many items, and the tick to go on from; null when all are done.</returns>
    public (int Items, long? Next) CorrectSome(long id, long fromTick)
    {
        const string mine = "from time_correction c join item on item.gateway = c.gateway and item.boot = c.boot and item.tick between @fromTick and c.to_tick where c.id = @id";
        long? next = One<long?>($"select item.tick {mine} order by item.tick limit 1 offset @CorrectedTogether", new { id, fromTick, CorrectedTogether });
        int items = Run(
            $"""
            update item set at_corrected_ms = at_ms + (select offset_ms from time_correction where id = @id)
            where id in (select item.id {mine} and item.tick < @next
              and not exists (select 1 from time_correction later where later.gateway = c.gateway and later.boot = c.boot and later.id > c.id and item.tick between later.from_tick and later.to_tick))
            """,
            new { id, fromTick, next = next ?? long.MaxValue });
        return (items, next);
    }

    /// <summary>The corrections of one boot, the latest first: lanes travel apart, so an item may come after the correction of its time.</summary>
    public IReadOnlyList<CorrectionRow> Corrections(string gateway, string boot) => [.. Query<CorrectionRow>(
        "select from_tick as FromTick, to_tick as ToTick, offset_ms as OffsetMs from time_correction where gateway = @gateway and boot = @boot order by id desc", new { gateway, boot })];
}
