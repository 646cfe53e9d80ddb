using Microsoft.Data.Sqlite;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Outbox;

/// <summary>Whatever is wrong with the file, its reader hears of it in one way and can try again.</summary>
public sealed class DamagedOutboxTests : IDisposable
{
    private readonly OutboxFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("insert or replace into meta values ('tick', 'boot-1 many')", 41)]
    [InlineData("insert or replace into meta values ('tick', 'boot-1 99999999999999999999')", 41)]
    [InlineData("insert or replace into meta values ('connection', 'boot-1 x')", 41)]
    [InlineData("insert or replace into meta values ('notices', 'hub x')", 41)]
    [InlineData("insert into finding values ('a', 'b', 'yesterday')", 41)]
    [InlineData("insert into notice values ('hub', 1, 'taken', 1, 'role', 'now', 'then', 1)", 41)]
    [InlineData("update lane set receipt_at = 9000000000000000000", 41)]
    [InlineData("update lane set last = last + 5 where lane = 'reading'", 41)]
    [InlineData("delete from lane where lane = 'reading'", 41)]
    [InlineData("drop table state", 41)]
    [InlineData("drop table finding", 41)]
    [InlineData("drop table receipt", 41)]
    [InlineData("delete from item where lane = 'reading' and number = 40", 40)]
    [InlineData("update context set versions = '{'", 0)]
    [InlineData("delete from context", 0)]
    [InlineData("drop table item", 0)]
    public void A_damaged_file_is_put_aside_and_what_it_still_gives_goes_on_under_another_id(string damage, int saved)
    {
        Fill();
        byte[] before = File.ReadAllBytes(folder.Path);
        Execute(damage);
        using SqliteOutbox outbox = folder.Open();
        Assert.NotEqual(OutboxFolder.FirstId, outbox.Id);
        (List<byte[]> items, List<GoneItem> gone) = All(outbox);
        Assert.Equal(saved, items.Count);
        Assert.True(saved == 41 || gone.Count > 0, "what is missing must be named");
        Assert.All(gone, one => Assert.Equal(("damaged", OutboxFolder.FirstId), (one.Why, one.Outbox)));
        Assert.Contains("outbox.db.damaged-1", outbox.ReadFindings().Single(finding => finding.Code == "outbox/salvaged").Text, StringComparison.Ordinal);
        Assert.True(new FileInfo(folder.Path + ".damaged-1").Length >= before.Length);
        Assert.Equal(damage == "drop table state", outbox.ReadState(1) is null);
        Assert.Equal(damage == "drop table state", outbox.ReadFindings().Any(finding => finding.Code == "rules/state"));
        outbox.Commit(OutboxFolder.Many("reading", 3));
        Assert.False(File.Exists(folder.Path + ".salvage"));
    }

    // items in both lanes, and the gone items among them
    private static (List<byte[]> Items, List<GoneItem> Gone) All(SqliteOutbox outbox)
    {
        var items = new List<byte[]>();
        var gone = new List<GoneItem>();
        foreach (string lane in (ReadOnlySpan<string>)["alert", "reading"])
        {
            for (long at = 0; outbox.ReadBatch(lane, at, 500) is { } batch; at = batch.Last)
            {
                foreach (ReadOnlyMemory<byte> item in batch.Items)
                {
                    if (WireItems.TryRead(item.Span, out Item? read, out _) && read is GoneItem one)
                    {
                        gone.Add(one);
                    }
                    else
                    {
                        items.Add(item.ToArray());
                    }
                }
            }
        }
        return (items, gone);
    }

    [Fact]
    public void Whichever_page_is_destroyed_the_gateway_starts_and_every_item_is_there_or_named_as_gone()
    {
        Fill();
        byte[] whole = File.ReadAllBytes(folder.Path);
        (List<byte[]> all, _) = AllOf(folder.Path);
        int salvaged = 0, kept = 0;
        for (int page = 0; page < whole.Length / 4096; page++)
        {
            string copy = folder.Beside($"page-{page}.db");
            byte[] damaged = [.. whole];
            damaged.AsSpan(page * 4096, 4096).Fill(0xA5);
            File.WriteAllBytes(copy, damaged);
            using SqliteOutbox outbox = folder.Open(copy);
            (List<byte[]> items, List<GoneItem> gone) = All(outbox);
            Assert.All(items, item => Assert.Contains(all, one => one.AsSpan().SequenceEqual(item)));
            bool told = outbox.ReadFindings().Any(finding => finding.Code == "outbox/salvaged");
            bool readable = gone.All(one => one.Outbox != "unknown");
            Assert.True(told ? !readable || items.Count + gone.Sum(one => one.To - one.From + 1) >= 41 : items.Count == 41, $"page {page}: {items.Count} items, {gone.Count} gone, told {told}");
            (salvaged, kept) = (salvaged + (told ? 1 : 0), kept + items.Count);
        }
        Assert.True(salvaged > 5, $"only {salvaged} damaged pages were noticed");
        Assert.True(kept > 41 * (whole.Length / 4096) / 2, $"only {kept} items were saved");
    }

    private static (List<byte[]> Items, List<GoneItem> Gone) AllOf(string path)
    {
        using SqliteOutbox outbox = SqliteOutbox.OpenToLook(path);
        return All(outbox);
    }

    [Fact]
    public void One_changed_bit_in_an_item_is_never_sent_as_if_it_had_been_measured()
    {
        Fill();
        byte[] file = File.ReadAllBytes(folder.Path);
        int place = file.AsSpan().IndexOf("\"tick\":20,"u8);
        file[place + 30] ^= 1; // inside the padding: still JSON, only not what was committed
        File.WriteAllBytes(folder.Path, file);
        using SqliteOutbox outbox = folder.Open();
        Assert.Equal(19, outbox.ReadBatch("reading", 0, 500)!.Last);
        DamagedItemException damaged = Assert.Throws<DamagedItemException>(() => outbox.ReadBatch("reading", 19, 500));
        OutboxFolder.Findings(outbox).CoverGone("reading", damaged.Number, damaged.Number, "damaged", damaged.Hash, DateTimeOffset.UnixEpoch);
        (List<byte[]> items, List<GoneItem> gone) = All(outbox);
        Assert.Equal((40, 20, 20, damaged.Hash), (items.Count, gone.Single().From, gone.Single().To, gone.Single().Hash));
    }

    [Fact]
    public void Damage_met_while_the_gateway_runs_ends_it_and_the_next_start_salvages()
    {
        Fill();
        using (SqliteOutbox running = folder.Open())
        {
            Execute("update item set context = 77 where lane = 'alert'");
            Assert.Throws<DamagedOutboxException>(() => running.ReadBatch("alert", 0, 500));
            Assert.True(File.Exists(folder.Path + ".check"));
        }
        using SqliteOutbox again = folder.Open();
        (List<byte[]> items, List<GoneItem> gone) = All(again);
        Assert.Equal((40, "alert", 1), (items.Count, gone.Single().Lane, gone.Single().To));
        Assert.False(File.Exists(folder.Path + ".check"));
    }

    [Fact]
    public void A_power_cut_in_the_middle_of_a_salvage_leaves_one_of_the_two_files_in_place()
    {
        Fill();
        File.Move(folder.Path, folder.Path + ".salvage"); // between the last two renamings
        using SqliteOutbox outbox = folder.Open();
        Assert.Equal((OutboxFolder.FirstId, 40), (outbox.Id, outbox.ReadBatch("reading", 0, 500)!.Items.Count));
    }

    [Fact]
    public void A_card_in_another_machine_goes_on_under_another_id_and_a_file_of_another_gateway_is_put_aside()
    {
        SqliteOutbox Open(string gateway, string? machine) => SqliteOutbox.Open(folder.Path, new OutboxOptions { NewId = () => Guid.NewGuid().ToString("N")[..16], Gateway = gateway, Machine = machine });
        string first;
        using (SqliteOutbox outbox = Open("gw-one-001", "serial-1"))
        {
            first = outbox.Id;
            outbox.Commit(OutboxFolder.Many("reading", 5));
            outbox.Remember("reading", "hub", 2, outbox.ChainAt("reading", 2)!.Value, 0, DateTimeOffset.UnixEpoch);
        }
        using (SqliteOutbox outbox = Open("gw-one-001", "serial-1"))
        {
            Assert.Equal(first, outbox.Id);
        }
        using (SqliteOutbox outbox = Open("gw-one-001", "serial-2"))
        {
            Assert.NotEqual(first, outbox.Id);
            Assert.Equal((5, "outbox/renewed"), (outbox.Standing("reading").Last, outbox.ReadFindings().Single().Code));
        }
        using (SqliteOutbox outbox = Open("gw-two-002", "serial-2"))
        {
            Assert.Equal((0, "outbox/foreign"), (outbox.Standing("reading").Last, outbox.ReadFindings().Single().Code));
        }
        Assert.True(File.Exists(folder.Path + ".damaged-1"));
    }

    [Fact]
    public void A_commit_after_one_that_failed_numbers_on_from_what_the_file_holds()
    {
        Fill();
        using SqliteOutbox outbox = folder.Open();
        Execute("create trigger no_state before insert on state begin select raise(abort, 'no'); end");
        var state = new RuleState([1], TimeSpan.Zero);
        Assert.Throws<OutboxException>(() => outbox.Commit(new OutboxCommit { Context = OutboxFolder.Context, Items = [OutboxFolder.Item("alert", 99)], States = [(1, state)] }));
        Assert.Equal(1, outbox.Standing("alert").Last);
        Assert.Null(outbox.ChainAt("alert", 2));
        Execute("drop trigger no_state");
        outbox.Commit(new OutboxCommit { Context = OutboxFolder.Context, Items = [OutboxFolder.Item("alert", 99)], States = [(1, state)] });
        Assert.Equal(2, outbox.Standing("alert").Last);
    }

    private void Fill()
    {
        using SqliteOutbox outbox = folder.Open();
        outbox.Commit(OutboxFolder.Of(OutboxFolder.Item("alert", 1)) with { States = [(1, new RuleState([1, 2], TimeSpan.FromHours(1)))] });
        outbox.Commit(OutboxFolder.Many("reading", 40, bytes: 1000));
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={folder.Path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // the texts of this class
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
