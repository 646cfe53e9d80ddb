using System.Text;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Simulation;

/// <summary>
/// What the simulation proves with its outbox holds for the real file only as far as both do the same: each of these runs on both, and the
/// last compares them over random histories.
/// </summary>
public sealed class OutboxContractTests : IDisposable
{
    private static readonly DateTimeOffset Wall = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);
    private static readonly BatchContext Context = new("boot-1", "holdover", new Dictionary<string, string>(StringComparer.Ordinal) { ["engine"] = "1" });
    private static readonly BatchContext Other = Context with { Boot = "boot-2" };

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("outbox-contract-test-");
    private readonly SimCard card = new("00000000000000a1");
    private int renewed;

    public void Dispose() => folder.Delete(recursive: true);

    private IOutboxStore Open(bool real) => real
        ? SqliteOutbox.Open(Path.Combine(folder.FullName, "outbox.db"), () => renewed == 0 ? "00000000000000a1" : $"00000000000000b{renewed}")
        : new SimOutbox(card, () => $"00000000000000b{renewed}");

    private static OutboxItem Item(string lane, long tick) => new(lane, tick, "test", Encoding.UTF8.GetBytes($"{{\"lane\":\"{lane}\",\"tick\":{tick}}}"));

    private static OutboxCommit Of(BatchContext context, params OutboxItem[] items) => new() { Context = context, Items = items, LastTick = items.Length > 0 ? items[^1].Tick : 0 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_batch_ends_where_the_context_changes_and_after_as_many_as_were_asked_for(bool real)
    {
        using IOutboxStore store = Open(real);
        store.Commit(Of(Context, Item("reading", 1), Item("reading", 2), Item("alert", 3)));
        store.Commit(Of(Other, Item("reading", 4)));
        Assert.Equal(2, store.ReadBatch("reading", 0, 500)!.Items.Count);
        Assert.Single(store.ReadBatch("reading", 0, 1)!.Items);
        Assert.Equal("boot-2", store.ReadBatch("reading", 2, 500)!.Context.Boot);
        Assert.Null(store.ReadBatch("reading", 3, 500));
        Assert.Equal((3, 3), (store.Standing("reading").Last, store.Standing("reading").Waiting));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_receipt_is_kept_with_the_next_other_change(bool real)
    {
        using (IOutboxStore store = Open(real))
        {
            store.Commit(Of(Context, Item("reading", 1), Item("reading", 2)));
            store.Remember("reading", "hub", 1, store.ChainAt("reading", 1)!.Value, 0, Wall);
            store.Commit(Of(Context, Item("alert", 3)));
            Assert.False(store.Save());
        }
        using IOutboxStore again = Open(real);
        Assert.Equal((1, "hub", Wall), (again.Standing("reading").Through, again.Standing("reading").Hub, again.Standing("reading").ReceiptAt));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Settings_are_kept_whole_with_the_key_that_changes_and_when_nobody_goes_on_only_their_version_stays(bool real)
    {
        using (IOutboxStore store = Open(real))
        {
            Assert.Null(store.Profile);
            Assert.Empty(store.PinnedKeys);
            store.Keep(new KeptProfile(1, "aa", [1, 2], Wall), null);
            store.Keep(new KeptProfile(2, "bb", [3], Wall), new PinnedKey("hub", "cc", [4, 5]));
        }
        using IOutboxStore again = Open(real);
        Assert.Equal((2, "bb", Wall), (again.Profile!.Version, again.Profile.Hash, again.Profile.TakenAt));
        Assert.Equal([3], again.Profile.Bundle!);
        Assert.Equal(("hub", "cc"), (again.PinnedKeys.Single().Role, again.PinnedKeys.Single().InsteadOf));
        renewed++;
        Assert.True(again.Wipe([7], Of(Context, Item("status", 1))));
        Assert.NotNull(again.Profile.Bundle);
        again.Remember("status", "hub", again.Standing("status").Last, again.Standing("status").LastChain, 0, Wall);
        renewed++;
        Assert.True(again.Wipe([], Of(Context, Item("status", 2))));
        Assert.Equal((2, null), (again.Profile.Version, again.Profile.Bundle));
        Assert.Single(again.PinnedKeys);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_item_takes_the_numbers_of_others_and_travels_alone(bool real)
    {
        using IOutboxStore store = Open(real);
        store.Commit(Of(Context, [.. Enumerable.Range(1, 6).Select(tick => Item("reading", tick))]));
        Chain end = store.ChainAt("reading", 4)!.Value;
        store.Cover(new OutboxRange(2, 4, Item("reading", 9), Context));
        Assert.Single(store.ReadBatch("reading", 0, 500)!.Items);
        OutboxBatch range = store.ReadBatch("reading", 1, 500)!;
        Assert.Equal((2, 4, end), (range.First, range.Through, range.After));
        Assert.Equal(2, store.ReadBatch("reading", 3, 500)!.First); // asked from within, it begins before
        Assert.Equal(2, store.ReadBatch("reading", 4, 500)!.Items.Count);
        Assert.Null(store.ChainAt("reading", 3));
        Assert.Throws<ArgumentException>(() => store.Cover(new OutboxRange(1, 3, Item("reading", 10), Context)));
        Assert.Equal(9, store.LastTick("boot-1"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Under_another_id_everything_that_is_kept_goes_again_from_one(bool real)
    {
        using IOutboxStore store = Open(real);
        store.Commit(Of(Context, [.. Enumerable.Range(1, 5).Select(tick => Item("reading", tick))]) with { States = [(7, new RuleState([1, 2], TimeSpan.FromMinutes(3)))] });
        store.Remember("reading", "hub", 2, store.ChainAt("reading", 2)!.Value, 0, Wall);
        renewed++;
        store.Renew(Of(Context, Item("status", 6)));
        Assert.Equal("00000000000000b1", store.Id);
        Assert.Equal((5, 0, (string?)null), (store.Standing("reading").Last, store.Standing("reading").Through, store.Standing("reading").Hub));
        OutboxBatch batch = store.ReadBatch("reading", 0, 500)!;
        Assert.Equal((1, 5, Chain.Zero), (batch.First, batch.Items.Count, batch.Before));
        Assert.Equal(Item("reading", 1).Bytes, batch.Items[0].ToArray());
        Assert.Equal(batch.Items.Aggregate(Chain.Zero, (chain, item) => chain.Next(item.Span)), batch.After);
        Assert.Equal([1, 2], store.ReadState(7)!.Bytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_not_receipted_is_never_wiped_and_then_all_is_but_those_who_go_on(bool real)
    {
        using IOutboxStore store = Open(real);
        RuleState rules = new([1, 2], TimeSpan.FromMinutes(3));
        store.Commit(Of(Context, Item("reading", 1), Item("reading", 2), Item("status", 3)) with { States = [(0, rules), (7, rules), (8, rules)], Findings = [new FindingChange("a/b", "text", Wall)] });
        store.Keep("hub", 5, [new Notice("seen", 3, "nurse", Wall, Wall)]);
        Assert.Equal([7, 8], store.Assignments);
        store.Remember("reading", "hub", 2, store.ChainAt("reading", 2)!.Value, 0, Wall);
        Assert.False(store.Wipe([8], Of(Context, Item("status", 4))));
        Assert.Equal(1, store.Standing("status").Waiting);

        store.Remember("status", "hub", 1, store.ChainAt("status", 1)!.Value, 0, Wall);
        renewed++;
        while (!store.Wipe([8], Of(Context, Item("status", 4))))
        {
            Assert.Equal("00000000000000a1", store.Id); // the file goes in portions
        }
        Assert.Equal("00000000000000b1", store.Id);
        Assert.Equal((0, 0, (string?)null), (store.Standing("reading").Last, store.Standing("reading").Waiting, store.Standing("reading").Hub));
        OutboxBatch only = store.ReadBatch("status", 0, 500)!;
        Assert.Equal((1, Chain.Zero, 1), (only.First, only.Before, only.Items.Count));
        Assert.Equal([8], store.Assignments);
        Assert.NotNull(store.ReadState(0)); // what is nobody's stays while somebody goes on
        Assert.Empty(store.ReadNotices(9));
        Assert.Equal(new NoticeStanding("hub", 5), store.Notices); // or the hub would send those of the citizen before again
        Assert.Empty(store.ReadFindings());
        Assert.Equal(4, store.LastTick("boot-1"));

        store.Commit(Of(Other, Item("reading", 9)));
        Assert.Equal((1, 1, "boot-2"), (store.ReadBatch("reading", 0, 500)!.First, store.ReadBatch("reading", 0, 500)!.Items.Count, store.ReadBatch("reading", 0, 500)!.Context.Boot));
        Assert.Equal(store.ReadBatch("reading", 0, 500)!.After, store.ChainAt("reading", 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void With_the_last_citizen_goes_also_what_was_nobodys(bool real)
    {
        using IOutboxStore store = Open(real);
        store.Commit(Of(Context) with { States = [(0, new RuleState([1], default)), (7, new RuleState([2], default))] });
        while (!store.Wipe([], Of(Context, Item("status", 1))))
        {
            continue;
        }
        Assert.Empty(store.Assignments);
        Assert.Null(store.ReadState(0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Both_outboxes_answer_alike_over_a_random_history(ulong seed)
    {
        var dice = new Dice(seed);
        IOutboxStore real = Open(true), simulated = Open(false);
        long tick = 0;
        for (int step = 0; step < 120; step++)
        {
            (int kind, string lane, int more) = (dice.Next(10), dice.Pick(WireWord.Lanes), dice.Next(5));
            BatchContext context = dice.Chance(0.5) ? Context : Other;
            LaneStanding at = simulated.Standing(lane);
            long through = at.Through + dice.Next((int)at.Waiting + 1);
            DateTimeOffset wall = Wall.AddHours(step * 5);
            OutboxCommit commit = Of(context, [.. Enumerable.Range(0, more).Select(_ => Item(lane, ++tick))]) with
            {
                Findings = kind < 2 ? [new FindingChange($"code/{more}", dice.Chance(0.5) ? "text" : null, wall)] : [],
            };
            // the file chains anew only what is sent: of what never was sent there is no receipt either
            Chain? receipted = real.ChainAt(lane, through) is { } known && known == simulated.ChainAt(lane, through) ? known : null;
            bool isWhole = at.Waiting > more + 2 && simulated.ChainAt(lane, at.Through + 1 + more) is not null;
            renewed += kind == 9 && step % 7 == 0 ? 1 : 0;
            foreach (IOutboxStore store in (IOutboxStore[])[real, simulated])
            {
                switch (kind)
                {
                    case < 5: store.Commit(commit); break;
                    case < 8 when receipted is { } chain: store.Remember(lane, "hub", through, chain, 0, wall); break;
                    case 8: store.Forget(wall.AddDays(-2)); break;
                    case 9 when step % 7 == 0: store.Renew(commit); break;
                    case 9 when isWhole: store.Cover(new OutboxRange(at.Through + 1, at.Through + 1 + more, Item(lane, 100_000 + step), context)); break;
                }
            }
            if (dice.Chance(0.1))
            {
                real.Dispose();
                simulated.Dispose();
                (real, simulated) = (Open(true), Open(false));
            }
            Alike(real, simulated, $"step {step} of kind {kind}");
        }
        real.Dispose();
        simulated.Dispose();
    }

    private void Alike(IOutboxStore real, IOutboxStore simulated, string when)
    {
        Assert.Equal(real.Id, simulated.Id);
        Assert.Equal(real.ReadFindings(), simulated.ReadFindings());
        foreach (string lane in WireWord.Lanes)
        {
            (LaneStanding one, LaneStanding other) = (real.Standing(lane), simulated.Standing(lane));
            Assert.True((one.Last, one.Through, one.Hub, one.Forgotten, one.ReceiptAt) == (other.Last, other.Through, other.Hub, other.Forgotten, other.ReceiptAt), $"{when}: {one} against {other}");
            (OutboxBatch? first, OutboxBatch? second) = (real.ReadBatch(lane, one.Through, 3), simulated.ReadBatch(lane, one.Through, 3));
            Assert.True((first?.First, first?.Through, first?.Context.Boot) == (second?.First, second?.Through, second?.Context.Boot), $"{when}: {first} against {second}");
            // under another id the file chains a range when it is sent, the simulated one at once: each end is as good
            Assert.True(renewed > 0 || (first?.Before, first?.After) == (second?.Before, second?.After), $"{when}: {first} against {second}");
            Assert.Equal(first?.Items.Select(item => Convert.ToHexString(item.Span)), second?.Items.Select(item => Convert.ToHexString(item.Span)));
        }
    }
}
