using TeleMonitor.Care.Routing;

namespace TeleMonitor.Cloud.Tests.Routing;

/// <summary>The data files as they stand in the repository.</summary>
internal static class ShippedFiles
{
    public const string TopologyName = "region-syddanmark.json", LaddersName = "ladders.json", PeopleName = "demo-people.json", RetentionName = "retention.json", WorkplaceName = "demo-workplace.json";

    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static Topology Topology { get; } =
        TopologyFile.TryRead(Bytes(TopologyName), TopologyName, out Topology? topology, out IReadOnlyList<string> problems) ? topology! : throw Bad(problems);

    public static Ladders Ladders { get; } =
        LaddersFile.TryRead(Bytes(LaddersName), LaddersName, out Ladders? ladders, out IReadOnlyList<string> problems) ? ladders! : throw Bad(problems);

    public static Care.Routing.People People { get; } =
        PeopleFile.TryRead(Bytes(PeopleName), PeopleName, Topology, out Care.Routing.People? people, out IReadOnlyList<string> problems) ? people! : throw Bad(problems);

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(Root, "firmware-config", "topology", name));

    private static InvalidDataException Bad(IReadOnlyList<string> problems) => new(string.Join('\n', problems));

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "TeleMonitor.sln")) ? folder : FindRoot(Directory.GetParent(folder)?.FullName ?? throw new DirectoryNotFoundException("no TeleMonitor.sln above the tests"));
}
