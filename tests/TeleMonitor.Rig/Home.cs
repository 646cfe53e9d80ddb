namespace TeleMonitor.Rig;

/// <summary>One home as it is registered: which gateway stands there, for whom, in whose area.</summary>
/// <param name="Assignment">Unique over the whole hub, from 1.</param>
/// <param name="Synthetic">True for an assignment that only exists to test the way itself; it counts nowhere. A demonstration is not one: it shall look like work.</param>
public sealed record Home(string Gateway, string Kit, int Assignment, string Citizen, string Area, bool Synthetic)
{
    // the four municipalities of cluster Sønderjylland; source: firmware-config/topology
    private static readonly string[] Areas = ["aabenraa", "soenderborg", "toender", "haderslev"];

    /// <summary>The three simulated homes of firmware-config/profiles/sample-homes.json, and a gateway that tests the way itself.</summary>
    public static IReadOnlyList<Home> Simulated { get; } =
    [
        .. Enumerable.Range(1, 3).Select(number => Numbered(number, $"gw-home-{1000 + number}", $"{1000 + number}", synthetic: false)),
        Numbered(9001, "gw-self-0001", "self-0001", synthetic: true),
    ];

    /// <summary>One home per patient of a recording: p100068 is citizen c-100068 with gateway gw-p100068.</summary>
    public static IReadOnlyList<Home> Of(Recording recording) =>
    [
        .. recording.Patients.Select((patient, index) => Numbered(
            index + 1, "gw-" + patient, patient.TrimStart('p'), synthetic: false)),
    ];

    private static Home Numbered(int number, string gateway, string citizen, bool synthetic) =>
        new(gateway, $"kit-{number:0000}", number, "c-" + citizen, Areas[(number - 1) % Areas.Length], synthetic);
}
