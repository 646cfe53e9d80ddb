using System.Text.Json;
using TeleMonitor.Care.Cases;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Hub.Store;

/// <summary>Who raised an alert.</summary>
public static class AlertOriginWord
{
    /// <summary>The gateway.</summary>
    public const string Gateway = "gateway";
    /// <summary>The hub, because the gateway did not or was less severe.</summary>
    public const string Hub = "hub";
}

/// <summary>An alert as the hub keeps it.</summary>
/// <param name="Gateway">Gateway.</param>
/// <param name="Boot">Boot id.</param>
/// <param name="Tick">Tick of the alert item; of the score for an alert of the hub's own.</param>
/// <param name="Assignment">Assignment.</param>
/// <param name="Origin">gateway or hub.</param>
/// <param name="Kind">alert, cleared or help.</param>
/// <param name="Triage">The more severe of both judgements.</param>
/// <param name="Reasons">Reason codes.</param>
/// <param name="Interim">Judged on an open set.</param>
/// <param name="Total">Highest known lowest-total, or null.</param>
/// <param name="At">Wall time at the gateway.</param>
public sealed record AlertRow(string Gateway, string Boot, long Tick, int Assignment, string Origin, string Kind, Triage Triage, IReadOnlyList<string> Reasons,
    bool Interim, int? Total, DateTimeOffset At)
{
    /// <summary>The set that was judged; empty for an alert of before sets were kept.</summary>
    public string Set { get; init; } = "";
    /// <summary>The triage that this alert sees to within its own set: Red while a second measurement is awaited and the case is Yellow. Null: as the triage.</summary>
    public Triage? Covers { get; init; }
    /// <summary>How it stands with a second measurement.</summary>
    public Confirming Confirming { get; init; }
    /// <summary>It came long after it was measured.</summary>
    public bool Late { get; init; }
    /// <summary>When a late one was measured; null for others, and where nobody knows.</summary>
    public DateTimeOffset? Was { get; init; }
}

public sealed partial class StoreTransaction
{
    private const string AlertColumns =
        "gateway as Gateway, boot as Boot, tick as Tick, assignment as Assignment, origin as Origin, kind as Kind, triage as Triage, reasons as Reasons, interim as Interim, total as Total, at_ms as AtMs, item_set as ItemSet, covers as Covers, confirmation as Confirmation, late as Late, was_ms as WasMs";

    /// <summary>Stores an alert.</summary>
    public long AddAlert(AlertRow alert, ReadOnlyMemory<byte> bytes, DateTimeOffset now) => Insert(
        """
        insert into alert (gateway, boot, tick, assignment, origin, kind, triage, reasons, interim, total, at_ms, stored_ms, bytes, item_set, covers, confirmation, late, was_ms)
        values (@Gateway, @Boot, @Tick, @Assignment, @Origin, @Kind, @triage, @reasons, @interim, @Total, @at, @now, @bytes, @Set, @covers, @confirming, @late, @was)
        """,
        new
        {
            alert.Gateway, alert.Boot, alert.Tick, alert.Assignment, alert.Origin, alert.Kind, triage = TriageWord.Of(alert.Triage),
            reasons = JsonSerializer.Serialize(alert.Reasons), interim = alert.Interim ? 1 : 0, alert.Total, at = Milliseconds(alert.At), now = Milliseconds(now), bytes = bytes.ToArray(),
            alert.Set, covers = alert.Covers is { } covers ? TriageWord.Of(covers) : null, confirming = CaseWord.Of(alert.Confirming), late = alert.Late ? 1 : 0,
            was = alert.Was is { } was ? Milliseconds(was) : (long?)null,
        });

    /// <summary>The alerts with this identity: the gateway's, and those that the hub raised in its place.</summary>
    public IReadOnlyList<AlertRow> AlertsAt(ItemKey key) =>
        [.. Query<AlertRecord>($"select {AlertColumns} from alert where gateway = @Gateway and boot = @Boot and tick = @Tick", key).Select(row => row.Read())];

    /// <summary>True when the gateway has said something of this set, whatever its boot since. The help button speaks of no set.</summary>
    public bool HasAlertOf(string gateway, int assignment, string set) =>
        One<AlertRecord>($"select {AlertColumns} from alert where gateway = @gateway and assignment = @assignment and item_set = @set and kind = 'alert' limit 1", new { gateway, assignment, set }) is not null;

    /// <summary>
    /// A second measurement has been made: what waits for one under this assignment is answered, and the hub's own due rows for it go. A
    /// gateway waits for one at a time (a new reason meanwhile continues the same waiting), so all of it is.
    /// </summary>
    public void AnswerConfirmations(int assignment, Confirming answer)
    {
        const string awaited = "select id from alert where assignment = @assignment and confirmation = 'awaited'";
        Run($"delete from to_do where kind = @kind and subject in ({awaited})", new { assignment, kind = "confirm" });
        Run("update alert set confirmation = @answer where assignment = @assignment and confirmation = 'awaited'", new { assignment, answer = CaseWord.Of(answer) });
    }

    /// <summary>The time for a second measurement is over without one.</summary>
    public void MarkUnanswered(long alert) => Run("update alert set confirmation = @word where id = @alert", new { alert, word = CaseWord.Of(Confirming.Unanswered) });

    /// <summary>An alert by row, or null.</summary>
    public AlertRow? AlertOf(long id) => One<AlertRecord>($"select {AlertColumns} from alert where id = @id", new { id })?.Read();

    /// <summary>Says which case an alert opened or joined.</summary>
    public void LinkAlert(long alert, long careCase) => Run("update alert set care_case = @careCase where id = @alert", new { alert, careCase });

    private sealed class AlertRecord
    {
        public string Gateway { get; init; } = "";
        public string Boot { get; init; } = "";
        public long Tick { get; init; }
        public int Assignment { get; init; }
        public string Origin { get; init; } = "";
        public string Kind { get; init; } = "";
        public string Triage { get; init; } = "";
        public string Reasons { get; init; } = "[]";
        public long Interim { get; init; }
        public int? Total { get; init; }
        public long AtMs { get; init; }
        public string ItemSet { get; init; } = "";
        public string? Covers { get; init; }
        public string Confirmation { get; init; } = "";
        public long Late { get; init; }
        public long? WasMs { get; init; }

        public AlertRow Read()
        {
            TriageWord.TryRead(Triage, out Triage triage);
            CaseWord.TryRead(Confirmation, out Confirming confirming);
            return new AlertRow(Gateway, Boot, Tick, Assignment, Origin, Kind, triage, JsonSerializer.Deserialize<string[]>(Reasons) ?? [], Interim != 0, Total, Time(AtMs))
            {
                Set = ItemSet, Covers = Covers is not null && TriageWord.TryRead(Covers, out Triage covers) ? covers : null, Confirming = confirming, Late = Late != 0,
                Was = WasMs is { } was ? Time(was) : null,
            };
        }
    }
}
