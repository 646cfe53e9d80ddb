using System.Diagnostics;
using TeleMonitor.Gateway.Outbox;

namespace TeleMonitor.Edge.Tests.Outbox;

/// <summary>A limit that is reached, and a disk that others have filled: nothing is dropped, and what makes room still works.</summary>
public sealed class FullDiskTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly OutboxFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static OutboxOptions Options(long limit) => new() { NewId = () => "00000000000000d1", LimitBytes = limit };

    private static OutboxFullException FillUp(SqliteOutbox outbox)
    {
        for (int commit = 0; commit < 100_000; commit++)
        {
            try
            {
                outbox.Commit(OutboxFolder.Many("reading", 200, 300));
            }
            catch (OutboxFullException full)
            {
                return full;
            }
        }
        throw new InvalidOperationException("never full");
    }

    [Fact]
    public void At_its_limit_it_refuses_items_takes_findings_and_receipts_and_goes_on_when_these_have_made_room()
    {
        const long limit = 24L << 20;
        using SqliteOutbox outbox = SqliteOutbox.Open(folder.Path, Options(limit));
        Assert.Contains("24 MiB", FillUp(outbox).Message, StringComparison.Ordinal);
        long last = outbox.Standing("reading").Last;
        Assert.InRange(OnDisk(folder.Path), limit / 3, limit);
        OutboxFolder.Findings(outbox).Open("outbox/disk-full", "full", Noon);
        for (int receipt = 1; receipt <= 10; receipt++)
        {
            long through = last * receipt / 10;
            outbox.Remember("reading", "hub", through, outbox.ChainAt("reading", through)!.Value, 0, Noon);
            outbox.Save();
        }
        Assert.Equal((last, last), (outbox.Standing("reading").Last, outbox.Standing("reading").Through));
        while (outbox.Forget(DateTimeOffset.MaxValue, 4096) > 0)
        {
        }
        Assert.True(outbox.Disk.Used < limit / 2 + (12 << 20));
        FillUp(outbox);
        Assert.InRange(OnDisk(folder.Path), limit / 3, limit); // pages are used again: the file does not grow beyond its limit
        Assert.True(outbox.Standing("reading").Last > last * 1.5);
    }

    private static long OnDisk(string path) => new[] { "", "-wal", "-shm", ".reserve" }.Select(part => path + part).Where(File.Exists).Sum(file => new FileInfo(file).Length);

    [TmpfsFact]
    public void On_a_disk_that_is_full_nothing_is_dropped_receipts_still_empty_it_and_it_goes_on()
    {
        using var disk = new SmallDisk(folder.Beside("disk"), megabytes: 16);
        string path = Path.Combine(disk.Path, "outbox.db");
        using SqliteOutbox outbox = SqliteOutbox.Open(path, Options(1L << 30));
        Assert.Contains("disk is full", FillUp(outbox).Message, StringComparison.Ordinal);
        long last = outbox.Standing("reading").Last;
        Assert.Throws<OutboxFullException>(() => outbox.Commit(OutboxFolder.Many("reading", 200, 300)));
        Assert.Equal(last, outbox.Standing("reading").Last);
        OutboxFolder.Findings(outbox).Open("outbox/disk-full", "full", Noon); // from the reserve
        for (long through = 100; through < last; through += 100)
        {
            outbox.Remember("reading", "hub", through, outbox.ChainAt("reading", through)!.Value, 0, Noon);
            outbox.Save();
        }
        while (outbox.Forget(DateTimeOffset.MaxValue, 512) > 0)
        {
        }
        for (int commit = 0; commit < 20; commit++)
        {
            outbox.Commit(OutboxFolder.Many("reading", 200, 300));
        }
        Assert.Equal(last + 4000, outbox.Standing("reading").Last);
        OutboxBatch next = outbox.ReadBatch("reading", outbox.Standing("reading").Through, 500)!;
        Assert.Equal(next.Before, outbox.ChainAt("reading", next.First - 1));
    }

    /// <summary>A file system of its own, so small that it fills.</summary>
    private sealed class SmallDisk : IDisposable
    {
        public SmallDisk(string path, int megabytes)
        {
            Path = path;
            Directory.CreateDirectory(path);
            Assert.Equal(0, TmpfsFactAttribute.Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path));
        }

        public string Path { get; }

        public void Dispose() => TmpfsFactAttribute.Run("umount", "-l", Path);
    }
}

/// <summary>Skips where this user may not mount.</summary>
public sealed class TmpfsFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> MayMount = new(() =>
    {
        string probe = Directory.CreateTempSubdirectory("tmpfs-probe-").FullName;
        bool mounted = Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", probe) == 0;
        if (mounted)
        {
            Run("umount", probe);
        }
        Directory.Delete(probe);
        return mounted;
    });

    public TmpfsFactAttribute() => Skip = MayMount.Value ? null : "needs the right to mount a small tmpfs";

    internal static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
