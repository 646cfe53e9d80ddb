using System.CommandLine;
using System.Text.Json;
using TeleMonitor.Gateway.Sensors.Simulated;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Gateway;

/// <summary><c>check FILE…</c>: reads each file as what its content says it is, and prints every problem of all of them.</summary>
internal static class CheckCommand
{
    /// <summary>The command for the program's root.</summary>
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "chart, sensor, plan, questionnaire, responses, scenario or configuration file", Arity = ArgumentArity.OneOrMore };
        var command = new Command("check", "check files before they go to a home: charts, sensors, plans, questionnaires, responses, scenarios, configurations") { files };
        command.SetAction(parsed => Run(parsed.GetValue(files)!));
        return command;
    }

    private static int Run(string[] files)
    {
        int wrong = 0;
        foreach (string file in files)
        {
            IReadOnlyList<string> problems;
            string kind = "";
            try
            {
                problems = Problems(File.ReadAllBytes(file), file, out kind);
            }
            catch (Exception bad) when (bad is IOException or UnauthorizedAccessException)
            {
                problems = [$"{file}: cannot be read: {bad.Message}"];
            }
            foreach (string problem in problems)
            {
                Rim.Say(problem);
            }
            wrong += problems.Count > 0 ? 1 : 0;
            if (problems.Count == 0)
            {
                Console.WriteLine($"{file}: {kind}, nothing wrong");
            }
        }
        return wrong > 0 ? ExitCode.Refused : 0;
    }

    /// <summary>Every problem of one file; empty when there is none.</summary>
    /// <param name="json">The file's content.</param>
    /// <param name="file">Its name, for the messages.</param>
    /// <param name="kind">What it is; empty when that cannot be told.</param>
    internal static IReadOnlyList<string> Problems(ReadOnlySpan<byte> json, string file, out string kind)
    {
        IReadOnlyList<string> problems;
        kind = Kind(json, out string unreadable);
        switch (kind)
        {
            case "chart":
                ChartFile.TryRead(json, file, out _, out problems);
                break;
            case "sensor":
                SensorFile.TryRead(json, file, out _, out problems);
                break;
            case "plan":
                PlanFile.TryRead(json, file, out _, out problems);
                break;
            case "questionnaire":
                QuestionnaireFile.TryRead(json, file, out _, out problems);
                break;
            case "responses":
                ResponseFile.TryRead(json, file, out _, out problems);
                break;
            case "scenario":
                HomeScenario.TryRead(json, file, out problems);
                break;
            case "configuration":
                GatewayConfig.TryRead(json, file, out problems);
                break;
            default:
                problems = [$"{file}: {unreadable}"];
                break;
        }
        return problems;
    }

    // the field that no other kind of file has
    private static readonly (string Field, string Kind)[] Marks =
    [
        ("brokers", "configuration"), ("parts", "chart"), ("vitals", "sensor"), ("phases", "plan"), ("rules", "questionnaire"), ("rows", "responses"), ("homes", "scenario"),
    ];

    private static string Kind(ReadOnlySpan<byte> json, out string unreadable)
    {
        unreadable = "it is neither chart (parts), sensor (vitals), plan (phases), questionnaire (rules), responses (rows), scenario (homes) nor configuration (brokers)";
        var reader = new Utf8JsonReader(json);
        try
        {
            if (!JsonDocument.TryParseValue(ref reader, out JsonDocument? document))
            {
                return "";
            }
            using (document)
            {
                JsonElement root = document.RootElement;
                return root.ValueKind == JsonValueKind.Object ? Array.Find(Marks, mark => root.TryGetProperty(mark.Field, out _)).Kind ?? "" : "";
            }
        }
        catch (JsonException bad)
        {
            unreadable = "is no JSON: " + bad.Message;
            return "";
        }
    }
}
