using System.Text;
using TeleMonitor.Care.Cases;
using TeleMonitor.Cloud.Tests.Routing;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Cloud.Tests.Cases;

/// <summary>Every pair of state and event, compared with the table that people read in cloud/TeleMonitor.Care/README.md.</summary>
public sealed class CaseTableTests
{
    private static readonly (string Name, Func<Story> Reach)[] States =
    [
        ("no case", () => new Story()),
        ("open", () => new Story().Alert(Triage.Yellow, "a")),
        ("open again", () => new Story().Alert(Triage.Yellow, "a").Take().After(1).Alert(Triage.Yellow, "a", "b")),
        ("taken", () => new Story().Alert(Triage.Yellow, "a").Take()),
        ("assessed", () => new Story().Alert(Triage.Yellow, "a").Take().Assess()),
        ("late", () => new Story().Alert(Triage.Yellow, "a").Take().WhenDue()),
        ("open for all", () => new Story().Alert(Triage.Yellow, "a").Take().WhenDue().WhenDue()),
        ("closed", () => new Story().Alert(Triage.Yellow, "a").Take().Close()),
    ];

    private static readonly (string Name, Func<Story> Reach)[] HelpStates =
    [
        ("no case", () => new Story(CaseKind.Help)),
        ("open", () => Asked()),
        ("open again", () => Asked().Take().Assess().After(1).Alert(Triage.Red, Reason.Help)),
        ("taken", () => Asked().Take()),
        ("assessed", () => Asked().Take().Assess()),
        ("late", () => Asked().Take().WhenDue()),
        ("open for all", () => Asked().Take().WhenDue().WhenDue()),
        ("closed", () => Asked().Take().Close()),
    ];

    private static readonly (string Name, Func<Story, Story> Happen)[] HelpEvents =
    [
        ("press", story => story.Alert(Triage.Red, Reason.Help)),
        ("press, the third", story => story.Alert(Triage.Red, Reason.Help).Alert(Triage.Red, Reason.Help).Alert(Triage.Red, Reason.Help)),
        ("take, by the owner", story => story.Take()),
        ("assess, by the owner", story => story.Assess()),
        ("close", story => story.Close()),
        ("tick, due", story => story.WhenDue()),
    ];

    private static Story Asked() => new Story(CaseKind.Help).Alert(Triage.Red, Reason.Help);

    private static readonly (string Name, Func<Story, Story> Happen)[] Events =
    [
        ("alert, nothing new", story => story.Alert(Triage.Yellow, "a")),
        ("alert, higher triage", story => story.Alert(Triage.Red, "a")),
        ("alert, new reason", story => story.Alert(Triage.Yellow, "z")),
        ("alert, Green", story => story.Alert(Triage.Green)),
        ("cleared", story => story.Do(new ClearedArrived())),
        ("take, by the owner", story => story.Take()),
        ("take, by another", story => story.Take(Story.Bo)),
        ("take, by nobody", story => story.Take(" ")),
        ("assess, by the owner", story => story.Assess()),
        ("assess, by another", story => story.Assess(Story.Bo)),
        ("note", story => story.Do(new Note(Story.Bo, "daughter called"))),
        ("note, no text", story => story.Do(new Note(Story.Bo, " "))),
        ("close", story => story.Close()),
        ("close, no reason", story => story.Do(new Close(Story.Ana, ""))),
        ("tick, early", story => story.Do(new Due())),
        ("tick, due", story => story.WhenDue()),
    ];

    [Fact]
    public void Every_state_and_event_does_what_the_readme_says() => AssertTable("case table", Table(States, Events));

    [Fact]
    public void Every_state_of_a_help_case_does_what_the_readme_says() => AssertTable("help table", Table(HelpStates, HelpEvents));

    private static void AssertTable(string name, string table)
    {
        string begin = $"<!-- {name} -->\n", end = $"<!-- end of {name} -->";
        string path = Path.Combine(ShippedFiles.Root, "cloud", "TeleMonitor.Care", "README.md");
        string text = File.ReadAllText(path);
        int from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        int to = text.IndexOf(end, StringComparison.Ordinal);
        // TELEMONITOR_GOLDEN=write rewrites; a person reads the difference
        if (Environment.GetEnvironmentVariable("TELEMONITOR_GOLDEN") == "write")
        {
            File.WriteAllText(path, text[..from] + table + text[to..]);
            return;
        }
        Assert.Equal(text[from..to], table);
    }

    private static string Table((string Name, Func<Story> Reach)[] states, (string Name, Func<Story, Story> Happen)[] events)
    {
        StringBuilder table = new();
        table.Append("| event \\ state | ").AppendJoin(" | ", states.Select(state => state.Name)).Append(" |\n|");
        table.Insert(table.Length, "---|", states.Length + 1).Append('\n');
        foreach ((string name, Func<Story, Story> happen) in events)
        {
            table.Append("| ").Append(name).Append(" | ").AppendJoin(" | ", states.Select(state => Cell(happen(state.Reach().After(1))))).Append(" |\n");
        }
        return table.ToString();
    }

    private static string Cell(Story story)
    {
        string change = CaseWord.Of(story.Last.Change);
        return story.Last.IsRefused ? $"*{change}*" : !story.Last.IsChanged ? change : $"**{change}** → {CaseWord.Of(story.Case!.State)}";
    }
}
