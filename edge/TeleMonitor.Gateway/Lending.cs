using TeleMonitor.Gateway.Sensors.Bluetooth;

namespace TeleMonitor.Gateway;

/// <summary>Whom a gateway serves after a start, and whose loan ends with it (design.md rule 11). The configuration says who; the outbox says whose data is here.</summary>
/// <param name="Serving">Lines of those who go on or begin, in their order.</param>
/// <param name="Ending">Assignments whose loan is over and whose data is still here.</param>
/// <param name="Problem">Why the gateway cannot start; null when it can.</param>
internal sealed record Lending(IReadOnlyList<AssignmentLine> Serving, IReadOnlyList<int> Ending, string? Problem)
{
    /// <summary>Words of <see cref="StandingOf"/>: data is still here; wiped and the hub has not receipted that; the kit may be lent again.</summary>
    public const string IsEnding = "ending", IsWiped = "wiped", IsOver = "over";

    /// <summary>Whose data is on a kit.</summary>
    /// <param name="remembered">Assignments of which the outbox holds rules.</param>
    /// <param name="bonds">Its paired devices.</param>
    public static int[] Here(IReadOnlyList<int> remembered, BondedDevices bonds) => [.. remembered.Union(bonds.All.SelectMany(bond => bond.Serves))];

    /// <summary>How far the end of a loan is.</summary>
    /// <param name="assignment">Whose.</param>
    /// <param name="here">As in <see cref="Of"/>.</param>
    /// <param name="waiting">Items of the status lane that the hub has not receipted: the one that says so may be among them.</param>
    public static string StandingOf(int assignment, IReadOnlyCollection<int> here, long waiting) => here.Contains(assignment) ? IsEnding : waiting > 0 ? IsWiped : IsOver;

    /// <summary>Decides.</summary>
    /// <param name="gateway">The gateway, for the message.</param>
    /// <param name="lines">Its lines in the configuration.</param>
    /// <param name="here">As <see cref="Here"/> gives it.</param>
    public static Lending Of(string gateway, IReadOnlyList<AssignmentLine> lines, IReadOnlyCollection<int> here)
    {
        int[] strangers = [.. here.Except(lines.Select(line => line.Assignment)).Order()];
        string? problem = strangers.Length == 0 ? null
            : $"{gateway}: holds data of assignment {string.Join(", ", strangers)}, which has no line in the configuration any more: nobody's data is left on a kit. "
                + "Put the line back with \"ended\": true, start, and take it away when status says that the kit may be lent again";
        return new Lending([.. lines.Where(line => !line.Ended)], [.. lines.Where(line => line.Ended && here.Contains(line.Assignment)).Select(line => line.Assignment)], problem);
    }
}
