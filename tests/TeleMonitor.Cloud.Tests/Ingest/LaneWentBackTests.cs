using Microsoft.Data.Sqlite;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests.Ingest;

/// <summary>The store is put back from a backup, declared or not: gateways send again what it lost, and support is told.</summary>
public sealed class LaneWentBackTests : IDisposable
{
    private readonly TestHub hub = new();
    private readonly string folder = Directory.CreateTempSubdirectory("telemonitor-backup-").FullName;

    public void Dispose()
    {
        hub.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static ReadingItem Pulse(long tick) => new()
    {
        Kind = WireWord.Reading, Tick = tick, Code = "8867-4", Assignment = 1, At = DateTimeOffset.UnixEpoch, Value = 72, Unit = "/min", Sensor = "manual", Grade = "good",
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_stored_after_the_backup_comes_again_and_nothing_is_lost_or_doubled(bool declared)
    {
        var lane = new TestLane(WireWord.ReadingLane);
        lane.Add([.. Enumerable.Range(1, 30).Select(tick => Pulse(tick))]);
        hub.Take(lane.Pack(1, 10));
        string backup = Backup();
        hub.Take(lane.Pack(11, 20)); // receipted, released by the gateway, and then lost by the store

        using HubStore restored = HubStore.Open(backup, hub.Now);
        string before = restored.HubId;
        if (declared)
        {
            restored.Restored("00112233445566ff", hub.Now);
        }
        var ingest = new BatchIngest(restored.HubId, hub.Data.Charts);
        Ingested Take(int first, int last) => restored.Write(write => ingest.Take(write, lane.Pack(first, last), hub.Now));
        Ingested gap = Take(21, 30);
        Assert.Equal((IngestOutcome.Gap, 10L, true), (gap.Outcome, gap.Receipt!.Through, gap.Receipt.Resend));
        Assert.Equal(declared, gap.Receipt.Hub != before);
        Assert.Contains(restored.Read(read => read.OpenFindings(TestHub.Gateway, 9)), finding => finding.Code == "finding/lane-went-back");

        Assert.Equal(IngestOutcome.Stored, Take(11, 20).Outcome); // the chain at 10 agrees
        Assert.Equal((IngestOutcome.Stored, 30L), (Take(21, 30).Outcome, Take(21, 30).Receipt!.Through));
        Assert.Equal((30L, 0L), restored.Read(read => (read.Readings(1).Count, read.Counts().Duplicates)));
        FindingRow finding = restored.Read(read => read.Findings()).Single(one => one.Code == "finding/lane-went-back");
        Assert.NotNull(finding.EndedMs);
        Assert.Equal("reading of outbox 0123456789abcdef", finding.Detail);
    }

    [Fact]
    public void The_finding_ends_only_when_the_lane_has_all_that_the_gateway_held_for_stored()
    {
        var lane = new TestLane(WireWord.ReadingLane);
        lane.Add([.. Enumerable.Range(1, 30).Select(tick => Pulse(tick))]);
        hub.Take(lane.Pack(21, 30));
        hub.Take(lane.Pack(1, 19));
        Assert.Contains(hub.Store.Read(read => read.OpenFindings(TestHub.Gateway, 9)), finding => finding.Code == "finding/lane-went-back");
        hub.Take(lane.Pack(20, 20));
        Assert.DoesNotContain(hub.Store.Read(read => read.OpenFindings(TestHub.Gateway, 9)), finding => finding.Code == "finding/lane-went-back");
    }

    [Fact]
    public void A_declared_restore_gives_the_store_another_id_tells_support_and_numbers_notices_from_the_first_for_every_gateway()
    {
        string before = hub.Store.HubId;
        hub.Store.Write(write =>
        {
            write.AddNotice(TestHub.Gateway, "taken", 1, "acute-nurse", hub.Now, TimeSpan.FromHours(24));
            write.NoticesThrough(TestHub.Gateway, "boot-1", 1, hub.Now);
        });
        hub.Store.Restored("00112233445566ff", hub.Now);
        Assert.Equal(("00112233445566ff", "00112233445566ff"), (hub.Store.HubId, hub.Store.Read(read => read.HubId())));
        Assert.NotEqual(before, hub.Store.HubId);
        NoticeBatch notices = hub.Store.Read(read => read.NoticesFor(TestHub.Gateway, hub.Store.HubId))!;
        Assert.Equal(("00112233445566ff", 1L), (notices.Hub, notices.First));
        Assert.Contains(hub.Store.Read(read => read.Findings()), finding => finding.Code == "finding/hub-restored" && finding.Detail == $"was hub {before}");
    }

    private string Backup()
    {
        string file = Path.Combine(folder, "hub-backup-test.db");
        using var from = new SqliteConnection($"Data Source={hub.StoreFile};Pooling=false");
        using var to = new SqliteConnection($"Data Source={file};Pooling=false");
        from.Open();
        to.Open();
        from.BackupDatabase(to);
        return file;
    }
}
