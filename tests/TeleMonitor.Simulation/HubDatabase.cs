using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Simulation;

/// <summary>
/// The hub's database: the real one, in memory. Faults: the process ends right before or right after any commit; the disk is full;
/// the whole is put back to a copy of hours ago. A commit that returned is durable, as with <c>synchronous = full</c>: a power cut and a
/// crash are the same then. Excluded: a torn page, which SQLite's own tests cover.
/// </summary>
internal sealed class HubDatabase : IDisposable
{
    private readonly Func<bool> mayCommit;
    private readonly Dictionary<string, SqliteCommand> commands = new(StringComparer.Ordinal);
    private HubStore? store;

    /// <summary>An empty one.</summary>
    /// <param name="mayCommit">Asked at each commit; false rolls it back.</param>
    public HubDatabase(Func<bool> mayCommit)
    {
        this.mayCommit = mayCommit;
        Connection = new SqliteConnection("Data Source=:memory:;Pooling=False");
        Connection.Open();
        raw.sqlite3_commit_hook(Connection.Handle, _ => mayCommit() ? 0 : 1, null);
    }

    /// <summary>
    /// Before the first database of the process is opened: SQLite's memory statistics take one lock for all databases, and two seeds side
    /// by side waited for each other a third of their time.
    /// </summary>
    [ModuleInitializer]
    internal static void NoMemoryStatistics()
    {
        Batteries_V2.Init();
        if (raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0) is var answer and not raw.SQLITE_OK)
        {
            throw new InvalidOperationException($"SQLite was in use before the simulation could set it up ({answer})");
        }
    }

    public SqliteConnection Connection { get; }

    /// <summary>Rows changed since it was opened: tells whether anything can be new.</summary>
    public int Changes => raw.sqlite3_total_changes(Connection.Handle);

    /// <summary>
    /// The hub's own store over it. One for all processes: it keeps nothing but compiled statements, and compiling them anew after each
    /// crash was a sixth of the whole simulation.
    /// </summary>
    public HubStore Store(DateTimeOffset now, Func<string> newId) => store ??= HubStore.Over(Connection, now, newId);

    public HubDatabase Copy()
    {
        var copy = new HubDatabase(mayCommit);
        Connection.BackupDatabase(copy.Connection);
        return copy;
    }

    /// <summary>True: no new page may be taken.</summary>
    public void SetFull(bool full)
    {
        long pages = One<long>("pragma page_count");
        using SqliteCommand limit = Connection.CreateCommand();
#pragma warning disable CA2100 // a number
        limit.CommandText = $"pragma max_page_count = {(full ? pages : 1_000_000)}";
#pragma warning restore CA2100
        limit.ExecuteScalar();
    }

    public T? One<T>(string sql, params ReadOnlySpan<object> values) => Prepared(sql, values).ExecuteScalar() is T found ? found : default;

    public List<T> All<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object> values)
    {
        var rows = new List<T>();
        using SqliteDataReader reader = Prepared(sql, values).ExecuteReader();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }
        return rows;
    }

    private SqliteCommand Prepared(string sql, ReadOnlySpan<object> values)
    {
        if (!commands.TryGetValue(sql, out SqliteCommand? command))
        {
            command = Connection.CreateCommand();
#pragma warning disable CA2100 // constants of this assembly
            command.CommandText = sql;
#pragma warning restore CA2100
            for (int place = 1; place <= values.Length; place++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${place}" });
            }
            commands.Add(sql, command);
            command.Prepare(); // once: without it the text is compiled again at each use
        }
        for (int place = 0; place < values.Length; place++)
        {
            command.Parameters[place].Value = values[place];
        }
        return command;
    }

    public void Dispose()
    {
        foreach (SqliteCommand command in commands.Values)
        {
            command.Dispose();
        }
        store?.Dispose();
        Connection.Dispose();
    }
}
