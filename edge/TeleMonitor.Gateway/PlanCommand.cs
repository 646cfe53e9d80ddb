using System.CommandLine;
using System.Globalization;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Gateway;

/// <summary><c>plan check</c> and <c>plan simulate PLAN --from DATE</c>: what is shipped, and what it asks of a citizen in the next 14 days.</summary>
internal static class PlanCommand
{
    private const string DefaultZone = "Europe/Copenhagen";

    /// <summary>The command for the program's root.</summary>
    public static Command Create()
    {
        var folder = new Option<string?>("--firmware-config") { Description = "folder with plans; found beside or above the program when absent", Recursive = true };
        return new Command("plan", "plans: what is measured when") { folder, Check(folder), Simulate(folder) };
    }

    private static Command Check(Option<string?> folder)
    {
        var command = new Command("check", "check every plan, questionnaire and response guide with what it names, and say who has approved it");
        command.SetAction(parsed => OnContent(parsed.GetValue(folder), content => Print(PlanText.Checked(content))));
        return command;
    }

    private static Command Simulate(Option<string?> folder)
    {
        var plan = new Argument<string>("PLAN") { Description = "id of its file in firmware-config/plans" };
        var from = new Option<string>("--from") { Description = "day 0 as yyyy-MM-dd", Required = true };
        var zone = new Option<string>("--zone") { Description = "time zone of the citizen", DefaultValueFactory = _ => DefaultZone };
        var command = new Command("simulate", "print the next 14 days of a plan") { plan, from, zone };
        command.SetAction(parsed => OnContent(parsed.GetValue(folder), content =>
        {
            IReadOnlyList<string> problems = Simulate(content, parsed.GetValue(plan)!, parsed.GetValue(from)!, parsed.GetValue(zone)!, out IReadOnlyList<TextLine> lines);
            return problems.Count > 0 ? Refuse(problems) : Print(lines);
        }));
        return command;
    }

    /// <summary>The lines of a simulation.</summary>
    /// <returns>What is wrong with the arguments; empty when nothing is.</returns>
    internal static IReadOnlyList<string> Simulate(PlanContent content, string planId, string fromText, string zoneName, out IReadOnlyList<TextLine> lines)
    {
        lines = [];
        var problems = new List<string>();
        if (!content.Plans.TryGetValue(planId, out Plan? plan))
        {
            problems.Add($"plan '{planId}' is not one of {string.Join(", ", content.Plans.Keys)}");
        }
        if (!DateOnly.TryParseExact(fromText, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly from) || from.Year is < 1990 or > 2200)
        {
            problems.Add($"--from '{fromText}' must be a day as yyyy-MM-dd, from 1990 to 2200");
        }
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zoneName, out TimeZoneInfo? zone))
        {
            problems.Add($"--zone '{zoneName}' is not known; {DefaultZone} is");
        }
        if (problems.Count == 0)
        {
            lines = PlanText.Days(plan!, from, zone!);
        }
        return problems;
    }

    private static int OnContent(string? named, Func<PlanContent, int> work)
    {
        if (FirmwareConfig.Find(named) is not { } folder)
        {
            return Refuse([$"no folder {named ?? FirmwareConfig.FolderName} beside or above the program"]);
        }
        return FirmwareConfig.Load(folder, out IReadOnlyList<string> problems) is { } config ? work(config.Content) : Refuse(problems);
    }

    private static int Print(IReadOnlyList<TextLine> lines)
    {
        Terminal terminal = Terminal.OfConsole();
        foreach (TextLine line in lines)
        {
            terminal.Say(line);
        }
        return 0;
    }

    private static int Refuse(IReadOnlyList<string> problems)
    {
        foreach (string problem in problems)
        {
            Rim.Say(problem);
        }
        return ExitCode.Refused;
    }
}
