using System.Text.RegularExpressions;

namespace TeleMonitor.EndToEnd;

/// <summary>What README tells a newcomer to type exists.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Readme = new SourceFile("README.md").Text;

    [Fact]
    public void Every_make_verb_it_names_exists()
    {
        HashSet<string> verbs = [.. Verb().Matches(new SourceFile("Makefile").Text).Select(verb => verb.Groups["name"].Value)];
        string[] named = [.. MakeCall().Matches(Readme).Select(call => call.Groups["verb"].Value).Distinct(StringComparer.Ordinal)];
        Assert.Contains("run", named);
        Assert.Contains("test", named);
        Assert.Empty(named.Except(verbs, StringComparer.Ordinal));
    }

    [Fact]
    public void The_Makefile_has_every_verb_the_project_promises()
    {
        HashSet<string> verbs = [.. Verb().Matches(new SourceFile("Makefile").Text).Select(verb => verb.Groups["name"].Value)];
        string[] promised = ["setup", "run", "test", "verify", "build", "smoke", "sim", "torture", "power-cut", "bench", "check-config", "clean"];
        Assert.Empty(promised.Except(verbs, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_place_it_links_to_exists() =>
        Assert.All(
            Link().Matches(Readme).Select(link => link.Groups["place"].Value),
            place => Assert.True(Path.Exists(Path.Combine(Rig.Repository.Root, place)), place));

    [GeneratedRegex(@"^(?<name>[a-z-]+):", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Verb();

    [GeneratedRegex(@"(?:^|`)make (?<verb>[a-z-]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MakeCall();

    [GeneratedRegex(@"\]\((?!https?:|#)(?<place>[^)]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
