using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using TeleMonitor.Care.Cases;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Mqtt;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests.Ingest;

/// <summary>Every kind of bad input has a metric of its own, and counts once.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly TestHub hub = new();
    private readonly HubMetrics metrics = new();

    public void Dispose() => hub.Dispose();

    private static ReadingItem Pulse(long tick, int assignment = 1, double value = 72) => new()
    {
        Kind = WireWord.Reading, Tick = tick, Code = "8867-4", Assignment = assignment, At = DateTimeOffset.UnixEpoch, Value = value, Unit = "/min", Sensor = "manual", Grade = "good",
    };

    private static TestLane Reading(params Item[] items) => new TestLane(WireWord.ReadingLane).Add(items);

    private static IncomingBatch Without(IncomingBatch batch, string name) => batch with { Properties = [.. batch.Properties.Where(property => property.Key != name)] };

    private static IncomingBatch With(IncomingBatch batch, string name, string value) =>
        batch with { Properties = [.. batch.Properties.Where(property => property.Key != name), new KeyValuePair<string, string>(name, value)] };

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>One bad input per reason; the reasons that only the message or a fault can bring are in tests of their own below.</summary>
    private static Dictionary<RefusalReason, Func<IEnumerable<IncomingBatch>>> Bad() => new()
    {
        [RefusalReason.UnregisteredGateway] = () => [new TestLane(WireWord.ReadingLane, "gw-stranger-1").Add(Pulse(1)).PackAll()],
        [RefusalReason.NoProperties] = () => [Without(Reading(Pulse(1)).PackAll(), "after")],
        [RefusalReason.Gap] = () => [Reading(Pulse(1), Pulse(2)).Pack(2, 2)],
        [RefusalReason.ChainDiffers] = () => [With(Reading(Pulse(1)).PackAll(), "before", new Chain(7).ToString())],
        [RefusalReason.BatchUnreadable] = () => [Reading(Pulse(1)).Pack(1, 1, spoil: body => body[..^3])],
        [RefusalReason.HeadDiffers] = () => [With(Reading(Pulse(1), Pulse(2)).PackAll(), "count", "3")],
        [RefusalReason.BatchCorrupt] = () => [With(Reading(Pulse(1)).PackAll(), "after", new Chain(7).ToString())],
        [RefusalReason.RangeWrong] = () => [With(Reading(Pulse(1)).PackAll(), "through", "9")],
        [RefusalReason.ItemUnreadable] = () => [new TestLane(WireWord.ReadingLane).AddBytes(Text("""{"kind":"reading","tick":1}""")).PackAll()],
        [RefusalReason.UnknownKind] = () => [new TestLane(WireWord.ReadingLane).AddBytes(Text("""{"kind":"from-the-future","tick":1,"code":"x"}""")).PackAll()],
        [RefusalReason.ForeignAssignment] = () => [Reading(Pulse(1, assignment: 2)).PackAll()],
        [RefusalReason.AssignmentNotBegun] = () => [Reading(Pulse(1, assignment: 4)).PackAll()],
        [RefusalReason.AssignmentClosed] = () => [Reading(Pulse(1, assignment: 3)).PackAll()],
        [RefusalReason.IdentityTaken] = () => [Reading(Pulse(1)).PackAll(), new TestLane(WireWord.ReadingLane, outbox: "00000000000000bb").Add(Pulse(1, value: 140)).PackAll()],
        [RefusalReason.WrongLane] = () => [Reading(new GoneItem
        {
            Kind = WireWord.Gone, Tick = 1, Code = "gone/status", Assignment = 1, At = DateTimeOffset.UnixEpoch, Lane = WireWord.StatusLane, From = 1, To = 1,
        }).PackAll()],
    };

    public static TheoryData<RefusalReason> ByBatch() => [.. Bad().Keys];

    [Theory]
    [MemberData(nameof(ByBatch))]
    public void Each_bad_batch_counts_once_under_its_own_reason_and_again_when_it_comes_again_unstored(RefusalReason reason)
    {
        hub.Store.Write(write => write.RegisterAssignment(new Hub.Store.Assignment(4, TestHub.Gateway, "c-test-4", "aabenraa", hub.Now.AddDays(1), null, false)));
        foreach (IncomingBatch batch in Bad()[reason]())
        {
            metrics.Count(hub.Take(batch));
        }
        Assert.Equal([(CaseWord.Of(reason), 1L)], Counted());
    }

    [Fact]
    public void A_message_that_is_no_batch_and_a_batch_that_fails_unforeseen_count_once_each()
    {
        var taking = new MessageTaking(hub.Store, hub.Ingest, TimeProvider.System, NullLogger.Instance);
        Count(taking.Take([Message("tm/v1/gw-test-0001/up/nonsense", Text("x"))]));
        Assert.Equal([("unexpected-message", 1L)], Counted());
        Count(taking.Take([Message("tm/v1/gw-test-0001/presence", Text("{"))]));
        Assert.Equal([("unexpected-message", 2L)], Counted());

        // a chart that is not there where the code relies on it: nobody foresaw it, so the batch goes aside whole
        var broken = new MessageTaking(hub.Store, new BatchIngest(hub.Store.HubId, null!), TimeProvider.System, NullLogger.Instance);
        IncomingBatch alerts = new TestLane(WireWord.AlertLane).Add([.. new TestHome(hub).Measure((Vitals.Readings.Vital.Pulse, 135)).Where(item => item.Lane == "alert").Select(item => item.Item)]).PackAll();
        Count(broken.Take([new MqttMessage { Topic = "tm/v1/gw-test-0001/up/alert", Qos = 1, Retain = false, Payload = alerts.Body, UserProperties = alerts.Properties }]));
        Assert.Equal([("batch-failed", 1L), ("unexpected-message", 2L)], Counted());
    }

    [Fact]
    public void Every_reason_is_brought_about_by_these_tests_stands_at_zero_from_the_start_and_is_in_the_README()
    {
        Assert.Empty(Enum.GetValues<RefusalReason>().Except([.. Bad().Keys, RefusalReason.UnexpectedMessage, RefusalReason.BatchFailed]));
        string readme = File.ReadAllText(Path.Combine(HubData.Find(null)!, "..", "cloud", "TeleMonitor.Hub", "README.md")), text = metrics.Text();
        Assert.All(CaseWord.All<RefusalReason>(), word =>
        {
            Assert.Contains(HubMetrics.Refused(word) + " 0\n", text, StringComparison.Ordinal);
            Assert.Contains($"| `{word}` |", readme, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_transaction_that_is_rolled_back_counts_nothing_until_it_is_taken()
    {
        IncomingBatch poison = Bad()[RefusalReason.UnknownKind]().Single();
        Assert.Throws<InvalidOperationException>(() => hub.Store.Write<int>(write =>
        {
            Assert.Single(hub.Ingest.Take(write, poison, hub.Now).Refused);
            throw new InvalidOperationException("roll back");
        }));
        Assert.Empty(Counted());
        metrics.Count(hub.Take(poison));
        Assert.Equal([("unknown-kind", 1L)], Counted());
    }

    private void Count(IReadOnlyList<TakenMessage> taken)
    {
        foreach (TakenMessage message in taken)
        {
            metrics.Count(message.Outcome);
        }
    }

    private static MqttMessage Message(string topic, byte[] payload) => new() { Topic = topic, Payload = payload, Qos = 1, Retain = false };

    private (string Word, long Times)[] Counted() =>
        [.. CaseWord.All<RefusalReason>().Select(word => (word, Times(word))).Where(pair => pair.Item2 > 0).OrderBy(pair => pair.word, StringComparer.Ordinal)];

    private long Times(string word) => long.Parse(metrics.Text().Split('\n').Single(line => line.StartsWith(HubMetrics.Refused(word) + " ", StringComparison.Ordinal)).Split(' ')[1]);
}
