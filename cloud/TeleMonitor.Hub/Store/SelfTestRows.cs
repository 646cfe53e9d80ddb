using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Devices;
using TeleMonitor.Care.Paging;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Store;

/// <summary>One test at each hop, hub and gateway times in milliseconds.</summary>
/// <param name="Alert">Alert row.</param>
/// <param name="Gateway">Gateway.</param>
/// <param name="Trusted">1 when the gateway's clock was synchronised.</param>
/// <param name="MeasuredMs">Measured, gateway's clock.</param>
/// <param name="JudgedMs">Judged and committed to the outbox, gateway's clock.</param>
/// <param name="SentMs">Its batch was packed, gateway's clock.</param>
/// <param name="ReceivedMs">The hub had it.</param>
/// <param name="StoredMs">The case worker found it committed.</param>
/// <param name="PageMs">Its page was decided.</param>
/// <param name="DeliveredMs">Its page reached the last sink.</param>
public sealed record SelfTestRow(long Alert, string Gateway, long Trusted, long MeasuredMs, long JudgedMs, long SentMs, long ReceivedMs, long? StoredMs, long? PageMs, long? DeliveredMs)
{
    /// <summary>How long it took: from measured, or from received where the gateway's clock cannot be compared with the hub's.</summary>
    public TimeSpan Took => TimeSpan.FromMilliseconds((DeliveredMs ?? ReceivedMs) - (Trusted != 0 ? MeasuredMs : ReceivedMs));
}

/// <summary>The self-test of a gateway that is expected.</summary>
public sealed record SelfTestDue(string Gateway, SelfTestState State);

/// <summary>The assignment of a self-test that runs.</summary>
public sealed record SelfTestGateway
{
    /// <summary>Gateway id.</summary>
    public required string Gateway { get; init; }
    /// <summary>Kit number: what support sees.</summary>
    public required string Kit { get; init; }
    /// <summary>Area of its assignment.</summary>
    public required string Area { get; init; }
}

public sealed partial class StoreTransaction
{
    private const string SelfTestColumns = "alert as Alert, gateway as Gateway, trusted as Trusted, measured_ms as MeasuredMs, judged_ms as JudgedMs, sent_ms as SentMs, received_ms as ReceivedMs, stored_ms as StoredMs, page_ms as PageMs, delivered_ms as DeliveredMs";

    /// <summary>Writes down a test's Red with its first hops.</summary>
    public void AddSelfTest(long alert, string gateway, AlertItem item, DateTimeOffset sent, bool trusted, DateTimeOffset received) => Run(
        """
        insert into self_test (alert, gateway, trusted, measured_ms, judged_ms, sent_ms, received_ms) values (@alert, @gateway, @trusted, @measured, @judged, @sent, @received)
        """,
        new
        {
            alert, gateway, trusted = trusted ? 1 : 0, judged = Milliseconds(item.At), sent = Milliseconds(sent), received = Milliseconds(received),
            measured = Milliseconds(item.At - TimeSpan.FromSeconds(item.Inputs.Count == 0 ? 0 : item.Inputs.Min(input => input.AgeSeconds))),
        });

    /// <summary>Says which case a test opened or joined; false when the alert is no test that was written down.</summary>
    public bool SetSelfTestCase(long alert, long careCase, DateTimeOffset stored) => Run(
        """
        update self_test set stored_ms = @stored, care_case = @careCase, page_ms = (select max(created_ms) from page where page.care_case = @careCase) where alert = @alert
        """, new { alert, careCase, stored = Milliseconds(stored) }) > 0;

    /// <summary>Open cases of self-tests whose pages have all reached their sinks.</summary>
    public IReadOnlyList<long> SelfTestCasesReached() => [.. Query<long>(
        """
        select id from care_case where kind = 'self-test' and state <> 'closed' and exists (select 1 from page where page.care_case = care_case.id)
          and not exists (select 1 from page where page.care_case = care_case.id and page.channel is null) order by id
        """)];

    /// <summary>Finishes the tests of a case: their page reached the last sink.</summary>
    public IReadOnlyList<SelfTestRow> FinishSelfTests(long careCase)
    {
        SelfTestRow[] rows = [.. Query<SelfTestRow>(
            $"select {SelfTestColumns.Replace("delivered_ms as", "(select max(page.sent_ms) from page where page.care_case = @careCase) as", StringComparison.Ordinal)} from self_test where care_case = @careCase and delivered_ms is null order by alert",
            new { careCase })];
        foreach (SelfTestRow row in rows)
        {
            Run("update self_test set delivered_ms = @DeliveredMs, took_ms = @took where alert = @Alert", new { row.DeliveredMs, took = (long)row.Took.TotalMilliseconds, row.Alert });
        }
        return rows;
    }

    /// <summary>How long the tests took that a gateway's hub received between two times.</summary>
    public IReadOnlyList<TimeSpan> SelfTestTook(string gateway, DateTimeOffset from, DateTimeOffset to) => [.. Query<long>(
        "select took_ms from self_test where gateway = @gateway and received_ms >= @from and received_ms < @to and took_ms is not null",
        new { gateway, from = Milliseconds(from), to = Milliseconds(to) }).Select(took => TimeSpan.FromMilliseconds(took))];

    /// <summary>The tests that came through since a time.</summary>
    public IReadOnlyList<SelfTestRow> SelfTestsSince(DateTimeOffset from) => [.. Query<SelfTestRow>(
        $"select {SelfTestColumns} from self_test where received_ms >= @from and delivered_ms is not null order by alert", new { from = Milliseconds(from) })];

    /// <summary>Forgets tests that nobody compares with any more.</summary>
    public void ForgetSelfTests(DateTimeOffset before) => Run("delete from self_test where received_ms < @before", new { before = Milliseconds(before) });

    /// <summary>Gateways whose self-test runs now.</summary>
    public IReadOnlyList<SelfTestGateway> SelfTestGateways(DateTimeOffset now) => [.. Query<SelfTestGateway>(
        """
        select gateway.gateway as Gateway, gateway.kit as Kit, min(assignment.area) as Area from assignment join gateway on gateway.gateway = assignment.gateway
        where assignment.synthetic <> 0 and from_ms <= @now and (to_ms is null or to_ms > @now) group by gateway.gateway, gateway.kit order by gateway.gateway
        """, new { now = Milliseconds(now) })];

    /// <summary>What is expected, of every gateway.</summary>
    public IReadOnlyList<SelfTestDue> SelfTestDues() => [.. Query<DueRow>(
        "select gateway as Gateway, expected_by_ms as ExpectedByMs, misses as Misses, last_good_ms as LastGoodMs from self_test_due order by gateway").Select(row => row.Read())];

    /// <summary>What is expected of one gateway; null when nothing is.</summary>
    public SelfTestState? SelfTestDueOf(string gateway) => One<DueRow>(
        "select gateway as Gateway, expected_by_ms as ExpectedByMs, misses as Misses, last_good_ms as LastGoodMs from self_test_due where gateway = @gateway", new { gateway })?.Read().State;

    /// <summary>Keeps what is expected of a gateway.</summary>
    public void SetSelfTestDue(string gateway, SelfTestState state) => Run(
        """
        insert into self_test_due (gateway, expected_by_ms, misses, last_good_ms) values (@gateway, @expected, @Misses, @good)
        on conflict (gateway) do update set expected_by_ms = excluded.expected_by_ms, misses = excluded.misses, last_good_ms = excluded.last_good_ms
        """, new { gateway, expected = Milliseconds(state.ExpectedBy), state.Misses, good = state.LastGoodAt is { } at ? Milliseconds(at) : (long?)null });

    /// <summary>Nothing is expected any more.</summary>
    public void RemoveSelfTestDue(string gateway) => Run("delete from self_test_due where gateway = @gateway", new { gateway });

    /// <summary>Takes back the calls about missed tests that were not sent to a receiver yet; no other page.</summary>
    public void WithdrawSelfTestPages(string receiver) => Run(
        "update page set channel = @Withdrawn where care_case = 0 and reason = @reason and receiver = @receiver and sent_ms is null and channel is null",
        new { receiver, Withdrawn, reason = CaseWord.Of(PageReason.SelfTestMissed) });

    /// <summary>Pages to support of a cluster since a time, newest first.</summary>
    public IReadOnlyList<PageRow> PagesTo(string receiver, DateTimeOffset since) =>
        [.. Query<PageRow>($"select {PageColumns} from page where care_case = 0 and receiver = @receiver and created_ms >= @since order by id desc limit 50", new { receiver, since = Milliseconds(since) })];

    private sealed record DueRow(string Gateway, long ExpectedByMs, long Misses, long? LastGoodMs)
    {
        public SelfTestDue Read() => new(Gateway, new SelfTestState(Time(ExpectedByMs), (int)Misses, LastGoodMs is { } good ? Time(good) : null));
    }
}
