using System.Text;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Outbox;

/// <summary>A folder for outbox files of one test, removed at its end, and short ways to fill one.</summary>
internal sealed class OutboxFolder : IDisposable
{
    public const string FirstId = "00000000000000a1";
    public static readonly BatchContext Context = new("boot-1", "holdover", new Dictionary<string, string> { ["gateway"] = "0.1", ["engine"] = "1" });
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("outbox-test-");

    public string Path => System.IO.Path.Combine(folder.FullName, "outbox.db");

    public string Beside(string name) => System.IO.Path.Combine(folder.FullName, name);

    private int ids;

    public SqliteOutbox Open(string? path = null) => SqliteOutbox.Open(path ?? Path, () => $"00000000000000{(byte)(0xa1 + ids++):x2}");

    public static OutboxItem Item(string lane, long tick, int bytes = 0) =>
        new(lane, tick, "test", Encoding.UTF8.GetBytes($"{{\"lane\":\"{lane}\",\"tick\":{tick},\"pad\":\"{new string('x', bytes)}\"}}"));

    public static OutboxCommit Of(params OutboxItem[] items) => new() { Context = Context, Items = items, LastTick = items.Length > 0 ? items[^1].Tick : 0 };

    public static OutboxCommit Many(string lane, int count, int bytes = 0, BatchContext? context = null) =>
        new() { Context = context ?? Context, Items = [.. Enumerable.Range(1, count).Select(tick => Item(lane, tick, bytes))], LastTick = count };

    /// <summary>Findings of a gateway whose clock stands: ticks go on from a million.</summary>
    public static LocalFindings Findings(IOutboxStore outbox)
    {
        long tick = Math.Max(1_000_000, outbox.LastTick(Context.Boot));
        return new LocalFindings(outbox, () => ++tick, () => Context);
    }

    public static Chain ChainAt(IOutboxStore outbox, string lane, long number) => outbox.ChainAt(lane, number) ?? Chain.Zero;

    public static void Set(IOutboxStore outbox, string code, string? text, DateTimeOffset at) =>
        outbox.Commit(new OutboxCommit { Context = Context, Items = [], Findings = [new FindingChange(code, text, at)] });

    public void Dispose() => folder.Delete(recursive: true);
}
