using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Audit;

namespace TeleMonitor.Cloud.Tests.Audit;

/// <summary>The end of the audit is written down outside, every hour, and a database that does not hold it is found.</summary>
public sealed class AuditWatchTests : IDisposable
{
    private readonly TestHub hub = new();

    private string Anchors => AnchorFile.Beside(hub.StoreFile);

    public void Dispose() => hub.Dispose();

    [Fact]
    public void The_end_is_written_down_once_an_hour_and_only_when_there_is_something_new()
    {
        var watch = new AuditWatch(hub.Store, new AnchorFile(Anchors));
        Look(2);
        Assert.True(watch.Round(hub.Now));
        Assert.False(watch.Round(hub.Now.AddMinutes(59)));
        Assert.True(watch.Round(hub.Now.AddHours(1)));
        Look(1);
        Assert.True(watch.Round(hub.Now.AddHours(2)));
        IReadOnlyList<AuditAnchor> anchors = new AnchorFile(Anchors).Read(out IReadOnlyList<string> problems);
        Assert.Empty(problems);
        Assert.Equal([2L, 3L], anchors.Select(anchor => anchor.Number));
        Assert.Empty(AuditChain.Problems(hub.Store.Read(read => read.AuditFrom(1, 99)), anchors));
    }

    [Fact]
    public void A_database_that_ends_before_what_was_written_down_is_a_finding_and_nothing_is_written_on_top()
    {
        Look(3);
        new AnchorFile(Anchors).Append(new AuditAnchor(9, new string('a', 64), hub.Now));
        Assert.True(new AuditWatch(hub.Store, new AnchorFile(Anchors)).Round(hub.Now));
        Assert.Contains(hub.Store.Read(read => read.OpenFindings("", 99)), row => row.Code == AuditWatch.Broken);
        Assert.Single(new AnchorFile(Anchors).Read(out _));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_a_finding_until_it_can()
    {
        Look(1);
        Directory.CreateDirectory(Anchors); // a folder is no file
        var watch = new AuditWatch(hub.Store, new AnchorFile(Anchors));
        watch.Round(hub.Now);
        Assert.Contains(hub.Store.Read(read => read.OpenFindings("", 99)), row => row.Code == AuditWatch.NotAnchored);
        Directory.Delete(Anchors);
        watch.Round(hub.Now.AddHours(1));
        Assert.DoesNotContain(hub.Store.Read(read => read.OpenFindings("", 99)), row => row.Code == AuditWatch.NotAnchored);
        Assert.Single(new AnchorFile(Anchors).Read(out _));
    }

    [Fact]
    public void A_line_of_the_file_that_cannot_be_read_is_named()
    {
        File.WriteAllText(Anchors, $"1 {new string('a', 64)} {hub.Now:O}\nnonsense\n");
        Assert.Single(new AnchorFile(Anchors).Read(out IReadOnlyList<string> problems));
        Assert.EndsWith("line 2: must be a number, a link of 64 hex digits and a time", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void The_whole_chain_is_read_once_a_day_piece_by_piece_and_a_line_that_was_changed_is_named()
    {
        Look(4_500);
        var watch = new AuditWatch(hub.Store, new AnchorFile(Anchors));
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => watch.Verify(hub.Now)));
        Assert.False(watch.Verify(hub.Now.AddHours(23)));
        Assert.DoesNotContain(hub.Store.Read(read => read.OpenFindings("", 99)), row => row.Code == AuditWatch.Broken);
        using (var raw = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={hub.StoreFile}"))
        {
            raw.Open();
            using Microsoft.Data.Sqlite.SqliteCommand command = raw.CreateCommand();
            command.CommandText = "update audit set citizen = 'c-x' where number = 3001";
            command.ExecuteNonQuery();
        }
        while (watch.Verify(hub.Now.AddHours(24)))
        {
            // to the end
        }
        Assert.Equal("line 3001", Assert.Single(hub.Store.Read(read => read.OpenFindings("", 99)), row => row.Code == AuditWatch.Broken).Detail);
    }

    private void Look(int times) => hub.Store.Write(write => write.AddAudit(Enumerable.Range(0, times)
        .Select(_ => new AuditEntry(hub.Now, "mlk", "acute-nurse", "akut-aabenraa", "s", "view", "case", "c-test-1", "case 1", AuditOutcome.Done))));
}
