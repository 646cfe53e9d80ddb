using TeleMonitor.Edge.Tests.Wire;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Outbox;

/// <summary>Which Red or help press waits for the hub's receipt, and for how long it may.</summary>
public sealed class UrgentTests : IDisposable
{
    private const long Second = 1_000_000;
    private static readonly DateTimeOffset Wall = GoldenWire.At;

    private readonly OutboxFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(null, null, 0, "nothing")]
    [InlineData("boot-1", null, 0, "waiting")]
    [InlineData("boot-1", null, 119, "waiting")]
    [InlineData("boot-1", null, 120, "not-sent")]
    [InlineData("boot-1", null, 9_000, "not-sent")]
    [InlineData("boot-0", null, 0, "not-sent")] // of another boot
    [InlineData("", null, 0, "not-sent")] // nobody can read it
    [InlineData(null, 0, 0, "sent")]
    [InlineData(null, 23, 0, "sent")]
    [InlineData(null, 24, 0, "nothing")]
    [InlineData("boot-1", 0, 119, "waiting")] // what waits counts before what was sent
    public void The_state_follows_from_the_oldest_that_waits(string? waitingOf, int? sentHoursAgo, int seconds, string expected)
    {
        UrgentItem? waiting = waitingOf is null ? null : new UrgentItem(waitingOf, 50 * Second, Wall);
        UrgentItem? newest = sentHoursAgo is { } hours ? new UrgentItem("boot-0", 1, Wall - TimeSpan.FromHours(hours)) : null;
        Assert.Equal(expected, UrgentRules.Judge(waiting, newest, "boot-1", (50 + seconds) * Second, Wall).Word);
    }

    [Fact]
    public void Every_state_is_a_word_that_the_wire_takes()
    {
        StatusItem status = GoldenStatus();
        foreach (UrgentState state in Enum.GetValues<UrgentState>())
        {
            Assert.True(WireItems.TryRead(WireItems.Write(status with { Urgent = new UrgentStanding(state).Word }), out _, out string problem), problem);
        }
        Assert.False(WireItems.TryRead(WireItems.Write(status with { Urgent = "perhaps" }), out _, out _));
    }

    private static StatusItem GoldenStatus() => WireItems.TryRead(GoldenWireTests.Golden("status.json"), out Item? item, out _) ? (StatusItem)item! : throw new InvalidOperationException();

    [Fact]
    public void An_outbox_that_is_opened_finds_the_oldest_urgent_one_behind_others()
    {
        using SqliteOutbox outbox = folder.Open();
        for (int number = 1; number <= 40; number++)
        {
            Add(outbox, number is 25 or 30 ? "help" : "alert-interim", number * Second);
        }
        var watch = new UrgentWatch(outbox);
        Assert.Equal(("waiting", 25 * Second), (Look(watch, 40).Word, Look(watch, 40).Item!.Tick));
        Receipt(outbox, 24);
        Assert.Equal(25 * Second, Look(watch, 40).Item!.Tick);
        Receipt(outbox, 25);
        Assert.Equal(30 * Second, Look(watch, 40).Item!.Tick);
        Receipt(outbox, 40);
        Assert.Equal("sent", Look(watch, 40).Word);
    }

    [Fact]
    public void What_was_sent_and_a_restored_hub_asks_for_again_does_not_count_as_waiting()
    {
        using SqliteOutbox outbox = folder.Open();
        Add(outbox, "help", Second);
        var watch = new UrgentWatch(outbox);
        Receipt(outbox, 1);
        Assert.Equal("sent", Look(watch, 2).Word);
        Receipt(outbox, 0);
        Assert.Equal("sent", Look(watch, 900).Word);
        Add(outbox, "help", 1000 * Second);
        watch.Committed(new UrgentItem(OutboxFolder.Context.Boot, 1000 * Second, Wall));
        Assert.Equal(("waiting", 1000 * Second), (Look(watch, 1001).Word, Look(watch, 1001).Item!.Tick));
    }

    [Fact]
    public void One_that_cannot_be_stored_has_its_two_minutes_too()
    {
        using SqliteOutbox outbox = folder.Open();
        var watch = new UrgentWatch(outbox);
        var made = new UrgentItem(OutboxFolder.Context.Boot, Second, Wall);
        watch.NotCommitted(made);
        watch.NotCommitted(made with { Tick = 100 * Second });
        Assert.Equal("waiting", Look(watch, 2).Word);
        Assert.Equal("not-sent", Look(watch, 122).Word);
        Add(outbox, "help", Second);
        watch.Committed(made);
        Assert.Equal("not-sent", Look(watch, 123).Word); // stored now, and as old as before
        Receipt(outbox, 1);
        Assert.Equal("sent", Look(watch, 124).Word);
    }

    [Fact]
    public void An_outbox_that_goes_on_under_another_id_is_read_anew()
    {
        using SqliteOutbox outbox = folder.Open();
        Add(outbox, "help", Second);
        Add(outbox, "help", 2 * Second);
        var watch = new UrgentWatch(outbox);
        Receipt(outbox, 1);
        Assert.Equal(2 * Second, Look(watch, 3).Item!.Tick);
        outbox.Renew(new OutboxCommit { Context = OutboxFolder.Context, Items = [] });
        Assert.Equal(2, outbox.Standing(WireWord.AlertLane).Last); // what was sent goes again, and counts as waiting until it is receipted anew
        Assert.Equal(("waiting", Second), (Look(watch, 4).Word, Look(watch, 4).Item!.Tick));
    }

    [Fact]
    public void What_nobody_can_read_may_have_been_a_call()
    {
        using SqliteOutbox outbox = folder.Open();
        outbox.Commit(OutboxFolder.Of(OutboxFolder.Item(WireWord.AlertLane, 1)));
        Assert.Equal("not-sent", Look(new UrgentWatch(outbox), 1).Word);
    }

    private static UrgentStanding Look(UrgentWatch watch, long second) => watch.Look(OutboxFolder.Context.Boot, second * Second, Wall);

    private static void Add(SqliteOutbox outbox, string golden, long tick)
    {
        Assert.True(WireItems.TryRead(GoldenWireTests.Golden(golden + ".json"), out Item? item, out _));
        item = item switch { HelpItem help => help with { Tick = tick }, AlertItem alert => alert with { Tick = tick }, _ => throw new InvalidOperationException() };
        outbox.Commit(OutboxFolder.Of(new OutboxItem(WireWord.AlertLane, tick, item.Code, WireItems.Write(item))));
    }

    private static void Receipt(SqliteOutbox outbox, long through) =>
        outbox.Remember(WireWord.AlertLane, "hub-1", through, OutboxFolder.ChainAt(outbox, WireWord.AlertLane, through), 0, Wall);
}
