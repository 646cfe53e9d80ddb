using Microsoft.Data.Sqlite;

namespace TeleMonitor.Rig.Torture;

/// <summary>
/// Looks at a hub's store beside the running hub, reading only, and notes by the rig's own monotonic time when each row was first there.
/// So a delay is true whatever the clocks of gateway and hub say; ticks of readings are of the same monotonic clock.
/// </summary>
internal sealed class StoreWatch : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(50);

    private readonly string file;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource end = new();
    private readonly Lock gate = new();
    private readonly List<(long Item, TimeSpan At)> stored = [];
    private readonly Dictionary<long, TimeSpan> cased = [];
    private readonly Task watching;

    public StoreWatch(string file, TimeProvider time)
    {
        (this.file, this.time) = (file, time);
        watching = WatchAsync(end.Token);
    }

    /// <summary>Monotonic time of this machine, as in the ticks of readings.</summary>
    public TimeSpan Now => time.GetElapsedTime(0);

    /// <summary>The store was replaced by an earlier copy: what that does not hold was not yet stored.</summary>
    public void Restored()
    {
        lock (gate)
        {
            long last = Rows("select coalesce(max(id), 0) from item", row => row.GetInt64(0)).Single();
            stored.RemoveAll(sample => sample.Item > last);
            HashSet<long> still = [.. Cased()];
            foreach (long gone in cased.Keys.Where(alert => !still.Contains(alert)).ToArray())
            {
                cased.Remove(gone);
            }
        }
    }

    /// <summary>When a row of the table <c>item</c> was first seen; null when it never was.</summary>
    public TimeSpan? StoredAt(long item)
    {
        lock (gate)
        {
            int at = stored.FindIndex(sample => sample.Item >= item);
            return at < 0 ? null : stored[at].At;
        }
    }

    /// <summary>When an alert was first seen with its case; null when it never was.</summary>
    public TimeSpan? CasedAt(long alert)
    {
        lock (gate)
        {
            return cased.TryGetValue(alert, out TimeSpan at) ? at : null;
        }
    }

    /// <summary>Alerts whose case step is still owed.</summary>
    public long Owed() => Rows("select count(*) from to_do where kind in ('alert', 'unreadable-alert')", row => row.GetInt64(0)).Single();

    /// <summary>Alerts that a score names and that are waited for: the hub raises its own when they do not come.</summary>
    public long Expected() => Rows("select count(*) from to_do where kind = 'alert-expected'", row => row.GetInt64(0)).Single();

    /// <summary>Alerts that are committed and have no case: what a kill between ingest and case step leaves.</summary>
    public long WithoutCase() => Rows("select count(*) from alert where care_case is null and id in (select subject from to_do where kind = 'alert')", row => row.GetInt64(0)).Single();

    /// <summary>The last row of the recording that is stored; 1, the header, when none is.</summary>
    public int LastRow() => Rows("select coalesce(max(label_row), 1) from item where kind = 'reading'", row => row.GetInt32(0)).Single();

    /// <summary>Every answer to a question of this rig.</summary>
    public IReadOnlyList<T> Rows<T>(string question, Func<SqliteDataReader, T> read)
    {
        using SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString);
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = question;
        using SqliteDataReader rows = command.ExecuteReader();
        List<T> found = [];
        while (rows.Read())
        {
            found.Add(read(rows));
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await watching;
        end.Dispose();
    }

    private IReadOnlyList<long> Cased() => Rows("select id from alert where care_case is not null", row => row.GetInt64(0));

    private async Task WatchAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                Look();
            }
            catch (SqliteException)
            {
                // being replaced by a copy, or locked: the next look is in a moment
            }

            await Task.Delay(Every, time, ct).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void Look()
    {
        lock (gate)
        {
            long last = Rows("select coalesce(max(id), 0) from item", row => row.GetInt64(0)).Single();
            TimeSpan now = Now; // after the look: a delay is never told too short
            if (stored.Count == 0 || last > stored[^1].Item)
            {
                stored.Add((last, now));
            }

            foreach (long alert in Cased())
            {
                cased.TryAdd(alert, now);
            }
        }
    }
}
