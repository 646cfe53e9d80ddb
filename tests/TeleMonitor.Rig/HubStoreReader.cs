using Microsoft.Data.Sqlite;

namespace TeleMonitor.Rig;

/// <summary>Looks at a hub's store beside the running hub, reading only: how far a replay has come, and what is still owed.</summary>
internal sealed class HubStoreReader(string file)
{
    /// <summary>Readings stored so far.</summary>
    public long Readings() => Count("select count(*) from item where kind = 'reading'", 0);

    /// <summary>Work whose time has come and that is not done: cases not yet opened, pages not yet decided.</summary>
    public long Owed(DateTimeOffset now) => Count("select count(*) from to_do where due_ms <= $now", now.ToUnixTimeMilliseconds());

    /// <summary>Triage of the newest open case of a citizen and kind; null: there is none.</summary>
    public string? OpenCase(string citizen, string kind)
    {
        using SqliteConnection connection = Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "select triage from care_case where citizen = $citizen and kind = $kind and state <> 'closed' order by id desc limit 1";
        command.Parameters.AddWithValue("$citizen", citizen);
        command.Parameters.AddWithValue("$kind", kind);
        return (string?)command.ExecuteScalar();
    }

    private long Count(string question, long now)
    {
        using SqliteConnection connection = Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = question;
        command.Parameters.AddWithValue("$now", now);
        return (long)command.ExecuteScalar()!;
    }

    private SqliteConnection Open()
    {
        SqliteConnectionStringBuilder where = new() { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        SqliteConnection connection = new(where.ConnectionString);
        connection.Open();
        return connection;
    }
}
