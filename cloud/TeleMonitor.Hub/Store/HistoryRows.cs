using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TeleMonitor.Hub.Store;

/// <summary>A stored reading or answer where it lies; valid during the call that hands it over.</summary>
public readonly ref struct HistoryRow
{
    /// <summary>Assignment.</summary>
    public int Assignment { get; init; }
    /// <summary>When it was measured as is known now, milliseconds; null where the gateway's clock was not set and nothing corrected it since.</summary>
    public long? AtMs { get; init; }
    /// <summary>Boot it was taken in.</summary>
    public ReadOnlySpan<byte> Boot { get; init; }
    /// <summary>The item as it was sent.</summary>
    public ReadOnlySpan<byte> Bytes { get; init; }
}

/// <summary>Takes one row.</summary>
public delegate void TakeHistory(in HistoryRow row);

public sealed partial class StoreTransaction
{
    /// <summary>Every assignment of a person, of one or of all, in order of their numbers. The synthetic ones are left out: they are nobody's.</summary>
    /// <param name="citizen">Pseudonym; null for all.</param>
    public IReadOnlyList<Assignment> AssignmentsOfCitizen(string? citizen) => [.. Query<AssignmentRow>(
        $"select number, gateway, citizen, area, from_ms, to_ms, synthetic from assignment where synthetic = 0 {(citizen is null ? "" : "and citizen = @citizen")} order by number",
        new { citizen }).Select(row => row.Read())];

    /// <summary>Row of the newest item; 0 in an empty store.</summary>
    public long NewestItem() => One<long?>("select max(id) from item") ?? 0;

    /// <summary>Hands over every usable reading and answer of an assignment in the order stored.</summary>
    public void History(int assignment, TakeHistory take) => statements.History("assignment = ?", [assignment], take);

    /// <summary>Hands over every usable reading and answer of a stretch of the store in the order stored.</summary>
    /// <param name="after">The row before the first.</param>
    /// <param name="through">The last row.</param>
    /// <param name="take">Takes each.</param>
    public void History(long after, long through, TakeHistory take) => statements.History("id > ? and id <= ?", [after, through], take);
}

internal sealed partial class Statements
{
    private const long NoTime = -1L << 53; // before every time there is
    private const long MappedBytes = int.MaxValue; // the most that SQLite maps; what lies beyond is read

    /// <summary>
    /// Reads a million rows, of which no byte is copied: from the file as it is mapped, through SQLite's own functions by their address, since of
    /// seven calls a row the general binding takes as long as SQLite does.
    /// </summary>
    public void History(string where, ReadOnlySpan<long> values, TakeHistory take)
    {
        Run($"pragma mmap_size = {MappedBytes}");
        using sqlite3_stmt read = Prepare(
            $"""
            select assignment, case when at_corrected_ms is null and clock = 'unset' then {NoTime} else coalesce(at_corrected_ms, at_ms) end, boot, bytes
            from item where kind in ('reading', 'answer') and grade <> 'unusable' and {where} order by id
            """);
        for (int place = 0; place < values.Length; place++)
        {
            raw.sqlite3_bind_int64(read, place + 1, values[place]);
        }
        nint statement = read.DangerousGetHandle(); // lives until it is disposed of
        int step;
        while ((step = Native.sqlite3_step(statement)) == raw.SQLITE_ROW)
        {
            take(new HistoryRow
            {
                Assignment = (int)Native.sqlite3_column_int64(statement, 0),
                AtMs = Native.sqlite3_column_int64(statement, 1) is not NoTime and long at ? at : null,
                Boot = Native.Bytes(statement, 2),
                Bytes = Native.Bytes(statement, 3),
            });
        }
        if (step != raw.SQLITE_DONE)
        {
            SqliteException.ThrowExceptionForRC(step, connection.Handle);
        }
        read.Dispose();
        Run("pragma mmap_size = 0"); // others read through this connection later
    }

    private void Run(string pragma)
    {
        using sqlite3_stmt statement = Prepare(pragma);
        raw.sqlite3_step(statement);
    }

    /// <summary>The functions of the library that the connection already uses. Those of a column neither wait nor call back.</summary>
    private static partial class Native
    {
        private const string Library = "e_sqlite3";

        [LibraryImport(Library)]
        public static partial int sqlite3_step(nint statement);

        [LibraryImport(Library), SuppressGCTransition]
        public static partial long sqlite3_column_int64(nint statement, int column);

        [LibraryImport(Library), SuppressGCTransition]
        private static partial nint sqlite3_column_blob(nint statement, int column);

        [LibraryImport(Library), SuppressGCTransition]
        private static partial int sqlite3_column_bytes(nint statement, int column);

        /// <summary>Valid until the next step.</summary>
        public static unsafe ReadOnlySpan<byte> Bytes(nint statement, int column)
        {
            nint first = sqlite3_column_blob(statement, column);
            return new ReadOnlySpan<byte>((void*)first, sqlite3_column_bytes(statement, column));
        }
    }
}
