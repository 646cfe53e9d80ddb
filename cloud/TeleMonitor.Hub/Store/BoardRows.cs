using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Store;

/// <summary>The newest alert of a case as a board needs it.</summary>
/// <param name="Gateway">Gateway.</param>
/// <param name="Boot">Boot id.</param>
/// <param name="Tick">Tick.</param>
/// <param name="Assignment">Assignment.</param>
/// <param name="AtMs">Wall time at the gateway, milliseconds.</param>
/// <param name="StoredMs">Hub time, milliseconds.</param>
/// <param name="Clock">State of the gateway's clock; null for an alert of the hub's own.</param>
/// <param name="Bytes">The item; empty for an alert of the hub's own.</param>
/// <param name="CorrectedMs">When it was as is known now, milliseconds; null while the written time stands.</param>
public sealed record BoardAlertRow(string Gateway, string Boot, long Tick, long Assignment, long AtMs, long StoredMs, string? Clock, byte[] Bytes, long? CorrectedMs);

/// <summary>A stored item with the times that its age is counted from.</summary>
/// <param name="AtMs">Wall time at the gateway, milliseconds.</param>
/// <param name="StoredMs">Hub time, milliseconds.</param>
/// <param name="Clock">State of the gateway's clock.</param>
/// <param name="Bytes">The item.</param>
/// <param name="CorrectedMs">When it was as is known now, milliseconds; null while the written time stands.</param>
public sealed record BoardItemRow(long AtMs, long StoredMs, string Clock, byte[] Bytes, long? CorrectedMs);

public sealed partial class StoreTransaction
{
    /// <summary>The newest alert that opened or joined a case; not one that says it is over. Null when it has none.</summary>
    public BoardAlertRow? NewestAlertOf(long careCase) => One<BoardAlertRow>(
        """
        select alert.gateway as Gateway, alert.boot as Boot, alert.tick as Tick, alert.assignment as Assignment, alert.at_ms as AtMs, alert.stored_ms as StoredMs,
          item.clock as Clock, alert.bytes as Bytes, item.at_corrected_ms as CorrectedMs
        from alert left join item on item.gateway = alert.gateway and item.boot = alert.boot and item.tick = alert.tick 
          and item.code = case when alert.kind = @help then @helpCode else @code end
        where alert.care_case = @careCase and alert.kind in (@kind, @help) order by alert.id desc limit 1
        """,
        new { careCase, code = WireWord.ClinicalAlert, helpCode = WireWord.HelpPressed, kind = WireWord.Alert, help = WireWord.Help });

    /// <summary>The readings, answers and scores among the newest items of an assignment, newest first.</summary>
    /// <param name="assignment">Assignment.</param>
    /// <param name="most">How many of its items are looked at: a board must not read ninety days.</param>
    public IReadOnlyList<BoardItemRow> NewestItemsOf(int assignment, int most) => [.. Query<BoardItemRow>(
        """
        select newest.at_ms as AtMs, newest.stored_ms as StoredMs, newest.clock as Clock, newest.bytes as Bytes, newest.at_corrected_ms as CorrectedMs
        from (select id, kind, at_ms, stored_ms, clock, bytes, at_corrected_ms from item where assignment = @assignment order by id desc limit @most + 0) newest
        where newest.kind in ('reading', 'answer', 'score') order by newest.id desc
        """,
        new { assignment, most })];

    /// <summary>What happened last to a case.</summary>
    public CaseEventRow? NewestEventOf(long careCase) => One<CaseEventRow>(
        "select at_ms as AtMs, person as Person, change as Change, detail as Detail from case_event where care_case = @careCase order by id desc limit 1", new { careCase });

    /// <summary>Cases opened and closed of one team or of all, newest first: for the API.</summary>
    public IReadOnlyList<Care.Cases.CareCase> ClosedCases(string? team, int most) => [.. Query<CaseRecord>(
        $"select {CaseColumns} from care_case where state = 'closed' and kind <> 'self-test' and (@team is null or team = @team) order by id desc limit @most + 0", new { team, most }).Select(row => row.Read())];

    /// <summary>How many citizens are at home with equipment now: assignments that run, the synthetic ones left out.</summary>
    public long CitizensInCare(DateTimeOffset now) => One<long>(
        "select count(distinct citizen) from assignment where synthetic = 0 and from_ms <= @now and (to_ms is null or to_ms > @now)", new { now = Milliseconds(now) });
}
