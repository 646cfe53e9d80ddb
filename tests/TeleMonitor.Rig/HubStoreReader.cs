using Microsoft.Data.Sqlite;

namespace TeleMonitor.Rig;

/// <summary>Looks at a hub's store beside the running hub, reading only: how far a replay has come, and what is still owed.</summary>
internal sealed class HubStoreReader(string file)
{
    /// <summary>Readings stored so far.</summary>
    public long Readings() => Count("select count(*) from item where kind = 'reading'", 0);

    /// <summary>Work whose time has come and that is not done: cases not yet opened, pages not yet decided.</summary>
    public long Owed(DateTimeOffset now) => Count("select count(*) from to_do where due_ms <= $now", now.ToUnixTimeMilliseconds());

    private long Count(string question, long now)
    {
        SqliteConnectionStringBuilder where = new() { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        using SqliteConnection connection = new(where.ConnectionString);
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = question;
        command.Parameters.AddWithValue("$now", now);
        return (long)command.ExecuteScalar()!;
    }
}
