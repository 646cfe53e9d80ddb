using System.Globalization;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Paging;

namespace TeleMonitor.Hub.Store;

/// <summary>A daily TEST that a duty has received.</summary>
/// <param name="Id">Number.</param>
/// <param name="Team">Team.</param>
/// <param name="CreatedMs">When it was sent out.</param>
/// <param name="AnswerByMs">By when somebody must acknowledge it.</param>
/// <param name="AcknowledgedMs">When somebody did; null while nobody has.</param>
/// <param name="Person">Who did.</param>
public sealed record DailyTestRow(long Id, string Team, long CreatedMs, long AnswerByMs, long? AcknowledgedMs, string? Person);

public sealed partial class StoreTransaction
{
    private const string DailyTestColumns = "id as Id, team as Team, created_ms as CreatedMs, answer_by_ms as AnswerByMs, acknowledged_ms as AcknowledgedMs, person as Person";

    /// <summary>When each team's next TEST is due, and by which time of day that was reckoned.</summary>
    public IReadOnlyDictionary<string, (TimeOnly At, DateTimeOffset Due)> DailyTestDues() =>
        Query<DailyDueRow>("select team as Team, at as At, due_ms as DueMs from daily_test_due").ToDictionary(
            row => row.Team, row => (TimeOnly.ParseExact(row.At, "HH:mm", CultureInfo.InvariantCulture), Time(row.DueMs)), StringComparer.Ordinal);

    /// <summary>Keeps when a team's next TEST is due.</summary>
    public void SetDailyTestDue(string team, TimeOnly at, DateTimeOffset due) => Run(
        """
        insert into daily_test_due (team, at, due_ms) values (@team, @at, @due) on conflict (team) do update set at = excluded.at, due_ms = excluded.due_ms
        """, new { team, at = at.ToString("HH:mm", CultureInfo.InvariantCulture), due = Milliseconds(due) });

    /// <summary>A TEST with its page, together; a page of an earlier one that never went out is no longer wanted.</summary>
    public void AddDailyTest(string team, PageTo to, DateTimeOffset now, DateTimeOffset answerBy)
    {
        Run("update page set channel = @Withdrawn where care_case = 0 and receiver = @Receiver and reason = @reason and sent_ms is null and channel is null",
            new { Withdrawn, to.Receiver, reason = CaseWord.Of(PageReason.Test) });
        AddPage(0, to, PageReason.Test, now);
        Run("insert into daily_test (team, page, created_ms, answer_by_ms, asked) values (@team, (select max(id) from page), @now, @by, 0)",
            new { team, now = Milliseconds(now), by = Milliseconds(answerBy) });
    }

    /// <summary>Tests whose time is over without an answer, and that are no finding yet.</summary>
    public IReadOnlyList<DailyTestRow> DailyTestsUnanswered(DateTimeOffset now) => [.. Query<DailyTestRow>(
        $"select {DailyTestColumns} from daily_test where acknowledged_ms is null and asked = 0 and answer_by_ms <= @now order by id", new { now = Milliseconds(now) })];

    /// <summary>The finding about it stands.</summary>
    public void MarkDailyTestAsked(long id) => Run("update daily_test set asked = 1 where id = @id", new { id });

    /// <summary>The newest TEST of a team that nobody has acknowledged; null when there is none.</summary>
    public DailyTestRow? OpenDailyTest(string team) => One<DailyTestRow>(
        $"select {DailyTestColumns} from daily_test where team = @team and id = (select max(id) from daily_test where team = @team) and acknowledged_ms is null", new { team });

    /// <summary>A TEST, or null.</summary>
    public DailyTestRow? DailyTestOf(long id) => One<DailyTestRow>($"select {DailyTestColumns} from daily_test where id = @id", new { id });

    /// <summary>Writes down who acknowledged it; false when somebody had.</summary>
    public bool AcknowledgeDailyTest(long id, string person, DateTimeOffset now) =>
        Run("update daily_test set acknowledged_ms = @now, person = @person where id = @id and acknowledged_ms is null", new { id, person, now = Milliseconds(now) }) > 0;

    private sealed record DailyDueRow(string Team, string At, long DueMs);
}
