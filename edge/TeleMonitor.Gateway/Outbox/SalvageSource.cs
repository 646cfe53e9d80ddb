using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Outbox;

/// <summary>An item that could be read from a damaged file.</summary>
internal readonly record struct SalvagedItem(long Number, long End, long Tick, string Code, byte[] Bytes, BatchContext Context);

/// <summary>How a lane of a damaged file stands, in the file's own numbers.</summary>
internal readonly record struct SalvagedLane(long Base, long Through, long Last, long Chained, long Seam);

/// <summary>Reads what a damaged outbox file still gives; every question may fail alone.</summary>
internal sealed class SalvageSource : IDisposable
{
    private const int RowsAtOnce = 128;
    private const long WidestStep = 1024;

    private readonly SqliteConnection connection;
    private readonly Dictionary<long, BatchContext?> contexts = [];

    private SalvageSource(SqliteConnection connection) => this.connection = connection;

    /// <summary>Id of the damaged outbox; "unknown" where it cannot be read.</summary>
    public string Outbox => Meta("outbox") ?? "unknown";

    /// <summary>True when every row of the rules' state was carried over.</summary>
    public bool StateRead { get; private set; }

    /// <summary>Opens it; null when it is no database any more, or another gateway's.</summary>
    public static SalvageSource? TryOpen(string path, OutboxOptions options, out bool foreign)
    {
        foreign = false;
        var opened = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, Mode = SqliteOpenMode.ReadWrite }.ToString());
        try
        {
            opened.Open();
            var source = new SalvageSource(opened);
            string? gateway = source.Meta("gateway");
            foreign = options.Gateway is not null && gateway is not null && !string.Equals(gateway, options.Gateway, StringComparison.Ordinal);
            if (!foreign && source.Try("select count(*) from sqlite_schema", row => row.GetInt64(0)).Count > 0)
            {
                return source;
            }
        }
        catch (SqliteException)
        {
            // no database: there is nothing to carry over
        }
        opened.Dispose();
        return null;
    }

    /// <summary>Carries over rule state, counters, settings, notices and the trusted time, as far as each can be read.</summary>
    public void CopyFacts(SqliteOutbox fresh, string boot)
    {
        List<(long Assignment, RuleState State)> states = Try("select assignment, bytes, rule_time from state",
            row => (row.GetInt64(0), new RuleState(row.GetFieldValue<byte[]>(1), TimeSpan.FromTicks(row.GetInt64(2)))), out bool whole);
        StateRead = whole;
        var nothing = new BatchContext(boot, "unset", new Dictionary<string, string>());
        foreach ((long assignment, RuleState state) in states)
        {
            fresh.Commit(new OutboxCommit { Context = nothing, Items = [], States = [((int)assignment, state)] });
        }
        foreach (string name in (ReadOnlySpan<string>)["tick", "connection", "notices", "trusted_time", "thinned"])
        {
            if (Meta(name) is { } value)
            {
                fresh.Adopt(name, value);
            }
        }
        if (Try("select version, hash, bundle, taken_at from profile", row => new KeptProfile(row.GetInt32(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetFieldValue<byte[]>(2),
            DateTimeOffset.ParseExact(row.GetString(3), "O", CultureInfo.InvariantCulture))) is [var profile])
        {
            fresh.Keep(profile, null); // its signatures are checked at each start
            foreach (PinnedKey key in Try("select role, instead_of, key from pinned", row => new PinnedKey(row.GetString(0), row.GetString(1), row.GetFieldValue<byte[]>(2))))
            {
                fresh.Keep(profile, key);
            }
        }
        foreach (KeptNotice kept in Try("select hub, number, code, care_case, role, at, expires from notice order by place", Notice))
        {
            fresh.Keep(kept.Hub, kept.Number, [kept.Notice]);
        }
    }

    private static KeptNotice Notice(SqliteDataReader row) => new(row.GetString(0), row.GetInt64(1), new Notice(row.GetString(2), row.GetInt64(3), row.GetString(4),
        DateTimeOffset.ParseExact(row.GetString(5), "O", CultureInfo.InvariantCulture), DateTimeOffset.ParseExact(row.GetString(6), "O", CultureInfo.InvariantCulture)));

    /// <summary>How a lane stands; where its row is gone, as its items say; null when neither can be read.</summary>
    public SalvagedLane? ReadLane(string lane)
    {
        List<SalvagedLane> rows = Try($"select base, through, last, coalesce(chained, last), seam from lane where lane = '{lane}'",
            row => new SalvagedLane(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)));
        List<(long Least, long Most)> items = Try($"select min(number), max(coalesce(covers, number)) from item where lane = '{lane}'", row => (row.GetInt64(0), row.GetInt64(1)));
        if (rows is [var told] && told.Base <= told.Through && told.Through <= told.Last)
        {
            return items is [var last] && last.Most > told.Last ? told with { Last = last.Most } : told;
        }
        return items is [var seen] ? new SalvagedLane(0, seen.Least - 1, seen.Most, seen.Most, 0) : null;
    }

    /// <summary>Items after <c>through</c> whose bytes are an item's, in order. Where a page cannot be read it feels its way to the next that can.</summary>
    public IEnumerable<SalvagedItem> ReadItems(string lane, SalvagedLane standing)
    {
        (long next, long step, long readable) = (standing.Through + 1, 1, standing.Through + 1);
        while (next <= standing.Last)
        {
            List<SalvagedItem> rows = Select(lane, standing, $"number >= {Text(next)}", RowsAtOnce, out bool whole);
            if (rows.Count == 0 && !whole)
            {
                (next, step) = (next + step, Math.Min(step * 2, WidestStep));
                continue;
            }
            if (rows.Count == 0)
            {
                yield break;
            }
            long found = rows[0].Number;
            for (long back = readable; back < Math.Min(found, next); back++)
            {
                foreach (SalvagedItem passed in One(lane, standing, back))
                {
                    yield return passed; // between the last that failed and the first that did not
                }
            }
            foreach (SalvagedItem row in rows)
            {
                yield return row;
            }
            (next, step) = (rows[^1].End + 1, 1);
            readable = next;
        }
    }

    private List<SalvagedItem> One(string lane, SalvagedLane standing, long number) => Select(lane, standing, $"number = {Text(number)}", 1, out _);

    private List<SalvagedItem> Select(string lane, SalvagedLane standing, string where, int count, out bool whole)
    {
        List<(long Number, long End, long Tick, string Code, byte[] Bytes, long Context, Chain Chain)> rows = Try(
            $"select number, coalesce(covers, number), tick, code, bytes, context, chain from item where lane = '{lane}' and {where} order by number limit {count}",
            row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetString(3), row.GetFieldValue<byte[]>(4), row.GetInt64(5), new Chain(unchecked((ulong)row.GetInt64(6)))), out whole);
        var items = new List<SalvagedItem>(rows.Count);
        (long End, Chain Chain)? before = rows.Count > 0 ? ChainBefore(lane, rows[0].Number) : null;
        foreach ((long number, long end, long tick, string code, byte[] bytes, long context, Chain chain) in rows)
        {
            bool proved = end > number || number - 1 == standing.Base || number - 1 == standing.Chained || number - 1 == standing.Seam
                || before is not { } last || last.End != number - 1 || last.Chain.Next(bytes) == chain;
            if (proved && ContextOf(context) is { } its && bytes.Length is > 0 and <= WireItems.MaxItemBytes && IsWhole(bytes, tick, code))
            {
                items.Add(new SalvagedItem(number, end, tick, code, bytes, its));
            }
            before = (end, chain);
        }
        whole &= items.Count > 0 || rows.Count == 0;
        return items;
    }

    private (long End, Chain Chain)? ChainBefore(string lane, long number) =>
        Try($"select coalesce(covers, number), chain from item where lane = '{lane}' and number < {Text(number)} order by number desc limit 1",
            row => (row.GetInt64(0), new Chain(unchecked((ulong)row.GetInt64(1))))) is [var last] ? last : null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    // the bytes must be JSON and say what the row says
    private static bool IsWhole(byte[] bytes, long tick, string code)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("tick", out JsonElement its) && its.TryGetInt64(out long said) && said == tick
                && (!json.RootElement.TryGetProperty("code", out JsonElement name) || string.Equals(name.GetString(), code, StringComparison.Ordinal));
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private BatchContext? ContextOf(long id)
    {
        if (!contexts.TryGetValue(id, out BatchContext? known))
        {
            known = Try($"select boot, clock, versions from context where id = {Text(id)}", Context).FirstOrDefault();
            contexts[id] = known;
        }
        return known;
    }

    private static BatchContext Context(SqliteDataReader row)
    {
        using var versions = JsonDocument.Parse(row.GetString(2));
        return new BatchContext(row.GetString(0), row.GetString(1),
            versions.RootElement.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!, StringComparer.Ordinal));
    }

    private string? Meta(string name) => Try($"select value from meta where name = '{name}'", row => row.GetString(0)).FirstOrDefault();

    private List<T> Try<T>(string sql, Func<SqliteDataReader, T> read) => Try(sql, read, out _);

    // what can be read up to the first row that cannot
    private List<T> Try<T>(string sql, Func<SqliteDataReader, T> read, out bool whole)
    {
        var rows = new List<T>();
        try
        {
            using SqliteCommand select = connection.CreateCommand();
#pragma warning disable CA2100 // texts and numbers of this class
            select.CommandText = sql;
#pragma warning restore CA2100
            using SqliteDataReader reader = select.ExecuteReader();
            while (reader.Read())
            {
                rows.Add(read(reader));
            }
            whole = true;
        }
        catch (Exception bad) when (bad is SqliteException or FormatException or OverflowException or InvalidCastException or InvalidOperationException or ArgumentException or JsonException)
        {
            whole = false;
        }
        return rows;
    }

    public void Dispose() => connection.Dispose();
}
