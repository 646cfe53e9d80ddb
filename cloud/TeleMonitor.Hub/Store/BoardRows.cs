using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Store;

/// <summary>A citizen who is Unknown for want of data and has no case of it.</summary>
/// <param name="Assignment">Assignment.</param>
/// <param name="Citizen">Pseudonym.</param>
/// <param name="Area">Municipality slug or postcode.</param>
/// <param name="UnknownMs">Since when, milliseconds: due time and grace of the oldest occasion without a set.</param>
/// <param name="Because">Reason code of missing data.</param>
/// <param name="Plan">Id of the plan that is followed; null where none is any more.</param>
public sealed record UnknownRow(long Assignment, string Citizen, string Area, long UnknownMs, string Because, string? Plan);

/// <summary>The newest alert of a case as a board needs it.</summary>
/// <param name="Id">Row of the alert.</param>
/// <param name="Gateway">Gateway.</param>
/// <param name="Boot">Boot id.</param>
/// <param name="Tick">Tick.</param>
/// <param name="Assignment">Assignment.</param>
/// <param name="AtMs">Wall time at the gateway, milliseconds.</param>
/// <param name="StoredMs">Hub time, milliseconds.</param>
/// <param name="Clock">State of the gateway's clock; null for an alert of the hub's own.</param>
/// <param name="Bytes">The item; empty for an alert of the hub's own.</param>
/// <param name="CorrectedMs">When it was as is known now, milliseconds; null while the written time stands.</param>
public sealed record BoardAlertRow(long Id, string Gateway, string Boot, long Tick, long Assignment, long AtMs, long StoredMs, string? Clock, byte[] Bytes, long? CorrectedMs);

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
        select alert.id as Id, alert.gateway as Gateway, alert.boot as Boot, alert.tick as Tick, alert.assignment as Assignment, alert.at_ms as AtMs, alert.stored_ms as StoredMs,
          item.clock as Clock, alert.bytes as Bytes, item.at_corrected_ms as CorrectedMs
        from alert left join item on item.gateway = alert.gateway and item.boot = alert.boot and item.tick = alert.tick 
          and item.code = case when alert.kind = @help then @helpCode else @code end
        where alert.care_case = @careCase and alert.kind in (@kind, @help) order by alert.id desc limit 1
        """,
        new { careCase, code = WireWord.ClinicalAlert, helpCode = WireWord.HelpPressed, kind = WireWord.Alert, help = WireWord.Help });

    /// <summary>The newest alerts that opened or joined a case, newest first; help calls, and what says that it is over, left out.</summary>
    public IReadOnlyList<AlertRow> NewestAlertsOf(long careCase, int most) => [.. Query<AlertRecord>(
        $"select {AlertColumns} from alert where care_case = @careCase and kind = @kind order by id desc limit @most + 0", new { careCase, kind = WireWord.Alert, most }).Select(row => row.Read())];

    /// <summary>What is read of a citizen who is Unknown for want of data.</summary>
    internal const string UnknownColumns =
        """
        plan_watch.assignment as Assignment, assignment.citizen as Citizen, assignment.area as Area, plan_watch.unknown_ms as UnknownMs, plan_watch.because as Because,
          (select plan from citizen_plan where citizen_plan.assignment = plan_watch.assignment and citizen_plan.from_ms <= @now order by citizen_plan.from_ms desc limit 1) as Plan
        """;

    /// <summary>Who is Unknown for want of data while no case of it is open. Nobody is paged for them.</summary>
    internal const string UnknownRows =
        """
        from plan_watch join assignment on assignment.number = plan_watch.assignment
        where plan_watch.unknown_ms is not null and plan_watch.because is not null and assignment.synthetic = 0 and (assignment.to_ms is null or assignment.to_ms > @now)
          and not exists (select 1 from care_case where care_case.citizen = assignment.citizen and care_case.kind = 'missing-data' and care_case.state <> 'closed')
        """;

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
}
