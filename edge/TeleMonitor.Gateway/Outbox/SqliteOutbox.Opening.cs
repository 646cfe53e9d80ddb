using Microsoft.Data.Sqlite;
using SQLitePCL;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Outbox;

// how a file is opened, checked and, where it must be, replaced
public sealed partial class SqliteOutbox
{
    /// <summary>Files up to here are checked whole at every opening: some tenths of a second on a slow card. Larger ones after damage was met.</summary>
    private const long CheckedWholeBytes = 16L << 20;
    /// <summary>Finding: a file of another gateway was found in this one's place and lies aside, unsent.</summary>
    public const string Foreign = "outbox/foreign";
    private const string Moved = "outbox/renewed";

    /// <summary>True while a gateway runs with this outbox. The lock is tried and given back at once.</summary>
    public static bool IsInUse(string path)
    {
        if (!File.Exists(path + ".lock"))
        {
            return false;
        }
        try
        {
            using var free = new FileStream(path + ".lock", FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception held) when (held is IOException or UnauthorizedAccessException)
        {
            return true; // one that may not be touched is somebody else's
        }
    }

    /// <inheritdoc cref="Open(string, OutboxOptions)"/>
    public static SqliteOutbox Open(string path, Func<string> newId) => Open(path, new OutboxOptions { NewId = newId });

    /// <summary>
    /// Opens the outbox at this path, and makes it where there is none. A damaged file is put aside and kept; what it still gives goes on in
    /// a new one (OUTBOX.md).
    /// </summary>
    /// <param name="path">The database file; its folder is made.</param>
    /// <param name="options">With what.</param>
    /// <exception cref="OutboxException">The file cannot be used and is not this program's to replace; the message says why.</exception>
    public static SqliteOutbox Open(string path, OutboxOptions options)
    {
        FileStream? locked = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            locked = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            OutboxSalvage.FinishInterrupted(path);
            return OpenSound(path, locked, options);
        }
        catch (Exception bad) when (bad is SqliteException or IOException or UnauthorizedAccessException or DamagedOutboxException)
        {
            locked?.Dispose();
            throw new OutboxException(locked is null
                ? $"outbox {path}: cannot be locked; another program uses it, or the folder cannot be written ({bad.Message})"
                : $"outbox {path}: cannot be opened ({bad.Message})", bad);
        }
        catch (OutboxException)
        {
            locked?.Dispose();
            throw;
        }
    }

    private static SqliteOutbox OpenSound(string path, FileStream locked, OutboxOptions options)
    {
        SqliteOutbox? opened = null;
        try
        {
            opened = new SqliteOutbox(path, locked, options);
            opened.CheckWhole();
            return opened.Own();
        }
        catch (Exception bad) when (Damage(bad) is not null)
        {
            opened?.Close();
            OutboxSalvage.Run(path, Damage(bad)!, options);
            return new SqliteOutbox(path, locked, options).Own();
        }
        catch
        {
            opened?.Close();
            throw;
        }
    }

    /// <summary>What is wrong with the file itself, in words; null for what another day may mend.</summary>
    internal static string? Damage(Exception bad) => bad switch
    {
        DamagedOutboxException => bad.Message,
        SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB } => bad.Message,
        SqliteException { SqliteExtendedErrorCode: raw.SQLITE_IOERR_READ or raw.SQLITE_IOERR_SHORT_READ } => bad.Message,
        SqliteException { SqliteErrorCode: raw.SQLITE_ERROR } when bad.Message.Contains("no such", StringComparison.Ordinal) => bad.Message,
        OutboxException { InnerException: { } inner } when inner is not SqliteException => bad.Message, // rows that are there and make no sense
        OutboxException { InnerException: SqliteException inner } => Damage(inner),
        _ => null,
    };

    // the ends of the lanes always; every page where that is quick, or damage was met while the gateway ran
    private void CheckWhole()
    {
        if (new FileInfo(path).Length <= CheckedWholeBytes || File.Exists(path + ".check"))
        {
            using SqliteCommand check = Prepare("pragma quick_check(1)");
            if (check.ExecuteScalar() is not "ok")
            {
                throw new DamagedOutboxException($"outbox {path}: its pages contradict each other");
            }
            File.Delete(path + ".check");
        }
        foreach (LaneCursor cursor in cursors)
        {
            bool whole = cursor.Base <= cursor.Through && cursor.Through <= cursor.Chained && cursor.Chained <= cursor.Last && cursor.KeptAfter <= cursor.Through
                && (EndBefore(cursor, cursor.Last) is { } end ? end.End == cursor.Last && end.Chain == cursor.Chain || cursor.Last == cursor.Base || cursor.Last == cursor.KeptAfter
                    : cursor.Last == cursor.KeptAfter || cursor.Last == cursor.Through);
            if (!whole)
            {
                throw new DamagedOutboxException($"outbox {path}: lane {cursor.Lane} does not end where it says");
            }
        }
        Reading(() => (ReadFindings(), ReadNotices(int.MaxValue), Notices, Profile, PinnedKeys, TrustedTime, Counter("tick", ""), Counter("connection", ""), ReadThinned(), CheckContexts()));
    }

    private bool CheckContexts()
    {
        using SqliteCommand select = Prepare("select distinct context from item union select id from context");
        using SqliteDataReader reader = select.ExecuteReader();
        while (reader.Read())
        {
            ReadContext(reader.GetInt64(0));
        }
        using SqliteCommand states = Prepare("select assignment, bytes, rule_time from state where (select count(day) from receipt) >= 0");
        using SqliteDataReader rows = states.ExecuteReader();
        while (rows.Read())
        {
            _ = new RuleState(rows.GetFieldValue<byte[]>(1), TimeSpan.FromTicks(rows.GetInt64(2)));
        }
        return true;
    }

    // a card that was put into another machine, or a file that was copied to another gateway
    private SqliteOutbox Own()
    {
        (string? gateway, string? machine) = (ReadMeta("gateway"), ReadMeta("machine"));
        if (options!.Gateway is { } mine && gateway is not null && !string.Equals(gateway, mine, StringComparison.Ordinal))
        {
            throw new DamagedOutboxException($"outbox {path}: it is the outbox of another gateway") { Data = { [Foreign] = true } };
        }
        bool moved = options.Machine is { } here && machine is not null && !string.Equals(machine, here, StringComparison.Ordinal);
        if (moved)
        {
            (BatchContext context, DateTimeOffset at) = options.Now();
            var said = new LocalFindings(this, NewTicks(context.Boot), () => context);
            said.OpenWith(Moved, "the file comes from another machine, which may go on with it: it goes on under a new id", at, [("outbox", Id)],
                Renew);
        }
        InTransaction(() =>
        {
            SaveOwner("gateway", options.Gateway, gateway);
            SaveOwner("machine", options.Machine, machine);
        });
        return this;
    }

    private void SaveOwner(string name, string? now, string? before)
    {
        if (now is not null && !string.Equals(now, before, StringComparison.Ordinal))
        {
            Run(saveMeta, name, now);
        }
    }

    /// <summary>Ticks above all that this boot has given out by this file.</summary>
    internal Func<long> NewTicks(string boot)
    {
        var ticks = new TickSource(LastTick(boot));
        return () => ticks.Next(options!.Microseconds());
    }

    private void Close()
    {
        insertItem?.Dispose();
        connection.Dispose();
    }
}
