using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Rig.PowerCut;

/// <summary>
/// What runs inside the guest of <c>power-cut</c>. First it looks at what the last power cut left and says so on the console; then it has
/// readings stored and says each commit there. The commits are the real gateway's: another connection sees a commit only after SQLite has
/// synced it, so what is seen is what was accepted. The controls write by themselves, with a setting that no gateway can be given.
/// </summary>
internal sealed class GuestVerb(string data, string console, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    /// <summary>The real gateway, replaying into its own outbox.</summary>
    public async Task<int> GatewayAsync(string[] gateway, CancellationToken stop)
    {
        string outbox = Path.Combine(data, Torture.TortureRun.Gateway, "outbox.db");
        (string verdict, int row) = File.Exists(outbox) ? Guarded(outbox, CheckOutbox) : ("ok last=0", 1);
        Say("CHECK " + verdict);
        ProcessStartInfo start = new(gateway[0], gateway[1..].Select(word => word.Replace("{after}", row.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)));
        using Process replay = Process.Start(start)!;
        SqliteConnection? look = null;
        long said = 0;
        while (!replay.HasExited)
        {
            long last = look is null && (look = Open(outbox)) is null ? 0 : Number(look, "select last from lane where lane = 'reading'");
            if (last > said)
            {
                Say(string.Create(CultureInfo.InvariantCulture, $"ACK {last}"));
                said = last;
            }

            await Task.Delay(Look, time, stop);
        }

        Say($"END the gateway ended with exit code {replay.ExitCode}");
        return 1;
    }

    /// <summary>A control: rows of random size, each a commit, with another <c>synchronous</c> than the outbox has.</summary>
    /// <param name="synchronous"><c>full</c>, <c>normal</c> or <c>off</c>.</param>
    public int Write(string synchronous, CancellationToken stop)
    {
        string file = Path.Combine(data, "control.db");
        (string verdict, int last) = File.Exists(file) ? Guarded(file, CheckControl) : ("ok last=0", 0);
        Say("CHECK " + verdict);
        using SqliteConnection connection = new($"Data Source={file};Pooling=False");
        connection.Open();
        // the table itself is sure, so that what a cut takes are rows that were acknowledged
        Do(connection, "pragma journal_mode = wal; pragma synchronous = full; create table if not exists item(number integer primary key, bytes blob not null, length integer not null)");
        Do(connection, $"pragma wal_checkpoint(truncate); pragma synchronous = {synchronous}");
        Random dice = new(last);
        while (!stop.IsCancellationRequested)
        {
            int length = 100 + dice.Next(2000);
            Do(connection, string.Create(CultureInfo.InvariantCulture, $"insert into item values ({++last}, randomblob({length}), {length})"));
            Say(string.Create(CultureInfo.InvariantCulture, $"ACK {last}"));
        }

        return 0;
    }

    /// <summary>Integrity, no gap, and a chain that is what the items give; the last number and the last row.</summary>
    internal static (string Verdict, int Row) CheckOutbox(SqliteConnection connection)
    {
        if (Integrity(connection) is { } damage)
        {
            return (damage, 1);
        }

        (long number, Chain chain) = (0, Chain.Zero);
        using SqliteCommand items = connection.CreateCommand();
        items.CommandText = "select number, bytes from item where lane = 'reading' order by number";
        using (SqliteDataReader rows = items.ExecuteReader())
        {
            while (rows.Read())
            {
                if (rows.GetInt64(0) != ++number)
                {
                    return ($"damaged item {number} of the reading lane is missing", 1);
                }

                chain = chain.Next(rows.GetFieldValue<byte[]>(1));
            }
        }

        items.CommandText = "select last, chain from lane where lane = 'reading'";
        using SqliteDataReader lane = items.ExecuteReader();
        lane.Read();
        return lane.GetInt64(0) != number || unchecked((ulong)lane.GetInt64(1)) != chain.Value
            ? ($"damaged the lane says {lane.GetInt64(0)} items and another chain than its {number} items give", 1)
            : (string.Create(CultureInfo.InvariantCulture, $"ok last={number}"), Torture.TortureRun.LastRowOf(connection.DataSource));
    }

    internal static (string Verdict, int Last) CheckControl(SqliteConnection connection)
    {
        if (Integrity(connection) is { } damage)
        {
            return (damage, 0);
        }

        int last = (int)Number(connection, "select coalesce(max(number), 0) from item");
        return Number(connection, "select count(*) from item where length(bytes) = length") == last
            ? (string.Create(CultureInfo.InvariantCulture, $"ok last={last}"), last) : ("damaged rows are missing or changed", last);
    }

    private static (string Verdict, int Place) Guarded(string file, Func<SqliteConnection, (string, int)> check)
    {
        try
        {
            using SqliteConnection connection = new($"Data Source={file};Pooling=False");
            connection.Open();
            return check(connection);
        }
        catch (SqliteException broken)
        {
            return ("damaged " + broken.Message.ReplaceLineEndings(" "), 0);
        }
    }

    private static string? Integrity(SqliteConnection connection)
    {
        using SqliteCommand check = connection.CreateCommand();
        check.CommandText = "pragma integrity_check(1)";
        string found = (string)check.ExecuteScalar()!;
        return string.Equals(found, "ok", StringComparison.Ordinal) ? null : "damaged " + found.ReplaceLineEndings(" ");
    }

    /// <summary>The outbox for looking only; null as long as it is not made.</summary>
    private static SqliteConnection? Open(string outbox)
    {
        SqliteConnection connection = new($"Data Source={outbox};Mode=ReadOnly;Pooling=False");
        try
        {
            connection.Open();
            _ = Number(connection, "select last from lane where lane = 'reading'");
            return connection;
        }
        catch (SqliteException)
        {
            connection.Dispose();
            return null;
        }
    }

    private static long Number(SqliteConnection connection, string question)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = question;
        return (long)command.ExecuteScalar()!;
    }

    private static void Do(SqliteConnection connection, string statement)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }

    private void Say(string line)
    {
        using FileStream out_ = new(console, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        out_.Write(Encoding.ASCII.GetBytes(line + "\n"));
    }
}
