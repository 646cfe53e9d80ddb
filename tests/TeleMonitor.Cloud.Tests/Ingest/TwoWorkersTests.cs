using TeleMonitor.Care.Cases;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests.Ingest;

/// <summary>Several hub workers on one store: the cursor is locked before its sequence is looked at (design.md section 6).</summary>
public sealed class TwoWorkersTests : IDisposable
{
    private readonly TestHub hub = new();

    public void Dispose() => hub.Dispose();

    private static ReadingItem Pulse(long tick) => new()
    {
        Kind = WireWord.Reading, Tick = tick, Code = "8867-4", Assignment = 1, At = DateTimeOffset.UnixEpoch, Value = 72, Unit = "/min", Sensor = "manual", Grade = "good",
    };

    [Fact]
    public async Task A_second_worker_cannot_look_at_a_cursor_while_the_first_has_it()
    {
        using HubStore second = HubStore.Open(hub.StoreFile, hub.Now);
        TestLane lane = new TestLane(WireWord.ReadingLane).Add(Pulse(1), Pulse(2), Pulse(3));
        using var looked = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        Task<Ingested> first = Task.Run(() => hub.Store.Write(write =>
        {
            Ingested taken = hub.Ingest.Take(write, lane.Pack(1, 2), hub.Now);
            looked.Release();
            goOn.Wait(TimeSpan.FromSeconds(20));
            return taken;
        }));
        await looked.WaitAsync(TimeSpan.FromSeconds(20));
        bool begun = false;
        Task<Ingested> other = Task.Run(() => second.Write(write =>
        {
            begun = true;
            return new BatchIngest(second.HubId, hub.Data.Charts).Take(write, lane.Pack(1, 3), hub.Now);
        }));
        await Task.WhenAny(other, Task.Delay(200, CancellationToken.None));
        Assert.False(begun, "the second transaction must wait at its begin");
        goOn.Release();
        Assert.Equal((IngestOutcome.Stored, 2), ((await first).Outcome, (await first).Items));
        Assert.Equal((IngestOutcome.Stored, 1, 3L), ((await other).Outcome, (await other).Items, (await other).Receipt!.Through));
        Assert.Equal(3, hub.Store.Read(read => read.Readings(1)).Count);
    }

    [Fact]
    public async Task Two_workers_that_are_given_every_batch_in_any_order_store_each_item_once_and_never_let_a_cursor_go_back()
    {
        using HubStore second = HubStore.Open(hub.StoreFile, hub.Now);
        var lane = new TestLane(WireWord.ReadingLane);
        lane.Add([.. Enumerable.Range(1, 120).Select(tick => Pulse(tick))]);
        IncomingBatch[] batches = [.. Enumerable.Range(0, 40).Select(part => lane.Pack(3 * part + 1, 3 * part + 3))];
        IEnumerable<long> Deliver(HubStore store, int seed)
        {
            var random = new Random(seed);
            var ingest = new BatchIngest(store.HubId, hub.Data.Charts);
            long stored = 0;
            while (stored < 120)
            {
                // mostly the next one, sometimes a copy of an old one or one from too far ahead
                int part = (int)Math.Clamp(stored / 3 + (random.Next(4) == 0 ? random.Next(-5, 6) : 0), 0, 39);
                stored = store.Write(write => ingest.Take(write, batches[part], hub.Now)).Receipt!.Through!.Value;
                yield return stored;
            }
        }
        long[][] through = await Task.WhenAll(Task.Run(() => Deliver(hub.Store, 1).ToArray()), Task.Run(() => Deliver(second, 2).ToArray()));
        Assert.All(through, seen => Assert.Equal(seen.Order(), seen));
        Assert.Equal((120, 120L), (hub.Store.Read(read => read.Readings(1)).Count, hub.Store.Read(read => read.Cursor(TestHub.Gateway, "0123456789abcdef", WireWord.ReadingLane)).Through));
    }

    [Fact]
    public async Task Work_that_two_workers_see_at_once_is_done_once()
    {
        using HubStore second = HubStore.Open(hub.StoreFile, hub.Now);
        const int alerts = 60;
        hub.Store.Write(write =>
        {
            for (int tick = 1; tick <= alerts; tick++)
            {
                write.AddToDo(ToDo.Alert, hub.Now, write.AddAlert(
                    new AlertRow(TestHub.Gateway, "boot-1", tick, 1, AlertOriginWord.Gateway, WireWord.Alert, Triage.Red, ["tobs/pulse/3"], false, 3, hub.Now), default, hub.Now));
            }
        });
        int[] done = await Task.WhenAll(Task.Run(() => new CaseWorker(hub.Store, hub.Data).Work(hub.Now)), Task.Run(() => new CaseWorker(second, hub.Data).Work(hub.Now)));
        Assert.Equal(alerts, done.Sum());
        CareCase open = hub.Store.Read(read => read.OpenCases(null)).Single();
        Assert.Equal((alerts - 1, (long)alerts, 1), (open.Joined, open.Version, hub.Store.Read(read => read.PagesOf(1)).Count));
    }

    [Fact]
    public async Task Two_hubs_that_make_one_store_at_the_same_moment_agree_on_its_id()
    {
        string file = Path.Combine(Path.GetDirectoryName(hub.StoreFile)!, "new-test.db");
        HubStore[] stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => HubStore.Open(file, hub.Now))));
        Assert.Single(stores.Select(store => store.HubId).Distinct());
        foreach (HubStore store in stores)
        {
            store.Dispose();
        }
    }
}
