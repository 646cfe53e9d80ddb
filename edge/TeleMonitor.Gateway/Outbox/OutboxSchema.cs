using Microsoft.Data.Sqlite;

namespace TeleMonitor.Gateway.Outbox;

/// <summary>The tables of an outbox file (OUTBOX.md) and the checks before one is used.</summary>
internal static class OutboxSchema
{
    /// <summary>"TMob": tells an outbox from any other SQLite file.</summary>
    public const long ApplicationId = 0x544D6F62;
    /// <summary>Version of the tables. A newer file is refused, since its rules are not known here.</summary>
    public const long Version = 3;

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

    // what version 2 added: ranges, what is forgotten, and a file that goes on under a new id
    private const string Second = """
        alter table item add column covers integer;
        create table aside(outbox text not null, lane text not null, number integer not null, context integer not null, bytes blob not null);
        alter table lane add column base integer not null default 0;
        alter table lane add column through_chain integer not null default 0;
        alter table lane add column kept_after integer not null default 0;
        alter table lane add column kept_chain integer not null default 0;
        alter table lane add column chained integer;
        alter table lane add column old_chain integer not null default 0;
        alter table lane add column seam integer not null default 0;
        update lane set through_chain = coalesce((select chain from item where item.lane = lane.lane and number = through), case when through = last then chain else 0 end);
        update lane set kept_after = coalesce((select min(number) - 1 from item where item.lane = lane.lane), through);
        update lane set kept_after = kept_after + 1, kept_chain = (select chain from item where item.lane = lane.lane and number = kept_after + 1)
            where kept_after > 0 and kept_after < through;
        update lane set kept_chain = through_chain where kept_after = through;
        pragma user_version = 2;
        """;

    // what version 3 added: signed settings, and keys that have followed those of set-up
    private const string Third = """
        create table profile(one integer primary key check (one = 1), version integer not null, hash text not null, bundle blob, taken_at text not null);
        create table pinned(role text primary key, instead_of text not null, key blob not null) without rowid;
        pragma user_version = 3;
        """;

    /// <summary>Settings of every connection: durable at each commit, small, patient with a reader.</summary>
    public const string Pragmas = "pragma busy_timeout = 5000; pragma synchronous = full; pragma cache_size = -512; pragma temp_store = memory;";

    /// <summary>Makes the tables in an empty file.</summary>
    public static void Create(SqliteConnection connection, string id)
    {
        using SqliteTransaction whole = connection.BeginTransaction();
        using SqliteCommand create = connection.CreateCommand();
        create.Transaction = whole;
        create.CommandText = Tables + Second + Third + "insert into meta values ('outbox', $id); pragma application_id = 1414360930;";
        create.Parameters.AddWithValue("$id", id);
        create.ExecuteNonQuery();
        whole.Commit();
    }

    /// <summary>Brings a file of an earlier version to this one.</summary>
    public static void Upgrade(SqliteConnection connection)
    {
        long version = Number(connection, "pragma user_version");
        if (version == Version)
        {
            return;
        }
        using SqliteTransaction whole = connection.BeginTransaction();
        using SqliteCommand upgrade = connection.CreateCommand();
        upgrade.Transaction = whole;
        upgrade.CommandText = version == 1 ? Second + Third : Third;
        upgrade.ExecuteNonQuery();
        whole.Commit();
    }

    /// <summary>Empty when the file can be used or is empty; otherwise one sentence.</summary>
    public static string Problem(SqliteConnection connection, out bool empty)
    {
        long application = Number(connection, "pragma application_id"), version = Number(connection, "pragma user_version");
        empty = application == 0 && version == 0 && Number(connection, "select count(*) from sqlite_schema") == 0;
        return empty || (application == ApplicationId && version is >= 1 and <= Version) ? ""
            : application != ApplicationId ? "it is an SQLite file, but no outbox"
            : $"its tables have version {version}, this program knows version {Version}";
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // the texts of this class
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }
}
