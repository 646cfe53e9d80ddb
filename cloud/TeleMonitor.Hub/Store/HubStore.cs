using System.Data.Common;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Hub.Store;

/// <summary>
/// The hub's database: opening, migrating, one writer at a time, readers beside it. All SQL of the hub stands in this room.
/// A commit is on the disk when it returns (WAL, synchronous FULL): receipts rest on that.
/// </summary>
public sealed class HubStore : IDisposable
{
    private const int SqliteConstraint = 19, SqliteTooBig = 18, SqliteMismatch = 20; // source: sqlite3.h, primary result codes

    private readonly SqliteConnection writer;
    private readonly string? connectionString;
    private readonly Lock gate = new();
    private readonly Statements writerStatements;

    private HubStore(SqliteConnection writer, string? connectionString, string hubId) =>
        (this.writer, this.connectionString, HubId, writerStatements) = (writer, connectionString, hubId, new Statements(writer));

    /// <summary>Random id of this store, new at creation; gateways notice by it that they speak to another store.</summary>
    public string HubId { get; private set; }

    /// <summary>Path of the database; null for one in memory.</summary>
    public string? File => connectionString is null ? null : new SqliteConnectionStringBuilder(connectionString).DataSource;

    /// <summary>True when the store refused the row itself, so that trying again is refused again; false when it could not commit now.</summary>
    public static bool IsRefusal(DbException broken) =>
        broken is SqliteException { SqliteErrorCode: SqliteConstraint or SqliteTooBig or SqliteMismatch };

    /// <summary>Opens a store and brings it to this version. Creates it when the file is new.</summary>
    /// <param name="file">Path; its folder is made.</param>
    /// <param name="now">For the creation time.</param>
    /// <exception cref="SqliteException">The file cannot be opened or is no database.</exception>
    public static HubStore Open(string file, DateTimeOffset now)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        string address = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30 }.ToString();
        SqliteConnection opened = Connect(address);
        try
        {
            Run(opened, "pragma journal_mode = wal");
            Run(opened, "pragma synchronous = full");
            Run(opened, "pragma secure_delete = on"); // what is deleted is overwritten: a deleted citizen is in the file no more
            Migrate(opened);
            return new HubStore(opened, address, HubIdOf(opened, now, NewId));
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A store on one open connection, which it then owns and reads through too: for a database in memory, which has no second one.
    /// </summary>
    /// <param name="only">An open connection.</param>
    /// <param name="now">For the creation time.</param>
    /// <param name="newId">Gives the id of a new store: 16 hex digits.</param>
    internal static HubStore Over(SqliteConnection only, DateTimeOffset now, Func<string> newId)
    {
        Migrate(only);
        return new HubStore(only, null, HubIdOf(only, now, newId));
    }

    /// <summary>Told of each statement of this store: a test compares by it what two answers take.</summary>
    internal Action<string>? Heard
    {
        get => writerStatements.Heard;
        set => writerStatements.Heard = value;
    }

    /// <summary>Runs one transaction. Whatever it throws rolls everything back.</summary>
    public T Write<T>(Func<StoreTransaction, T> work)
    {
        lock (gate)
        {
            using SqliteTransaction transaction = writer.BeginTransaction();
            var inside = new StoreTransaction(transaction, writerStatements);
            T result = work(inside);
            transaction.Commit();
            return result;
        }
    }

    /// <inheritdoc cref="Write{T}"/>
    public void Write(Action<StoreTransaction> work) => Write(inside =>
    {
        work(inside);
        return true;
    });

    /// <summary>Reads one consistent state beside the writer.</summary>
    public T Read<T>(Func<StoreTransaction, T> work)
    {
        if (connectionString is null)
        {
            lock (gate)
            {
                return work(new StoreTransaction(null, writerStatements)); // nobody writes meanwhile: it has no second connection
            }
        }
        using SqliteConnection reader = Connect(connectionString);
        using SqliteTransaction transaction = reader.BeginTransaction(deferred: true);
        using var statements = new Statements(reader) { Heard = Heard };
        return work(new StoreTransaction(transaction, statements));
    }

    /// <summary>
    /// Reads what a viewer may see, and writes down that they saw it: the one way to data about citizens outside ingest and the case loops.
    /// When it cannot be written down it is not shown.
    /// </summary>
    public T ReadAs<T>(Viewer viewer, Func<ScopedRead, T> work)
    {
        (T result, IReadOnlyList<AuditEntry> looked) = Read(read =>
        {
            var scoped = new ScopedRead(read, viewer);
            T seen = work(scoped);
            return (seen, scoped.Looked());
        });
        if (looked.Count > 0)
        {
            Write(write => write.AddAudit(looked));
        }
        return result;
    }

    /// <summary>Does something to what a viewer may see, in one transaction with the lines of the audit about it.</summary>
    public T WriteAs<T>(Viewer viewer, Func<ScopedRead, StoreTransaction, T> work) => Write(write =>
    {
        var scoped = new ScopedRead(write, viewer);
        T result = work(scoped, write);
        write.AddAudit(scoped.Looked());
        return result;
    });

    /// <summary>Moves everything from the log into the database and empties the log, so that what was deleted lies nowhere any more.</summary>
    /// <returns>False while somebody reads what is older: try again.</returns>
    public bool Empty()
    {
        lock (gate)
        {
            using SqliteCommand command = writer.CreateCommand();
            command.CommandText = "pragma wal_checkpoint(truncate)";
            using SqliteDataReader answer = command.ExecuteReader();
            return !answer.Read() || answer.GetInt64(0) == 0;
        }
    }

    /// <summary>
    /// Gives the store another id, after it was put back from a backup: every gateway notices by it and sends again what the store lost
    /// (design.md section 6). Notices are numbered per hub id, so each gateway has none of this one's.
    /// </summary>
    /// <param name="newId">16 hex digits that no store had before.</param>
    /// <param name="now">Hub time.</param>
    public void Restored(string newId, DateTimeOffset now)
    {
        Write(write => write.Restore(newId, now));
        HubId = newId;
    }

    /// <summary>A random id for a store: 16 hex digits.</summary>
    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <inheritdoc/>
    public void Dispose()
    {
        writerStatements.Dispose();
        writer.Dispose();
        SqliteConnection.ClearPool(writer);
    }

    private static SqliteConnection Connect(string connectionString)
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        Run(connection, "pragma busy_timeout = 30000");
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // statements are constants of this room
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>Applies the numbered files that were not yet applied, each in one transaction with its number.</summary>
    private static void Migrate(SqliteConnection connection)
    {
        Run(connection, "create table if not exists migration (number integer not null primary key)");
        // each by its own number: one that was made later than a higher one is applied all the same
        foreach ((int number, string sql) in Migrations())
        {
            using SqliteTransaction transaction = connection.BeginTransaction(); // has the lock from here: another hub may be opening it too
            using SqliteCommand applied = connection.CreateCommand();
            applied.CommandText = "select count(*) from migration where number = $number";
            applied.Parameters.AddWithValue("$number", number);
            if ((long)applied.ExecuteScalar()! == 0)
            {
                Run(connection, sql);
                Run(connection, $"insert into migration (number) values ({number})");
            }
            transaction.Commit();
        }
    }

    private static IEnumerable<(int Number, string Sql)> Migrations()
    {
        Assembly assembly = typeof(HubStore).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            string[] parts = name.Split('.');
            yield return (int.Parse(parts[^2]), reader.ReadToEnd());
        }
    }

    private static string HubIdOf(SqliteConnection connection, DateTimeOffset now, Func<string> newId)
    {
        using SqliteTransaction transaction = connection.BeginTransaction();
        using SqliteCommand read = connection.CreateCommand();
        read.CommandText = "select id from hub";
        if (read.ExecuteScalar() is string id)
        {
            return id;
        }
        string made = newId();
        using SqliteCommand write = connection.CreateCommand();
        write.CommandText = "insert into hub (id, created_ms) values ($id, $now)";
        write.Parameters.AddWithValue("$id", made);
        write.Parameters.AddWithValue("$now", now.ToUnixTimeMilliseconds());
        write.ExecuteNonQuery();
        transaction.Commit();
        return made;
    }
}
