using System.Text.Json;
using System.Text.Json.Serialization;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Vitals.Plans;

/// <summary>
/// Settings to try on a history, as a file: <c>{"plan":"copd-intensive","charts":["tobs"],"scale":1,"required":["pulse","spo2"],"floor":"yellow",
/// "limits":[…]}</c>; all may be absent. What stands there replaces what the plan says.
/// </summary>
/// <param name="Plan">Id of a plan: its charts, required vitals, questions, trends, and how long a value counts beside others.</param>
/// <param name="Charts">Ids of the charts that are asked for; the others decide nothing but Red. Without them and a plan, all are.</param>
/// <param name="Scale">SpO2 scale, 1 or 2.</param>
/// <param name="Required">Names of what a complete set has; without them and a plan, every part of the charts that are asked for.</param>
/// <param name="Limits">The citizen's limits, in the form in which they are signed.</param>
/// <param name="Floor">What is Yellow counts at least as this: green, yellow or red.</param>
public sealed record ReplaySettingsFile(string? Plan = null, IReadOnlyList<string>? Charts = null, int Scale = 1, IReadOnlyList<string>? Required = null,
    IReadOnlyList<Limit>? Limits = null, string Floor = "green")
{
    /// <summary>Reads and checks settings.</summary>
    /// <param name="json">The file's bytes.</param>
    /// <param name="fileName">For the messages.</param>
    /// <param name="charts">The charts there are.</param>
    /// <param name="content">The plans there are.</param>
    /// <param name="settings">The settings; null when false is returned.</param>
    /// <param name="problems">Every problem with its place.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> json, string fileName, IReadOnlyList<Chart> charts, PlanContent content, out ReplaySettings? settings, out IReadOnlyList<string> problems)
    {
        settings = null;
        var found = new List<string>();
        try
        {
            if (JsonSerializer.Deserialize(json, ReplayJson.Default.ReplaySettingsFile) is not { } read)
            {
                found.Add($"{fileName}: must be a JSON object");
            }
            else
            {
                read.Check(fileName, charts, content, found);
                settings = found.Count == 0 ? read.Compile(charts, content) : null;
            }
        }
        catch (JsonException bad)
        {
            found.Add($"{fileName}: {bad.Path} line {bad.LineNumber + 1}: {bad.Message}");
        }
        problems = found;
        return settings is not null;
    }

    private void Check(string fileName, IReadOnlyList<Chart> charts, PlanContent content, List<string> problems)
    {
        Require(Plan is null || content.Plans.ContainsKey(Plan), "plan", $"'{Plan}' is none of {string.Join(", ", content.Plans.Keys.Order(StringComparer.Ordinal))}");
        string there = string.Join(", ", charts.Select(chart => chart.Id));
        foreach (string id in Charts ?? [])
        {
            Require(charts.Any(chart => string.Equals(chart.Id, id, StringComparison.Ordinal)), "charts", $"'{id}' is none of {there}");
        }
        Require(Scale is 1 or 2, "scale", "must be 1 or 2");
        foreach (string name in Required ?? [])
        {
            Require(VitalCode.FromName(name) is not null, "required", $"'{name}' is no vital");
        }
        Require(Floor is "green" or "yellow" or "red", "floor", $"must be green, yellow or red, it is '{Floor}'");
        for (int at = 0; at < (Limits?.Count ?? 0); at++)
        {
            Limit? limit = Limits![at];
            limit?.Check($"{fileName}: limits[{at}]", problems);
            Require(limit is not null && !Limits.Take(at).Any(other => string.Equals(other?.Vital, limit.Vital, StringComparison.Ordinal)), $"limits[{at}].vital", $"'{limit?.Vital}' has two limits");
        }

        void Require(bool holds, string field, string expectation)
        {
            if (!holds)
            {
                problems.Add($"{fileName}: {field} {expectation}");
            }
        }
    }

    private ReplaySettings Compile(IReadOnlyList<Chart> charts, PlanContent content)
    {
        Plan? plan = Plan is null ? null : content.Plans[Plan];
        Questionnaire? questions = plan?.Questions is { } id ? content.Questionnaires.GetValueOrDefault(id) : null;
        AssessmentRules rules = AssessmentRules.Of(charts, plan, questions) with { Scale = Scale, Limits = Limits ?? [], Floor = Floor is "red" ? Triage.Red : Triage.Yellow };
        if (Charts is not null)
        {
            IEnumerable<ChartPart> parts = charts.Where(chart => Charts.Contains(chart.Id, StringComparer.Ordinal)).SelectMany(chart => chart.Parts);
            rules = rules with { Asked = Charts, Required = plan is null ? VitalMask.Of(parts.Select(part => part.Vital)) : rules.Required };
        }
        return new ReplaySettings(Required is null ? rules : rules with { Required = VitalMask.Of(Required) }) { Questions = questions };
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ReplaySettingsFile))]
internal sealed partial class ReplayJson : JsonSerializerContext;
