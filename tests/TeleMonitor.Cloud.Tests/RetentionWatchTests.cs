using Microsoft.Data.Sqlite;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Cloud.Tests.People.Citizens;
using TeleMonitor.Cloud.Tests.Routing;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Audit;

namespace TeleMonitor.Cloud.Tests;

/// <summary>What has had its time goes, once a day and piece by piece; a cut audit is whole, and a false cut is found.</summary>
public sealed class RetentionWatchTests : IDisposable
{
    private static readonly Retention Retention =
        RetentionFile.TryRead(ShippedFiles.Bytes(ShippedFiles.RetentionName), "retention.json", out Retention? read, out _) ? read! : throw new InvalidDataException();
    private readonly TestHub hub = new();

    public void Dispose() => hub.Dispose();

    private AnchorFile File => new(AnchorFile.Beside(hub.StoreFile));

    [Fact]
    public void Lines_go_to_the_day_after_five_years_and_the_chain_stands_on_the_cut()
    {
        Look(12, hub.Now);
        Look(3, hub.Now.AddYears(5));
        Run(hub.Now.AddYears(5));
        Assert.Equal(1, hub.Store.Read(read => read.AuditFrom(0, 1))[0].Number); // to the moment: not yet over
        Run(hub.Now.AddYears(5).AddDays(1));
        AuditLine first = hub.Store.Read(read => read.AuditFrom(0, 1))[0];
        Assert.Equal((13L, 12L), (first.Number, hub.Store.Read(read => read.AuditCut())!.Number));
        Assert.Empty(Problems());
        Assert.Contains(hub.Store.Read(read => read.AuditFrom(13, 99)), line => line.Entry is { Person: "hub", Act: "retention", Why: "0 citizens, 12 lines" });
        Look(2, hub.Now.AddYears(6));
        Assert.Empty(Problems());
        Run(hub.Now.AddYears(11));
        Assert.Empty(Problems());
        Assert.NotEmpty(hub.Store.Read(read => read.AuditFrom(0, 9))); // the last of all stays
        Assert.True(new AuditWatch(hub.Store, File).Round(hub.Now.AddYears(11)));
        Assert.DoesNotContain(hub.Store.Read(read => read.OpenFindings("", 99)), row => row.Code == AuditWatch.Broken);
    }

    [Fact]
    public void Once_a_day_is_enough()
    {
        var watch = new RetentionWatch(hub.Store, Retention, File);
        watch.Round(hub.Now);
        long after = hub.Store.Read(read => read.AuditEnd()).Number;
        Assert.False(watch.Round(hub.Now.AddHours(23)));
        Assert.Equal(after, hub.Store.Read(read => read.AuditEnd()).Number);
        watch.Round(hub.Now.AddHours(24));
        Assert.Equal(after + 1, hub.Store.Read(read => read.AuditEnd()).Number);
    }

    [Fact]
    public void What_is_listed_is_not_removed()
    {
        Look(5, hub.Now);
        RetentionDue due = new RetentionWatch(hub.Store, Retention, File).Due(hub.Now.AddYears(6));
        Assert.Equal((4, 0), ((int)due.AuditLines, due.Citizens.Count)); // the last line stays
        Assert.Equal(5, hub.Store.Read(read => read.AuditFrom(0, 99)).Count);
        Assert.Null(hub.Store.Read(read => read.AuditCut()));
    }

    [Fact]
    public void A_citizen_goes_ten_years_after_the_last_entry_and_not_a_day_before()
    {
        using var every = new EveryTable();
        DateTimeOffset last = EveryTable.Now.AddYears(-1).AddDays(1); // the loan's end
        var watch = new RetentionWatch(every.Store, Retention, new AnchorFile(AnchorFile.Beside(every.File)));
        Assert.Empty(watch.Due(last.AddYears(10).AddSeconds(-1)).Citizens);
        Assert.Equal([EveryTable.Ours, EveryTable.Other], watch.Due(last.AddYears(10)).Citizens.Order(StringComparer.Ordinal).Reverse());
        for (int steps = 0; watch.Round(last.AddYears(10)); steps++)
        {
            Assert.True(steps < 500);
        }
        Assert.False(every.Store.Read(read => read.IsCitizen(EveryTable.Ours) || read.IsCitizen(EveryTable.Other)));
    }

    [Fact]
    public void Where_nothing_can_be_written_down_outside_nothing_is_removed()
    {
        Look(5, hub.Now);
        Directory.CreateDirectory(AnchorFile.Beside(hub.StoreFile)); // a folder is no file
        Run(hub.Now.AddYears(6));
        Assert.Null(hub.Store.Read(read => read.AuditCut()));
        Assert.Equal(1, hub.Store.Read(read => read.AuditFrom(0, 1))[0].Number);
        Assert.Contains(hub.Store.Read(read => read.OpenFindings("", 99)), row => row.Code == RetentionWatch.NotDone);
    }

    [Theory]
    [InlineData("delete from audit where number <= 7; insert into audit_cut (number, hash, at_ms) select 7, hash, 1 from kept where number = 7")]
    [InlineData("delete from audit where number <= 7; insert into audit_cut (number, hash, at_ms) values (7, 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', 1)")]
    [InlineData("delete from audit where number <= 7")]
    [InlineData("delete from audit where number = 7")]
    [InlineData("delete from audit where number >= 7")]
    [InlineData("update audit set citizen = 'c-x' where number = 7")]
    [InlineData("update audit set number = number + 100 where number = 7")]
    [InlineData("update audit set number = case number when 7 then 8 else 7 end + 1000 where number in (7, 8); update audit set number = number - 1000 where number > 1000")]
    public void What_somebody_does_to_the_lines_in_the_database_is_found(string sql)
    {
        Look(10, hub.Now);
        new AuditWatch(hub.Store, File).Round(hub.Now);
        Assert.Empty(Problems());
        using (var raw = new SqliteConnection($"Data Source={hub.StoreFile}"))
        {
            raw.Open();
            using SqliteCommand command = raw.CreateCommand();
            command.CommandText = "create temp table kept as select * from audit; " + sql;
            command.ExecuteNonQuery();
        }
        Assert.NotEmpty(Problems());
    }

    private IReadOnlyList<string> Problems() => hub.Store.Read(read => AuditChain.Problems([.. read.AuditAll()], File.Read(out _), read.AuditCut()));

    private void Run(DateTimeOffset now)
    {
        var watch = new RetentionWatch(hub.Store, Retention, File);
        for (int steps = 0; watch.Round(now); steps++)
        {
            Assert.True(steps < 500);
        }
    }

    private void Look(int times, DateTimeOffset at) => hub.Store.Write(write => write.AddAudit(Enumerable.Range(0, times)
        .Select(_ => new AuditEntry(at, "mlk", "acute-nurse", "akut-aabenraa", "s", "view", "case", "c-test-9", "case 1", AuditOutcome.Done))));
}
