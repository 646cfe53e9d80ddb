using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Outbox;

// the part beside the items: contexts, state, receipts, forgetting, and what all transactions share
public sealed partial class SqliteOutbox
{
    private DateTimeOffset? trusted;

    /// <inheritdoc/>
    public RuleState? ReadState(int assignment)
    {
        return Reading(() =>
        {
            using SqliteCommand select = Prepare("select bytes, rule_time from state where assignment = $assignment", "$assignment");
            select.Parameters[0].Value = assignment;
            using SqliteDataReader reader = select.ExecuteReader();
            return reader.Read() ? new RuleState(reader.GetFieldValue<byte[]>(0), TimeSpan.FromTicks(reader.GetInt64(1))) : null;
        });
    }

    /// <inheritdoc/>
    public long LastTick(string boot) => Counter("tick", boot);

    /// <inheritdoc/>
    public long NextConnection(string boot)
    {
        lock (gate)
        {
            long next = Counter("connection", boot) + 1;
            InTransaction(() => Run(saveMeta, "connection", $"{boot} {next.ToString(CultureInfo.InvariantCulture)}"));
            return next;
        }
    }

    // "<boot> <number>": the number counts only within its boot
    private long Counter(string name, string boot)
    {
        return Reading(() =>
        {
            string[] parts = ReadMeta(name)?.Split(' ') ?? [];
            return parts.Length == 2 && string.Equals(parts[0], boot, StringComparison.Ordinal) ? long.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        });
    }

    /// <inheritdoc/>
    public void Remember(string lane, string hub, long through, long refused, DateTimeOffset at)
    {
        lock (gate)
        {
            LaneCursor cursor = cursors[LaneIndex(lane)];
            if (cursor.ReceiptUnsaved && Day(cursor.Standing.ReceiptAt!.Value) != Day(at))
            {
                Save(); // the last receipt of each day says what may be forgotten
            }
            cursor.Standing = Standing(lane) with { Through = through, Hub = hub, Refused = refused, ReceiptAt = at };
            cursor.ReceiptUnsaved = true;
        }
    }

    /// <inheritdoc/>
    public bool Save()
    {
        lock (gate)
        {
            bool unsaved = Array.Exists(cursors, cursor => cursor.ReceiptUnsaved);
            if (unsaved)
            {
                InTransaction(() => { }); // every transaction takes the receipts along
            }
            return unsaved;
        }
    }

    private void WriteReceipts()
    {
        foreach (LaneCursor cursor in cursors)
        {
            if (!cursor.ReceiptUnsaved)
            {
                continue;
            }
            (LaneStanding standing, DateTimeOffset at) = (cursor.Standing, cursor.Standing.ReceiptAt!.Value);
            Run(saveReceipt, standing.Through, standing.Hub!, standing.Refused, at.ToUnixTimeMilliseconds(), standing.Lane);
            Run(saveDay, standing.Lane, Day(at), standing.Through);
            if (TrustedTime is not { } known || at > known)
            {
                trusted = at.ToUniversalTime();
                Run(saveMeta, "trusted_time", trusted.Value.ToString("O", CultureInfo.InvariantCulture));
            }
        }
    }

    /// <inheritdoc/>
    public long Forget(DateTimeOffset before)
    {
        lock (gate)
        {
            long dropped = 0;
            InTransaction(() =>
            {
                // never above the present standing: a hub that went back asks for what an older receipt had covered; the last receipted
                // item stays, since its chain is what the next batch begins with
                using SqliteCommand items = Prepare("""
                    delete from item where number < (select through from receipt where receipt.lane = item.lane and day < $day order by day desc limit 1)
                        and number < (select through from lane where lane.lane = item.lane)
                    """, "$day");
                dropped = Run(items, Day(before));
                using SqliteCommand days = Prepare("""
                    delete from receipt where day < (select max(day) from receipt as other where other.lane = receipt.lane and other.day < $day)
                    """, "$day");
                Run(days, Day(before));
            });
            return dropped;
        }
    }

    private static long Day(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerDay;

    /// <inheritdoc/>
    public DateTimeOffset? TrustedTime
    {
        get
        {
            return Reading(() => trusted ??= DateTimeOffset.TryParseExact(ReadMeta("trusted_time"), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset at) ? at : null);
        }
    }

    private long ContextId(BatchContext context)
    {
        if (lastContext.Context is { } known && (ReferenceEquals(known, context) || known.SameAs(context)))
        {
            return lastContext.Id;
        }
        using SqliteCommand insert = Prepare("insert into context(boot, clock, versions) values ($boot, $clock, $versions) on conflict do nothing",
            "$boot", "$clock", "$versions");
        string versions = WriteVersions(context.Versions);
        Run(insert, context.Boot, context.Clock, versions);
        using SqliteCommand select = Prepare("select id from context where boot = $boot and clock = $clock and versions = $versions", "$boot", "$clock", "$versions");
        (select.Parameters[0].Value, select.Parameters[1].Value, select.Parameters[2].Value) = (context.Boot, context.Clock, versions);
        long id = (long)select.ExecuteScalar()!;
        lastContext = (context, id);
        return id;
    }

    private BatchContext ReadContext(long id)
    {
        if (lastContext.Context is { } known && lastContext.Id == id)
        {
            return known;
        }
        using SqliteCommand select = Prepare("select boot, clock, versions from context where id = $id", "$id");
        select.Parameters[0].Value = id;
        using SqliteDataReader reader = select.ExecuteReader();
        if (!reader.Read())
        {
            throw new OutboxException($"outbox {path}: there is no context {id}");
        }
        using var versions = JsonDocument.Parse(reader.GetString(2));
        return new BatchContext(reader.GetString(0), reader.GetString(1),
            versions.RootElement.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!, StringComparer.Ordinal));
    }

    private static string WriteVersions(IReadOnlyDictionary<string, string> versions)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            foreach ((string name, string version) in versions.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteString(name, version);
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private string? ReadMeta(string name)
    {
        using SqliteCommand select = Prepare("select value from meta where name = $name", "$name");
        select.Parameters[0].Value = name;
        return select.ExecuteScalar() as string;
    }

    // whatever the file holds, the caller hears of it in one way
    private T Reading<T>(Func<T> read)
    {
        lock (gate)
        {
            try
            {
                return read();
            }
            catch (Exception bad) when (bad is SqliteException or FormatException or OverflowException or InvalidCastException or InvalidOperationException
                or ArgumentException or JsonException)
            {
                throw new OutboxException($"outbox {path}: could not be read ({bad.Message})", bad);
            }
        }
    }

    // what is kept in memory must not outlive a transaction that failed
    private void InTransaction(Action write)
    {
        if (!cursorsStand)
        {
            LoadCursors();
        }
        try
        {
            begin.ExecuteNonQuery();
            WriteReceipts();
            write();
            commit.ExecuteNonQuery();
            foreach (LaneCursor cursor in cursors)
            {
                cursor.ReceiptUnsaved = false;
            }
        }
        catch (Exception bad) when (bad is SqliteException or OutboxException)
        {
            try
            {
                rollback.ExecuteNonQuery();
            }
            catch (SqliteException)
            {
                // SQLite has already rolled back by itself, as it does on a full disk
            }
            lastContext = default;
            trusted = null;
            cursorsStand = false; // read again by the next call, which may fail too without harm
            throw new OutboxException($"outbox {path}: could not be written ({bad.Message})", bad);
        }
    }

    private static int Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }
        return command.ExecuteNonQuery();
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // every text is a constant of this class; values are bound
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (string name in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }
        return command;
    }

    private void Execute(string sql)
    {
        using SqliteCommand command = Prepare(sql);
        command.ExecuteNonQuery();
    }

    /// <summary>Closes the file; what was committed stays.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            try
            {
                if (guard is not null && connection.State == System.Data.ConnectionState.Open)
                {
                    Save();
                }
            }
            catch (OutboxException)
            {
                // a receipt that is not kept only means that items go once more
            }
            insertItem.Dispose();
            foreach (SqliteCommand command in (ReadOnlySpan<SqliteCommand>)[begin, commit, rollback, selectItems, selectChain, saveLane, saveReceipt, saveDay, saveMeta, saveState])
            {
                command.Dispose();
            }
            connection.Dispose();
            guard?.Dispose();
        }
    }
}
