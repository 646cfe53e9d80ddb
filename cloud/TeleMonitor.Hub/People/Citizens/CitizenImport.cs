using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.People.Citizens;

/// <summary>What an import did, or would do.</summary>
/// <param name="Problems">By line and field; nothing is written when there is one.</param>
/// <param name="Notes">What was left as it is though the file says otherwise.</param>
/// <param name="New">Citizens registered.</param>
/// <param name="Identified">Citizens with a kit who got an identity.</param>
/// <param name="Known">Citizens who were registered before.</param>
public sealed record CitizenImported(IReadOnlyList<string> Problems, IReadOnlyList<string> Notes, int New, int Identified, int Known);

/// <summary>Registers the citizens of a file. It only adds: what a person has changed since is never taken back by an older file.</summary>
public static class CitizenImport
{
    /// <summary>Writes everything or nothing; the same file again changes nothing.</summary>
    /// <param name="store">Store.</param>
    /// <param name="keys">Closes identities.</param>
    /// <param name="topology">Who answers where.</param>
    /// <param name="rows">As <see cref="CitizenFile"/> read them.</param>
    /// <param name="file">Name of the file, for the problems.</param>
    /// <param name="isTrial">True to say only what would happen.</param>
    /// <param name="by">Who imports.</param>
    /// <param name="now">Hub time.</param>
    /// <param name="newPseudonym">Gives a pseudonym that nobody has.</param>
    public static CitizenImported Apply(
        HubStore store, IdentityKeys keys, Topology topology, IReadOnlyList<CitizenFileRow> rows, string file, bool isTrial, string by, DateTimeOffset now, Func<string> newPseudonym)
    {
        if (isTrial)
        {
            return store.Read(read => Decide(read, keys, rows, file));
        }
        return store.Write(write =>
        {
            CitizenImported decided = Decide(write, keys, rows, file);
            foreach (CitizenFileRow row in decided.Problems.Count > 0 ? [] : rows.Where(row => OwnerOf(write, keys, row) is null))
            {
                Add(write, keys, topology, row, row.Citizen ?? newPseudonym(), by, now);
            }
            return decided;
        });
    }

    private static CitizenImported Decide(StoreTransaction read, IdentityKeys keys, IReadOnlyList<CitizenFileRow> rows, string file)
    {
        var problems = new List<string>();
        var notes = new List<string>();
        (int fresh, int identified, int known) = (0, 0, 0);
        foreach (CitizenFileRow row in rows)
        {
            string place = $"{file}: line {row.Line}: ";
            if (OwnerOf(read, keys, row) is { } owner)
            {
                known++;
                if (row.Citizen is { } named && named != owner)
                {
                    problems.Add($"{place}number: belongs to another citizen than the one that is named");
                }
                else if (read.CitizenRowOf(owner) is { } kept && keys.OpenText(kept.Closed) is { } identity && identity.Write() != row.Identity.Write())
                {
                    notes.Add($"{place}is registered as {owner} with another name, address, telephone or relative: left as it is, the page changes it");
                }
            }
            else if (row.Citizen is null)
            {
                fresh++;
            }
            else if (!read.IsCitizen(row.Citizen))
            {
                problems.Add($"{place}citizen: there is none of this pseudonym; leave it empty for a new citizen");
            }
            else if (read.CitizenRowOf(row.Citizen) is not null)
            {
                problems.Add($"{place}citizen: is registered with another number; the page changes it");
            }
            else if (row.Area.Length == 0 && read.PlacesOf(row.Citizen).Count == 0)
            {
                problems.Add($"{place}area: is missing, and nobody has said where the citizen lives");
            }
            else
            {
                identified++;
            }
        }
        return new CitizenImported(problems, notes, fresh, identified, known);
    }

    private static string? OwnerOf(StoreTransaction read, IdentityKeys keys, CitizenFileRow row) =>
        read.CitizensWith(keys.NumberKey(row.Identity.Id)) is [var owner, ..] ? owner : null;

    private static void Add(StoreTransaction write, IdentityKeys keys, Topology topology, CitizenFileRow row, string citizen, string by, DateTimeOffset now)
    {
        write.SaveIdentity(citizen, keys.Close(row.Identity), by, now);
        if (write.PlacesOf(citizen).Count == 0)
        {
            write.MoveHome(citizen, row.Area, now);
        }
        write.Answer(topology, citizen);
        if (row.Monitoring)
        {
            write.GiveConsent(citizen, ConsentKind.Monitoring, by, now);
        }
        write.AddAudit([new AuditEntry(now, by, "", "", "", "register", "register", citizen, "import", AuditOutcome.Done)]);
    }
}
