using Microsoft.Data.Sqlite;
using SQLitePCL;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Store;

/// <summary>An item on its way into the store.</summary>
/// <param name="Item">The item.</param>
/// <param name="Bytes">As it was sent.</param>
/// <param name="Corrected">When it was, as is known now; null while the written time stands.</param>
/// <param name="Late">It came long after it was measured.</param>
public sealed record NewItem(Item Item, ReadOnlyMemory<byte> Bytes, DateTimeOffset? Corrected, bool Late);

/// <summary>
/// The prepared statements of one connection. The insert of an item runs for every item that any home sends, so it is bound by place
/// straight through SQLite's own interface: a third of the time of the general one.
/// </summary>
internal sealed partial class Statements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> commands = new(StringComparer.Ordinal), idle = new(StringComparer.Ordinal);
    private sqlite3_stmt? insertItem;

    /// <summary>Told of each statement, where somebody compares what two answers take.</summary>
    public Action<string>? Heard { get; set; }

    /// <summary>The connection for Dapper.</summary>
    public KeptConnection Connection => field ??= new KeptConnection(connection, this);

    /// <summary>A statement with numbered parameters, prepared at its first use.</summary>
    public SqliteCommand Command(string sql, int parameters)
    {
        Heard?.Invoke(sql);
        if (!commands.TryGetValue(sql, out SqliteCommand? command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // statements are constants of this room
            command.CommandText = sql;
#pragma warning restore CA2100
            for (int place = 1; place <= parameters; place++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${place}" });
            }
            commands.Add(sql, command);
        }
        return command;
    }

    /// <summary>A statement without parameters for one user; compiled when somebody used the same text before.</summary>
    public SqliteCommand Borrow(string sql)
    {
        Heard?.Invoke(sql);
        if (idle.Remove(sql, out SqliteCommand? command))
        {
            command.Parameters.Clear();
            return command;
        }
        command = connection.CreateCommand();
#pragma warning disable CA2100 // statements are constants of this room
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    /// <summary>Keeps a statement for the next who borrows the same text.</summary>
    public void GiveBack(SqliteCommand command)
    {
        if (!idle.TryAdd(command.CommandText, command))
        {
            command.Dispose();
        }
    }

    /// <summary>Inserts an item inside the running transaction.</summary>
    /// <returns>Its row, or null when its identity is there already.</returns>
    /// <exception cref="SqliteException">The store cannot take it.</exception>
    public long? InsertItem(string gateway, BatchContext context, string versions, NewItem taken, long nowMilliseconds)
    {
        Item item = taken.Item;
        sqlite3_stmt insert = insertItem ??= Prepare(
            """
            insert into item (gateway, boot, tick, code, kind, assignment, at_ms, stored_ms, clock, versions, value, grade, label_row, bytes, at_corrected_ms, late)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (gateway, boot, tick, code) do nothing
            """);
        var reading = item as ReadingItem;
        raw.sqlite3_bind_text(insert, 1, gateway);
        raw.sqlite3_bind_text(insert, 2, context.Boot);
        raw.sqlite3_bind_int64(insert, 3, item.Tick);
        raw.sqlite3_bind_text(insert, 4, item.Code);
        raw.sqlite3_bind_text(insert, 5, item.Kind);
        raw.sqlite3_bind_int(insert, 6, item.Assignment);
        raw.sqlite3_bind_int64(insert, 7, item.At.ToUnixTimeMilliseconds());
        raw.sqlite3_bind_int64(insert, 8, nowMilliseconds);
        raw.sqlite3_bind_text(insert, 9, context.Clock);
        raw.sqlite3_bind_text(insert, 10, versions);
        BindNullable(insert, 11, reading?.Value);
        raw.sqlite3_bind_text(insert, 12, reading?.Grade); // null binds as null
        BindNullable(insert, 13, item.Label?.Row);
        raw.sqlite3_bind_blob(insert, 14, taken.Bytes.Span);
        BindNullable(insert, 15, taken.Corrected?.ToUnixTimeMilliseconds());
        raw.sqlite3_bind_int(insert, 16, taken.Late ? 1 : 0);
        int done = raw.sqlite3_step(insert);
        raw.sqlite3_reset(insert); // repeats the step's failure, if any
        if (done != raw.SQLITE_DONE)
        {
            SqliteException.ThrowExceptionForRC(done, connection.Handle);
        }
        return raw.sqlite3_changes(connection.Handle) == 0 ? null : raw.sqlite3_last_insert_rowid(connection.Handle);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SqliteCommand command in commands.Values.Concat(idle.Values))
        {
            command.Dispose();
        }
        insertItem?.Dispose();
        Connection.Dispose();
    }

    private sqlite3_stmt Prepare(string sql)
    {
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(connection.Handle, sql, out sqlite3_stmt statement), connection.Handle);
        return statement;
    }

    private static void BindNullable(sqlite3_stmt statement, int place, long? value)
    {
        if (value is { } number)
        {
            raw.sqlite3_bind_int64(statement, place, number);
        }
        else
        {
            raw.sqlite3_bind_null(statement, place);
        }
    }

    private static void BindNullable(sqlite3_stmt statement, int place, double? value)
    {
        if (value is { } number)
        {
            raw.sqlite3_bind_double(statement, place, number);
        }
        else
        {
            raw.sqlite3_bind_null(statement, place);
        }
    }
}
