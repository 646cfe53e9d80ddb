using System.Text.RegularExpressions;
using System.Xml.Linq;
using TeleMonitor.Cloud.Tests.Routing;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>The resource files and the keys that the sources name.</summary>
internal static class BoardTexts
{
    private static readonly string Folder = Path.Combine(ShippedFiles.Root, "cloud", "TeleMonitor.Hub", "Boards");

    public static string[] Keys(string file) => [.. XDocument.Load(Path.Combine(Folder, file)).Root!.Elements("data").Select(data => data.Attribute("name")!.Value)];

    public static string[] KeysNamedInSources() =>
    [
        .. Directory.EnumerateFiles(Folder).Where(file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), """(?:Words|W|this|view\.Words)\["(?<key>[a-z0-9-]*[a-z0-9])"[,\]]""", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)))
            .Select(match => match.Groups["key"].Value).Distinct(StringComparer.Ordinal),
    ];
}
