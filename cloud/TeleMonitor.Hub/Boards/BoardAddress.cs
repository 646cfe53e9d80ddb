using System.Globalization;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Hub.Boards;

/// <summary>Which of the open cases a board shows.</summary>
public enum BoardFilter : byte
{
    /// <summary>All.</summary>
    All,
    /// <summary>Red.</summary>
    Red,
    /// <summary>Unknown.</summary>
    Unknown,
    /// <summary>Yellow.</summary>
    Yellow,
    /// <summary>Those whose ladder runs: somebody must take them.</summary>
    Free,
    /// <summary>Those of the person who looks.</summary>
    Mine,
}

/// <summary>What a page shows, as written in its address. A page works without script, so all of it travels in links and forms.</summary>
/// <param name="Team">Team; null shows all teams.</param>
/// <param name="TeamGiven">True when the address names a team or all; else the team is the person's own.</param>
/// <param name="Case">Opened case, or null.</param>
/// <param name="Filter">Which cases.</param>
/// <param name="Language">Language given in the address; null follows the browser.</param>
public sealed record BoardAddress(string? Team, bool TeamGiven, long? Case, BoardFilter Filter, string? Language)
{
    /// <summary>Word for all teams.</summary>
    public const string AllTeams = "all";

    /// <summary>Reads the query; what it does not understand counts as not given.</summary>
    public static BoardAddress Read(IQueryCollection query, Person? person, HubData data)
    {
        string? team = query["team"];
        bool all = string.Equals(team, AllTeams, StringComparison.Ordinal);
        bool known = team is not null && IsTeam(team, data);
        bool hasCase = long.TryParse(query["case"], NumberStyles.None, CultureInfo.InvariantCulture, out long id);
        CaseWord.TryRead(query["show"], out BoardFilter filter);
        string? language = query["lang"];
        return new BoardAddress(all ? null : known ? team : person is { Team.Length: > 0 } ? person.Team : null, all || known, hasCase ? id : null, filter, language is "da" or "en" ? language : null);
    }

    /// <summary>True for whoever has a board: a team, the fallback, the support of a cluster.</summary>
    public static bool HasBoard(string id, HubData data) => IsTeam(id, data) || data.Topology.Clusters.Any(cluster => cluster.Support == id);

    /// <summary>True for a team or the fallback.</summary>
    public static bool IsTeam(string id, HubData data) => data.Topology.Fallback.Id == id || data.Topology.Teams.Any(team => team.Id == id);

    /// <summary>True when the case belongs on the page.</summary>
    public bool Shows(CareCase @case, string? person) => Filter switch
    {
        BoardFilter.Red => @case.Triage == Triage.Red,
        BoardFilter.Unknown => @case.Triage == Triage.Unknown,
        BoardFilter.Yellow => @case.Triage is Triage.Yellow or Triage.Green,
        BoardFilter.Free => @case.State == CaseState.Open,
        BoardFilter.Mine => person is not null && @case.Owner == person,
        _ => true,
    };

    /// <summary>The address of the page.</summary>
    public string Page => "/" + Query;

    /// <summary>Where a person's act on a case is posted to.</summary>
    public string Act(string id, string act) => $"/cases/{id}/{act}{Query}";

    /// <summary>Where the acknowledgement of a daily TEST is posted to.</summary>
    public string Acknowledge(long test) => $"/tests/{test}/acknowledge{Query}";

    /// <summary>Where changes are told.</summary>
    public string Events => Team is null ? "/events" : "/events?team=" + Uri.EscapeDataString(Team);

    private string Query
    {
        get
        {
            string?[] parts =
            [
                TeamGiven ? "team=" + Uri.EscapeDataString(Team ?? AllTeams) : null,
                Filter == BoardFilter.All ? null : "show=" + CaseWord.Of(Filter),
                Case is { } id ? $"case={id}" : null,
                Language is null ? null : "lang=" + Language,
            ];
            string joined = string.Join('&', parts.OfType<string>());
            return joined.Length == 0 ? "" : "?" + joined;
        }
    }
}
