using Microsoft.Data.Sqlite;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Uplink;

namespace TeleMonitor.Edge.Tests.Outbox;

/// <summary>Whatever is wrong with the file, its reader hears of it in one way and can try again.</summary>
public sealed class DamagedOutboxTests : IDisposable
{
    private readonly OutboxFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("insert or replace into meta values ('tick', 'boot-1 many')")]
    [InlineData("insert or replace into meta values ('tick', 'boot-1 99999999999999999999')")]
    [InlineData("insert or replace into meta values ('connection', 'boot-1 x')")]
    [InlineData("insert or replace into meta values ('notices', 'hub x')")]
    [InlineData("insert into finding values ('a', 'b', 'yesterday')")]
    [InlineData("insert into notice values ('hub', 1, 'taken', 1, 'role', 'now', 'then', 1)")]
    [InlineData("update context set versions = '{'")]
    [InlineData("update context set versions = '[1]'")]
    [InlineData("delete from context")]
    [InlineData("drop table state")]
    [InlineData("drop table finding")]
    public void A_damaged_row_or_table_is_told_as_an_outbox_that_could_not_be_read(string damage)
    {
        Fill();
        Execute(damage);
        using SqliteOutbox outbox = folder.Open();
        Action[] reads =
        [
            () => outbox.LastTick("boot-1"), () => outbox.NextConnection("boot-1"), () => _ = outbox.Notices, () => outbox.ReadNotices(5), () => outbox.ReadFindings(),
            () => outbox.ReadState(1), () => outbox.ReadBatch("reading", 0, 500), () => outbox.ChainAt("reading", 1), () => _ = outbox.TrustedTime,
        ];
        Assert.Contains(reads, read => Record.Exception(read) is OutboxException);
        Assert.DoesNotContain(reads, read => Record.Exception(read) is not (null or OutboxException));
    }

    [Fact]
    public void A_receipt_time_that_no_calendar_holds_is_told_when_the_outbox_is_opened()
    {
        Fill();
        Execute("update lane set receipt_at = 9000000000000000000");
        Assert.Contains("could not be read", Assert.Throws<OutboxException>(() => folder.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_damaged_page_is_told_or_harmless_and_the_outbox_goes_on_when_it_is_whole_again()
    {
        Fill();
        byte[] whole = File.ReadAllBytes(folder.Path);
        int told = 0;
        for (int page = 1; page < whole.Length / 4096; page++)
        {
            byte[] damaged = [.. whole];
            damaged.AsSpan(page * 4096, 4096).Fill(0xA5);
            File.WriteAllBytes(folder.Path, damaged);
            Exception? heard = Record.Exception(() =>
            {
                using SqliteOutbox outbox = folder.Open();
                outbox.ReadBatch("reading", 0, 500);
                outbox.ReadBatch("alert", 0, 500);
            });
            Assert.True(heard is null or OutboxException, $"page {page}: {heard}");
            told += heard is null ? 0 : 1;
        }
        Assert.True(told > 3, $"only {told} damaged pages were noticed");
        File.WriteAllBytes(folder.Path, whole);
        using SqliteOutbox again = folder.Open();
        Assert.Equal(40, again.ReadBatch("reading", 0, 500)!.Items.Count);
    }

    [Fact]
    public void A_commit_after_one_that_failed_numbers_on_from_what_the_file_holds()
    {
        Fill();
        using SqliteOutbox outbox = folder.Open();
        Execute("alter table state rename to gone");
        var state = new RuleState([1], TimeSpan.Zero);
        Assert.Throws<OutboxException>(() => outbox.Commit(new OutboxCommit { Context = OutboxFolder.Context, Items = [OutboxFolder.Item("alert", 99)], Assignment = 1, State = state }));
        Assert.Equal(1, outbox.Standing("alert").Last);
        Assert.Null(outbox.ChainAt("alert", 2));
        Execute("alter table gone rename to state");
        outbox.Commit(new OutboxCommit { Context = OutboxFolder.Context, Items = [OutboxFolder.Item("alert", 99)], Assignment = 1, State = state });
        Assert.Equal(2, outbox.Standing("alert").Last);
    }

    [Fact]
    public void A_lane_that_cannot_be_read_is_told_and_tried_again_and_holds_no_other_lane()
    {
        Fill();
        Execute("update item set context = 77 where lane = 'alert'");
        using SqliteOutbox outbox = folder.Open();
        var link = new TakingLink();
        var sender = new LaneSender(outbox, link, new Random(1), OutboxFolder.Findings(outbox), () => { });
        Assert.Throws<OutboxException>(() => sender.Step(TimeSpan.FromSeconds(1), DateTimeOffset.UnixEpoch));
        Assert.Equal(["reading"], link.Lanes);
        Execute("update item set context = 1 where lane = 'alert'");
        sender.Step(TimeSpan.FromSeconds(2), DateTimeOffset.UnixEpoch);
        Assert.Equal(["reading", "alert"], link.Lanes);
    }

    private void Fill()
    {
        using SqliteOutbox outbox = folder.Open();
        outbox.Commit(OutboxFolder.Of(OutboxFolder.Item("alert", 1)));
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

    /// <summary>Connected from the first step on; takes every batch and answers none.</summary>
    private sealed class TakingLink : ILink
    {
        private bool told;

        public List<string> Lanes { get; } = [];

        public bool TryReceive(out LinkEvent report)
        {
            report = new LinkEvent { Kind = LinkEventKind.Connected };
            return !told && (told = true);
        }

        public void Send(LinkBatch batch) => Lanes.Add(batch.Lane);

        public void Acknowledge(long id)
        {
        }
    }
}
