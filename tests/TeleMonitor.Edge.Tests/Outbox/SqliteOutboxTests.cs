using System.Text;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Outbox;

public sealed class SqliteOutboxTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly OutboxFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Items_come_back_byte_for_byte_in_the_order_of_their_lane()
    {
        using SqliteOutbox outbox = folder.Open();
        OutboxItem[] items = [OutboxFolder.Item("reading", 1), OutboxFolder.Item("alert", 2), OutboxFolder.Item("reading", 3)];
        outbox.Commit(OutboxFolder.Of(items));
        OutboxBatch readings = outbox.ReadBatch("reading", 0, 500)!;
        Assert.Equal([items[0].Bytes, items[2].Bytes], readings.Items.Select(item => item.ToArray()));
        Assert.Equal(items[1].Bytes, outbox.ReadBatch("alert", 0, 500)!.Items.Single().ToArray());
        Assert.Null(outbox.ReadBatch("status", 0, 500));
    }

    [Fact]
    public void The_chain_of_a_batch_is_the_hash_over_the_bytes_before_and_in_it()
    {
        using SqliteOutbox outbox = folder.Open();
        outbox.Commit(OutboxFolder.Many("reading", 7));
        Chain chain = Chain.Zero;
        for (int number = 1; number <= 7; number++)
        {
            OutboxBatch one = outbox.ReadBatch("reading", number - 1, 1)!;
            Assert.Equal((number, chain), ((int)one.First, one.Before));
            chain = chain.Next(one.Items[0].Span);
            Assert.Equal(chain, one.After);
            Assert.Equal(chain, outbox.ChainAt("reading", number));
        }
        Assert.Equal(chain, outbox.Standing("reading").LastChain);
        Assert.Null(outbox.ChainAt("reading", 8));
    }

    [Fact]
    public void A_batch_has_at_most_five_hundred_items()
    {
        using SqliteOutbox outbox = folder.Open();
        outbox.Commit(OutboxFolder.Many("reading", 501));
        Assert.Equal(500, outbox.ReadBatch("reading", 0, Batch.MaxItems)!.Items.Count);
        Assert.Equal(501, outbox.ReadBatch("reading", 500, Batch.MaxItems)!.Last);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(30_000)]
    [InlineData(WireItems.MaxItemBytes - 60)]
    public void A_written_batch_is_never_larger_than_its_limit_and_never_smaller_than_it_must(int size)
    {
        using SqliteOutbox outbox = folder.Open();
        outbox.Commit(OutboxFolder.Many("reading", 200, size));
        OutboxBatch batch = outbox.ReadBatch("reading", 0, Batch.MaxItems)!;
        byte[] written = Batch.Write(new BatchHead(outbox.Id, "reading", batch.First, batch.Before, Noon, batch.Context), batch.Items);
        Assert.InRange(written.Length, 1, Batch.MaxBytes);
        Assert.True(batch.Items.Count == 200 || written.Length + batch.Items[0].Length + Batch.HeadBytes > Batch.MaxBytes - 1000, $"{batch.Items.Count} items, {written.Length} bytes");
    }

    [Fact]
    public void A_batch_ends_where_boot_clock_or_a_version_changes()
    {
        using SqliteOutbox outbox = folder.Open();
        BatchContext[] contexts =
        [
            OutboxFolder.Context, OutboxFolder.Context with { Clock = "synchronised" }, OutboxFolder.Context with { Boot = "boot-2" },
            OutboxFolder.Context with { Versions = new Dictionary<string, string> { ["gateway"] = "0.2", ["engine"] = "1" } },
        ];
        foreach (BatchContext context in contexts)
        {
            outbox.Commit(OutboxFolder.Many("reading", 3, context: context));
        }
        for (int i = 0; i < contexts.Length; i++)
        {
            OutboxBatch batch = outbox.ReadBatch("reading", i * 3, 500)!;
            Assert.Equal(3, batch.Items.Count);
            Assert.True(batch.Context.SameAs(contexts[i]));
        }
    }

    [Fact]
    public void An_item_that_no_batch_could_carry_is_refused_before_anything_is_stored()
    {
        using SqliteOutbox outbox = folder.Open();
        Assert.Throws<ArgumentException>(() => outbox.Commit(OutboxFolder.Of(OutboxFolder.Item("reading", 1), OutboxFolder.Item("reading", 2, WireItems.MaxItemBytes))));
        Assert.Equal(0, outbox.Standing("reading").Last);
    }

    [Fact]
    public void Everything_is_there_again_after_reopening()
    {
        LaneStanding before;
        using (SqliteOutbox outbox = folder.Open())
        {
            outbox.Commit(new OutboxCommit
            {
                Context = OutboxFolder.Context, Items = [OutboxFolder.Item("reading", 41)], LastTick = 42, States = [(7, new RuleState([1, 2, 3], TimeSpan.FromHours(5)))],
            });
            outbox.Remember("reading", "hub-a", 1, OutboxFolder.ChainAt(outbox, "reading", 1), 2, Noon);
            outbox.Keep("hub-a", 1, [new Notice("taken", 12, "acute-nurse", Noon, Noon.AddHours(1))]);
            OutboxFolder.Set(outbox, "uplink/lost", "no broker", Noon);
            Assert.Equal(1, outbox.NextConnection("boot-1"));
            before = outbox.Standing("reading");
        }
        using SqliteOutbox again = SqliteOutbox.Open(folder.Path, () => throw new InvalidOperationException("an outbox has its id for life"));
        Assert.Equal(OutboxFolder.FirstId, again.Id);
        Assert.Equal(before, again.Standing("reading"));
        Assert.Equal(new LaneStanding("reading", 1, before.LastChain, 1, "hub-a", 2, Noon), before);
        Assert.Equal([1, 2, 3], again.ReadState(7)!.Bytes);
        Assert.Equal(TimeSpan.FromHours(5), again.ReadState(7)!.RuleTime);
        Assert.Equal(new NoticeStanding("hub-a", 1), again.Notices);
        Assert.Equal("acute-nurse", again.ReadNotices(5).Single().Notice.Role);
        Assert.Equal(new OpenFinding("uplink/lost", "no broker", Noon), again.ReadFindings().Single());
        Assert.Equal((42, 0), (again.LastTick("boot-1"), again.LastTick("boot-2")));
        Assert.Equal((2, 1), (again.NextConnection("boot-1"), again.NextConnection("boot-2")));
        Assert.Equal(Noon, again.TrustedTime);
    }

    [Fact]
    public void Numbers_are_never_given_twice_also_when_everything_was_receipted_and_forgotten()
    {
        using (SqliteOutbox outbox = folder.Open())
        {
            outbox.Commit(OutboxFolder.Many("reading", 10));
            outbox.Remember("reading", "hub-a", 10, OutboxFolder.ChainAt(outbox, "reading", 10), 0, Noon);
            outbox.Remember("reading", "hub-a", 10, OutboxFolder.ChainAt(outbox, "reading", 10), 0, Noon.AddDays(20));
            Assert.True(outbox.Forget(Noon.AddDays(5)) > 0);
        }
        using SqliteOutbox again = folder.Open();
        again.Commit(OutboxFolder.Of(OutboxFolder.Item("reading", 11)));
        Assert.Equal(11, again.Standing("reading").Last);
        Assert.Equal(11, again.ReadBatch("reading", 10, 500)!.First);
    }

    [Fact]
    public void Only_items_receipted_before_the_given_day_are_forgotten_and_the_rest_can_still_be_sent()
    {
        using SqliteOutbox outbox = folder.Open();
        outbox.Commit(OutboxFolder.Many("reading", 30));
        outbox.Remember("reading", "hub-a", 10, OutboxFolder.ChainAt(outbox, "reading", 10), 0, Noon);
        outbox.Remember("reading", "hub-a", 20, OutboxFolder.ChainAt(outbox, "reading", 20), 0, Noon.AddDays(10));
        Assert.Equal(0, outbox.Forget(Noon));
        Assert.Equal(9, outbox.Forget(Noon.AddDays(1)));
        Assert.Null(outbox.ReadBatch("reading", 5, 500));
        Assert.Equal(11, outbox.ReadBatch("reading", 10, 500)?.First);
        Assert.Equal(30, outbox.ReadBatch("reading", 20, 500)!.Last);
    }

    [Fact]
    public void A_hub_that_went_back_keeps_what_it_has_not_receipted_again_from_being_forgotten()
    {
        using SqliteOutbox outbox = folder.Open();
        outbox.Commit(OutboxFolder.Many("reading", 30));
        outbox.Remember("reading", "hub-a", 20, OutboxFolder.ChainAt(outbox, "reading", 20), 0, Noon);
        outbox.Remember("reading", "hub-b", 5, OutboxFolder.ChainAt(outbox, "reading", 5), 0, Noon.AddDays(30));
        outbox.Forget(Noon.AddDays(30));
        Assert.Equal(6, outbox.ReadBatch("reading", 5, 500)!.First);
    }

    [Fact]
    public void A_power_cut_at_any_byte_of_the_log_leaves_whole_commits_only()
    {
        byte[] main, log;
        using (SqliteOutbox outbox = folder.Open())
        {
            for (int commit = 1; commit <= 12; commit++)
            {
                outbox.Commit(new OutboxCommit
                {
                    Context = OutboxFolder.Context, LastTick = commit, States = [(1, new RuleState(Encoding.UTF8.GetBytes($"{commit}"), TimeSpan.Zero))],
                    Items = [OutboxFolder.Item("reading", commit * 2, 900), OutboxFolder.Item("reading", (commit * 2) + 1), OutboxFolder.Item("alert", commit, 2000)],
                });
            }
            (main, log) = (ReadShared(folder.Path), ReadShared(folder.Path + "-wal"));
        }
        var seen = new HashSet<int>();
        for (int cut = log.Length; cut > 0; cut -= 1021)
        {
            string copy = folder.Beside($"cut-{cut}.db");
            File.WriteAllBytes(copy, main);
            File.WriteAllBytes(copy + "-wal", log[..cut]);
            int commits = CommitsIn(copy);
            if (commits >= 0)
            {
                seen.Add(commits);
            }
        }
        Assert.True(seen.Count > 10 && seen.Contains(12), $"cuts must fall between and within commits; seen {string.Join(' ', seen)}");
    }

    // -1: cut before the outbox was made; it is then made anew
    private static int CommitsIn(string copy)
    {
        using SqliteOutbox cut = SqliteOutbox.Open(copy, () => "00000000000000ff");
        if (string.Equals(cut.Id, "00000000000000ff", StringComparison.Ordinal))
        {
            return -1;
        }
        int commits = cut.ReadState(1) is { } state ? int.Parse(Encoding.UTF8.GetString(state.Bytes)) : 0;
        Assert.Equal((commits * 2, commits, commits), (cut.Standing("reading").Last, cut.Standing("alert").Last, cut.LastTick("boot-1")));
        if (commits > 0)
        {
            OutboxBatch all = cut.ReadBatch("reading", 0, 500)!;
            Assert.Equal((commits * 2, cut.Standing("reading").LastChain), (all.Items.Count, all.After));
        }
        return commits;
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    [Fact]
    public void A_running_gateways_outbox_can_be_looked_at_and_not_opened_twice()
    {
        using SqliteOutbox outbox = folder.Open();
        outbox.Commit(OutboxFolder.Many("reading", 3));
        using (SqliteOutbox look = SqliteOutbox.OpenToLook(folder.Path))
        {
            Assert.Equal(outbox.Standing("reading"), look.Standing("reading"));
            outbox.Commit(OutboxFolder.Many("reading", 2));
            Assert.Equal(5, look.Standing("reading").Last);
        }
        OutboxException twice = Assert.Throws<OutboxException>(() => folder.Open());
        Assert.Contains("another program uses it", twice.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "create table person(name text)", "no outbox")]
    [InlineData("", "pragma application_id = 1414360930; pragma user_version = 4", "version 4")]
    public void A_file_that_is_no_outbox_of_this_version_is_refused_by_name(string content, string? sql, string expected)
    {
        File.WriteAllText(folder.Path, content);
        if (sql is not null)
        {
            using var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={folder.Path};Pooling=False");
            other.Open();
            using Microsoft.Data.Sqlite.SqliteCommand command = other.CreateCommand();
#pragma warning disable CA2100 // the theory's own text
            command.CommandText = sql;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }
        OutboxException refused = Assert.Throws<OutboxException>(() => folder.Open());
        Assert.Contains(folder.Path, refused.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_finding_keeps_the_time_it_began_and_a_closed_one_is_gone()
    {
        using SqliteOutbox outbox = folder.Open();
        OutboxFolder.Set(outbox, "uplink/lost", "first", Noon);
        OutboxFolder.Set(outbox, "uplink/lost", "second", Noon.AddHours(1));
        Assert.Equal(new OpenFinding("uplink/lost", "second", Noon), outbox.ReadFindings().Single());
        OutboxFolder.Set(outbox, "uplink/lost", null, Noon.AddHours(2));
        Assert.Empty(outbox.ReadFindings());
    }

    [Fact]
    public void Notices_are_read_newest_first_over_a_change_of_hub()
    {
        using SqliteOutbox outbox = folder.Open();
        outbox.Keep("hub-b", 1, [new Notice("taken", 1, "nurse", Noon, Noon), new Notice("closed", 1, "nurse", Noon, Noon)]);
        outbox.Keep("hub-a", 1, [new Notice("taken", 2, "nurse", Noon, Noon)]);
        Assert.Equal([("hub-a", 1L), ("hub-b", 2L), ("hub-b", 1L)], outbox.ReadNotices(9).Select(kept => (kept.Hub, kept.Number)));
        Assert.Equal(new NoticeStanding("hub-a", 1), outbox.Notices);
    }
}
