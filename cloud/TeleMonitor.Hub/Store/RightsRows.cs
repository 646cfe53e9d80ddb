using TeleMonitor.Hub.People.Citizens;

namespace TeleMonitor.Hub.Store;

/// <summary>A deletion that was asked for.</summary>
/// <param name="Citizen">Pseudonym.</param>
/// <param name="By">Who asked.</param>
/// <param name="Removed">Rows that went so far.</param>
public sealed record ErasureRow(string Citizen, string By, long Removed);

/// <summary>One row of an export: its columns by name, and its place in the table.</summary>
/// <param name="Place">Place: the next page begins after it.</param>
/// <param name="Columns">Name and value; null, a whole number, a number, text or bytes.</param>
public sealed record CitizenTableRow(long Place, IReadOnlyList<KeyValuePair<string, object?>> Columns);

// a citizen's rights: everything about them read, kept aside, or removed
public sealed partial class StoreTransaction
{
    private const string PlaceColumn = "place_in_table";

    /// <summary>Every table of the database with these columns' names.</summary>
    public IReadOnlyList<(string Table, string Column)> Columns() => [.. Query<(string, string)>(
        "select m.name, c.name from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite_%' order by m.name, c.cid")];

    /// <summary>A citizen's rows of one table, in their order.</summary>
    public IReadOnlyList<CitizenTableRow> RowsOf(CitizenTable table, string citizen, long after, int most) =>
    [
        .. Query<dynamic>($"select rowid as {PlaceColumn}, {table.Name}.* from {table.Name} where ({table.Of}) and {table.Name}.rowid > @after order by {table.Name}.rowid limit @most + 0", new { citizen, after, most })
            .Select(row => (IDictionary<string, object?>)row)
            .Select(row => new CitizenTableRow((long)row[PlaceColumn]!, [.. row.Where(column => column.Key != PlaceColumn)])),
    ];

    /// <summary>Keeps a citizen's data aside from now on; false when it was, or the register does not have them.</summary>
    public bool Restrict(string citizen, string why, DateTimeOffset now) => Run(
        "update citizen set restricted_ms = @now, restricted_why = @why, version = version + 1 where citizen = @citizen and restricted_ms is null", new { citizen, why, now = Milliseconds(now) }) > 0;

    /// <summary>No longer; false when it was not.</summary>
    public bool LiftRestriction(string citizen) => Run(
        "update citizen set restricted_ms = null, restricted_why = null, version = version + 1 where citizen = @citizen and restricted_ms is not null", new { citizen }) > 0;

    /// <summary>What decides whether a citizen may be deleted.</summary>
    public ErasureFacts ErasureFactsOf(string citizen, DateTimeOffset now)
    {
        object of = new { citizen, now = Milliseconds(now) };
        bool ended = One<bool>(
            """
            select not exists (select 1 from assignment where citizen = @citizen and (to_ms is null or to_ms > @now))
              and not exists (select 1 from citizen where citizen = @citizen and (ended_ms is null or ended_ms > @now))
            """, of);
        int open = One<int>("select count(*) from care_case where citizen = @citizen and state <> 'closed'", of);
        int kits = One<int>(
            """
            select count(*) from assignment where citizen = @citizen and synthetic = 0 and (exists (select 1 from wipe where wipe.assignment = number and wiped_ms is null)
              or exists (select 1 from item where item.assignment = number) and not exists (select 1 from item where item.assignment = number and item.kind = 'ended')
                and not exists (select 1 from wipe where wipe.assignment = number and wiped_ms is not null))
            """, of);
        long? last = One<long?>(
            """
            select max(at) from (
              select max(stored_ms) as at from item where assignment in (select number from assignment where citizen = @citizen)
              union all select max(at_ms) from case_event where care_case in (select id from care_case where citizen = @citizen)
              union all select max(to_ms) from assignment where citizen = @citizen
              union all select max(coalesce(ended_ms, registered_ms)) from citizen where citizen = @citizen)
            """, of);
        return new ErasureFacts(IsCitizen(citizen), One<bool>("select exists (select 1 from citizen where citizen = @citizen and restricted_ms is not null)", of), ended, open, kits,
            last is { } at ? Time(at) : null, One<bool>("select exists (select 1 from erasure where citizen = @citizen)", of));
    }

    /// <summary>Citizens whose monitoring ended before a time and of whom nothing was asked yet: whether they may go, <see cref="ErasureFactsOf"/> says.</summary>
    public IReadOnlyList<string> EndedBefore(DateTimeOffset time, int most) => [.. Query<string>(
        """
        select citizen from (
          select citizen from citizen where ended_ms <= @time
          union select citizen from assignment where synthetic = 0 and citizen <> @Erased and not exists (select 1 from citizen where citizen.citizen = assignment.citizen)
            group by citizen having max(coalesce(to_ms, 9223372036854775807)) <= @time)
        where citizen not in (select citizen from erasure) order by citizen limit @most + 0
        """, new { time = Milliseconds(time), CitizenTables.Erased, most })];

    /// <summary>Everything about a citizen is to go: what is asked for stands before anything is removed.</summary>
    public void AskErasure(string citizen, string by, string because, DateTimeOffset now) =>
        Run("insert into erasure (citizen, asked_ms, asked_by, because, removed, last_case) select @citizen, @now, @by, @because, 0, coalesce(max(id), 0) from care_case", new { citizen, by, because, now = Milliseconds(now) });

    /// <summary>A deletion that is not done; null when there is none.</summary>
    public ErasureRow? OpenErasure() => One<ErasureRow>("select citizen as Citizen, asked_by as By, removed as Removed from erasure where done_ms is null order by asked_ms, citizen limit 1");

    /// <summary>Removes some rows of a citizen, of one table.</summary>
    /// <returns>How many; 0 when nothing is left.</returns>
    public int EraseSome(string citizen, int most)
    {
        foreach (CitizenTable table in CitizenTables.All.Where(table => table.NotErased is null))
        {
            if (Run($"delete from {table.Name} where rowid in (select {table.Name}.rowid from {table.Name} where {table.Of} limit @most + 0)", new { citizen, most }) is > 0 and var gone)
            {
                Run("update erasure set removed = removed + @gone where citizen = @citizen", new { citizen, gone });
                return gone;
            }
        }
        return Run("update assignment set citizen = @Erased, area = '' where citizen = @citizen", new { citizen, CitizenTables.Erased });
    }

    /// <summary>Nothing is left, in the file neither.</summary>
    public void EndErasure(string citizen, DateTimeOffset now) => Run("update erasure set done_ms = @now, because = '' where citizen = @citizen", new { citizen, now = Milliseconds(now) });
}
