using System.CommandLine;
using System.Text.Json;
using TeleMonitor.Gateway.Sensors.Simulated;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Gateway;

/// <summary><c>check FILE…</c>: reads each file as what its content says it is, and prints every problem of all of them.</summary>
internal static class CheckCommand
{
    /// <summary>The command for the program's root.</summary>
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "chart, sensor, scenario or configuration file", Arity = ArgumentArity.OneOrMore };
        var command = new Command("check", "check files before they go to a home: charts, sensors, scenarios, configurations") { files };
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

    private static string Kind(ReadOnlySpan<byte> json, out string unreadable)
    {
        unreadable = "it is neither chart (parts), sensor (vitals), scenario (homes) nor configuration (brokers)";
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
                bool Has(string name) => root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out _);
                return Has("brokers") ? "configuration" : Has("parts") ? "chart" : Has("vitals") ? "sensor" : Has("homes") ? "scenario" : "";
            }
        }
        catch (JsonException bad)
        {
            unreadable = "is no JSON: " + bad.Message;
            return "";
        }
    }
}
