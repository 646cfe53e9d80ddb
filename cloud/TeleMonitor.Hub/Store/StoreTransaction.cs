using Dapper;
using Microsoft.Data.Sqlite;

namespace TeleMonitor.Hub.Store;

/// <summary>
/// One transaction on the store. The other files of this room are its statements, one file per subject. A bound limit is written
/// <c>@most + 0</c>: SQLite plans by the value of a bare one, and so compiles the statement again each time the value is bound.
/// </summary>
public sealed partial class StoreTransaction
{
    private readonly KeptConnection connection;
    private readonly SqliteTransaction? transaction;
    private readonly Statements statements;

    internal StoreTransaction(SqliteTransaction? transaction, Statements statements) =>
        (this.connection, this.transaction, this.statements) = (statements.Connection, transaction, statements);

    internal IEnumerable<T> Query<T>(string sql, object? parameters = null) => connection.Query<T>(sql, parameters, transaction);

    internal T? One<T>(string sql, object? parameters = null) => connection.QueryFirstOrDefault<T>(sql, parameters, transaction);

    private int Run(string sql, object? parameters = null) => connection.Execute(sql, parameters, transaction);

    private long Insert(string sql, object parameters) => connection.ExecuteScalar<long>(sql + " returning id", parameters, transaction);

    /// <summary>A statement that runs for every item of a batch: prepared once per connection, parameters by place.</summary>
    private SqliteCommand Prepared(string sql, int parameters)
    {
        SqliteCommand command = statements.Command(sql, parameters);
        command.Transaction = transaction;
        command.Prepare(); // once: without it the text is compiled again at each use
        return command;
    }

    private static SqliteCommand Bind(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (int place = 0; place < values.Length; place++)
        {
            command.Parameters[place].Value = values[place] ?? DBNull.Value;
        }
        return command;
    }

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();
}
