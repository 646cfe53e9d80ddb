using Microsoft.Data.Sqlite;

namespace TeleMonitor.Gateway.Outbox;

/// <summary>The tables of an outbox file (OUTBOX.md) and the checks before one is used.</summary>
internal static class OutboxSchema
{
    /// <summary>"TMob": tells an outbox from any other SQLite file.</summary>
    public const long ApplicationId = 0x544D6F62;
    /// <summary>Version of the tables. A newer file is refused, since its rules are not known here.</summary>
    public const long Version = 1;

    private const string Tables = """
        create table meta(name text primary key, value text not null) without rowid;
        create table context(id integer primary key, boot text not null, clock text not null, versions text not null,
            unique(boot, clock, versions));
        create table lane(lane text primary key, last integer not null, chain integer not null, through integer not null,
            hub text, refused integer not null, receipt_at integer) without rowid;
        create table item(lane text not null, number integer not null, context integer not null, tick integer not null,
            code text not null, bytes blob not null, chain integer not null, primary key(lane, number)) without rowid;
        create table receipt(lane text not null, day integer not null, through integer not null, primary key(lane, day)) without rowid;
        create table state(assignment integer primary key, bytes blob not null, rule_time integer not null);
        create table notice(hub text not null, number integer not null, code text not null, care_case integer not null,
            role text not null, at text not null, expires text not null, place integer not null, primary key(hub, number)) without rowid;
        create table finding(code text primary key, text text not null, since text not null) without rowid;
        insert into lane(lane, last, chain, through, refused) values ('alert', 0, 0, 0, 0), ('reading', 0, 0, 0, 0), ('status', 0, 0, 0, 0);
        """;

    /// <summary>Settings of every connection: durable at each commit, small, patient with a reader.</summary>
    public const string Pragmas = "pragma busy_timeout = 5000; pragma synchronous = full; pragma cache_size = -512; pragma temp_store = memory;";

    /// <summary>Makes the tables in an empty file.</summary>
    public static void Create(SqliteConnection connection, string id)
    {
        using SqliteTransaction whole = connection.BeginTransaction();
        using SqliteCommand create = connection.CreateCommand();
        create.Transaction = whole;
        create.CommandText = Tables + "insert into meta values ('outbox', $id); pragma application_id = 1414360930; pragma user_version = 1;";
        create.Parameters.AddWithValue("$id", id);
        create.ExecuteNonQuery();
        whole.Commit();
    }

    /// <summary>Empty when the file can be used or is empty; otherwise one sentence.</summary>
    public static string Problem(SqliteConnection connection, out bool empty)
    {
        long application = Number(connection, "pragma application_id"), version = Number(connection, "pragma user_version");
        empty = application == 0 && version == 0 && Number(connection, "select count(*) from sqlite_schema") == 0;
        return empty || (application == ApplicationId && version == Version) ? ""
            : application != ApplicationId ? "it is an SQLite file, but no outbox"
            : $"its tables have version {version}, this program knows version {Version}";
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // the three texts above
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }
}
