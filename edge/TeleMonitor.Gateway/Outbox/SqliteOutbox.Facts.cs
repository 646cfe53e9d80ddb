using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Outbox;

// the part beside the items: contexts, state, and what all transactions share
public sealed partial class SqliteOutbox
{
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

    // two threads give ticks out: an older one that is committed later must not set the newest back
    private void SaveTick(string boot, long tick)
    {
        if (!string.Equals(newest.Boot, boot, StringComparison.Ordinal))
        {
            newest = (boot, Counter("tick", boot));
        }
        if (tick > newest.Tick)
        {
            newest.Tick = tick;
            Run(saveMeta, "tick", $"{boot} {tick.ToString(CultureInfo.InvariantCulture)}");
        }
    }

    // "<boot> <number>": the number counts only within its boot
    private long Counter(string name, string boot)
    {
        return Reading(() =>
        {
            string[] parts = ReadMeta(name)?.Split(' ') ?? [];
            long number = parts.Length == 2 ? long.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
            return parts.Length == 2 && string.Equals(parts[0], boot, StringComparison.Ordinal) ? number : 0;
        });
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
            throw new DamagedOutboxException($"outbox {path}: there is no context {id}");
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
            catch (Exception bad) when (Damage(bad) is { } what && bad is not OutboxException)
            {
                throw Damaged(what, bad);
            }
            catch (Exception bad) when (bad is SqliteException or FormatException or OverflowException or InvalidCastException or InvalidOperationException
                or ArgumentException or JsonException)
            {
                throw new OutboxException($"outbox {path}: could not be read ({bad.Message})", bad);
            }
        }
    }

    // the program ends by it and is started again: then the file is put aside and salvaged
    private DamagedOutboxException Damaged(string what, Exception bad)
    {
        if (guard is not null)
        {
            try
            {
                File.WriteAllBytes(path + ".check", []);
            }
            catch (IOException)
            {
                // a full disk: the ends of the lanes are looked at all the same
            }
        }
        return bad as DamagedOutboxException ?? new DamagedOutboxException($"outbox {path}: is damaged ({what})", bad);
    }

    // what is kept in memory must not outlive a transaction that failed
    private void InTransaction(Action write, bool grows = false)
    {
        if (!cursorsStand)
        {
            LoadCursors();
        }
        if (grows)
        {
            RefuseBeyondLimit();
            ReserveAgain();
        }
        try
        {
            Transact(write);
        }
        catch (Exception bad) when (bad is SqliteException or OutboxException or DamagedOutboxException or ArgumentException)
        {
            RollBack();
            if (!grows && IsFull(bad) && GiveUpReserve())
            {
                LoadCursors();
                InTransaction(write); // what makes room, or says that there is none, has the reserve
                return;
            }
            if (Damage(bad) is { } what)
            {
                throw Damaged(what, bad);
            }
            if (bad is ArgumentException)
            {
                throw;
            }
            throw IsFull(bad) ? new OutboxFullException($"outbox {path}: the disk is full; nothing is dropped, the sensors wait ({bad.Message})", bad)
                : new OutboxException($"outbox {path}: could not be written ({bad.Message})", bad);
        }
    }

    private void Transact(Action write)
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

    private void RollBack()
    {
        try
        {
            rollback.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // SQLite has already rolled back by itself, as it does on a full disk
        }
        (lastContext, newest, trusted) = (default, default, null);
        cursorsStand = false; // read again by the next call, which may fail too without harm
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
            foreach (SqliteCommand command in (ReadOnlySpan<SqliteCommand>)[begin, commit, rollback, pageCount, freePages, selectItems, selectEnd, saveLane, saveReceipt, saveDay, saveMeta, saveState])
            {
                command.Dispose();
            }
            connection.Dispose();
            guard?.Dispose();
        }
    }
}
