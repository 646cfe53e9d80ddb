using System.Text.Json;
using System.Text.Json.Serialization;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Gateway.Sensors.Simulated;

/// <summary>How one vital behaves in a simulated home.</summary>
/// <param name="Value">Value at the start, in the vital's unit.</param>
/// <param name="Noise">Largest random distance from it, evenly spread; absent: none.</param>
/// <param name="Decimals">Decimals that the simulated sensor shows, 0 to 2.</param>
/// <param name="To">Value that it drifts to; absent: steady.</param>
/// <param name="FromSecond">When the drift begins.</param>
/// <param name="UntilSecond">When it has arrived.</param>
internal sealed record ScriptedVital(double Value, double Noise = 0, int Decimals = 0, double? To = null, double FromSecond = 0, double UntilSecond = 0)
{
    /// <summary>The scripted value before noise, at so many seconds after the start.</summary>
    public double At(double second) => To is not { } to || second <= FromSecond ? Value
        : second >= UntilSecond ? to
        : Value + ((to - Value) * (second - FromSecond) / (UntilSecond - FromSecond));
}

/// <summary>One simulated home.</summary>
/// <param name="Gateway">Gateway id.</param>
/// <param name="PeriodSeconds">Time between two measurings, 1 to 86,400.</param>
/// <param name="Vitals">Scripted numbers, by the vital's name.</param>
/// <param name="Answers">Words, by the vital's name.</param>
/// <param name="Seed">Of the noise.</param>
/// <param name="HelpSeconds">When the citizen presses the help button, seconds after the start, rising; absent: never.</param>
internal sealed record ScriptedHome(
    string Gateway, double PeriodSeconds, IReadOnlyDictionary<string, ScriptedVital> Vitals, IReadOnlyDictionary<string, string> Answers, int Seed = 0,
    IReadOnlyList<double>? HelpSeconds = null);

/// <summary>A scenario file: homes that follow a script.</summary>
/// <param name="Id">Name of the scenario.</param>
/// <param name="Version">Its version.</param>
/// <param name="Source">Where the numbers come from.</param>
/// <param name="Homes">The homes.</param>
internal sealed record HomeScenario(string Id, string Version, string Source, IReadOnlyList<ScriptedHome> Homes)
{
    /// <summary>Reads a scenario; all problems at once, each beginning with the file's name.</summary>
    public static HomeScenario? TryRead(ReadOnlySpan<byte> json, string file, out IReadOnlyList<string> problems)
    {
        try
        {
            if (JsonSerializer.Deserialize(json, ScenarioJson.Default.HomeScenario) is { } scenario)
            {
                var found = new List<string>();
                scenario.Check(file, found);
                problems = found;
                return found.Count == 0 ? scenario : null;
            }
            problems = [$"{file}: is null, a scenario object is expected"];
        }
        catch (JsonException bad)
        {
            problems = [$"{file}: {bad.Message}"];
        }
        return null;
    }

    private void Check(string file, List<string> found)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < Homes.Count; i++)
        {
            ScriptedHome home = Homes[i];
            string place = $"{file}: homes[{i}]";
            Require(GatewayConfig.IsGatewayId(home.Gateway), $"{place}: gateway '{home.Gateway}' must be 8 to 40 of a-z, 0-9 and -, beginning with gw-");
            Require(seen.Add(home.Gateway), $"{place}: gateway '{home.Gateway}' stands twice");
            Require(home.PeriodSeconds is >= 1 and <= 86_400, $"{place}: period_seconds must be 1 to 86400");
            Require(home.Vitals.Count + home.Answers.Count > 0, $"{place}: measures nothing");
            Require(home.HelpSeconds is not { } presses || presses.Zip([0, .. presses]).All(pair => pair.First >= pair.Second && double.IsFinite(pair.First)),
                $"{place}: help_seconds must be seconds after the start, rising");
            foreach ((string name, ScriptedVital vital) in home.Vitals)
            {
                Require(VitalCode.FromName(name) is { IsAnswer: false }, $"{place}: vitals: '{name}' is no vital that is a number");
                Require(double.IsFinite(vital.Value) && vital.Noise >= 0 && vital.Decimals is >= 0 and <= 2, $"{place}: {name}: value must be a number, noise at least 0, decimals 0 to 2");
                Require(vital.To is null || (vital.FromSecond >= 0 && vital.UntilSecond > vital.FromSecond), $"{place}: {name}: until_second must come after from_second");
            }
            foreach ((string name, string word) in home.Answers)
            {
                Require(IsAnswer(name, word), $"{place}: answers: {name} '{word}' is neither consciousness ({AnswerWord.ConsciousnessChoices}) nor oxygen ({AnswerWord.OxygenChoices})");
            }
        }
        void Require(bool held, string problem)
        {
            if (!held)
            {
                found.Add(problem);
            }
        }
    }

    private static bool IsAnswer(string name, string word) => VitalCode.FromName(name)?.Vital switch
    {
        Vital.Consciousness => AnswerWord.TryRead(word, out Consciousness consciousness) && consciousness != Consciousness.None,
        Vital.Oxygen => AnswerWord.TryRead(word, out OxygenAnswer oxygen) && oxygen != OxygenAnswer.None,
        _ => false,
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(HomeScenario))]
internal sealed partial class ScenarioJson : JsonSerializerContext;
