using System.Text.Json;
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
/// <param name="Kind">alert or cleared.</param>
/// <param name="Triage">The more severe of both judgements.</param>
/// <param name="Reasons">Reason codes.</param>
/// <param name="Interim">Judged on an open set.</param>
/// <param name="Total">Highest known lowest-total, or null.</param>
/// <param name="At">Wall time at the gateway.</param>
public sealed record AlertRow(string Gateway, string Boot, long Tick, int Assignment, string Origin, string Kind, Triage Triage, IReadOnlyList<string> Reasons,
    bool Interim, int? Total, DateTimeOffset At);

public sealed partial class StoreTransaction
{
    private const string AlertColumns =
        "gateway as Gateway, boot as Boot, tick as Tick, assignment as Assignment, origin as Origin, kind as Kind, triage as Triage, reasons as Reasons, interim as Interim, total as Total, at_ms as AtMs";

    /// <summary>Stores an alert.</summary>
    public long AddAlert(AlertRow alert, ReadOnlyMemory<byte> bytes, DateTimeOffset now) => Insert(
        """
        insert into alert (gateway, boot, tick, assignment, origin, kind, triage, reasons, interim, total, at_ms, stored_ms, bytes)
        values (@Gateway, @Boot, @Tick, @Assignment, @Origin, @Kind, @triage, @reasons, @interim, @Total, @at, @now, @bytes)
        """,
        new
        {
            alert.Gateway, alert.Boot, alert.Tick, alert.Assignment, alert.Origin, alert.Kind, triage = TriageWord.Of(alert.Triage),
            reasons = JsonSerializer.Serialize(alert.Reasons), interim = alert.Interim ? 1 : 0, alert.Total, at = Milliseconds(alert.At), now = Milliseconds(now), bytes = bytes.ToArray(),
        });

    /// <summary>The most severe alert with this identity, the gateway's or one that the hub raised in its place; null when there is none.</summary>
    public AlertRow? FindAlert(ItemKey key) => Query<AlertRecord>(
        $"select {AlertColumns} from alert where gateway = @Gateway and boot = @Boot and tick = @Tick", key).Select(row => row.Read()).MaxBy(alert => alert.Triage);

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

        public AlertRow Read()
        {
            TriageWord.TryRead(Triage, out Triage triage);
            return new AlertRow(Gateway, Boot, Tick, Assignment, Origin, Kind, triage, JsonSerializer.Deserialize<string[]>(Reasons) ?? [], Interim != 0, Total, Time(AtMs));
        }
    }
}
