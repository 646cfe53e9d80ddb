using System.Text.Json;
using System.Text.Json.Serialization;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Vitals.Plans;

/// <summary>Settings to try on a history, as a file: <c>{"charts":["tobs"],"scale":1,"required":["pulse","spo2"],"limits":[…]}</c>; all may be absent.</summary>
public sealed record ReplaySettingsFile(IReadOnlyList<string>? Charts = null, int Scale = 1, IReadOnlyList<string>? Required = null,
    IReadOnlyList<ReplaySettingsFile.LimitFile>? Limits = null)
{
    /// <summary>One limit in the vital's own unit; an edge counts as the worse side.</summary>
    public sealed record LimitFile(string Vital, string Unit, decimal? LowRed = null, decimal? LowYellow = null, decimal? HighYellow = null, decimal? HighRed = null);

    /// <summary>Reads and checks settings.</summary>
    /// <param name="json">The file's bytes.</param>
    /// <param name="fileName">For the messages.</param>
    /// <param name="charts">The charts there are; all of them count where the file names none.</param>
    /// <param name="settings">The settings; null when false is returned.</param>
    /// <param name="problems">Every problem with its place.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, string fileName, IEnumerable<Chart> charts, out ReplaySettings? settings, out IReadOnlyList<string> problems)
    {
        settings = null;
        try
        {
            var found = new List<string>();
            ReplaySettings? read = JsonSerializer.Deserialize(json, ReplayJson.Default.ReplaySettingsFile)?.Check(fileName, charts, found);
            settings = found.Count == 0 ? read : null;
            problems = read is null && found.Count == 0 ? [$"{fileName}: must be a JSON object"] : found;
        }
        catch (JsonException bad)
        {
            problems = [$"{fileName}: {bad.Path} line {bad.LineNumber + 1}: {bad.Message}"];
        }
        return settings is not null;
    }

    private ReplaySettings Check(string fileName, IEnumerable<Chart> charts, List<string> problems)
    {
        Chart[] there = [.. charts];
        Chart[] counted = Charts is null ? there : [.. there.Where(chart => Charts.Contains(chart.Id, StringComparer.Ordinal))];
        problems.AddRange((Charts ?? []).Where(id => !Array.Exists(there, chart => string.Equals(chart.Id, id, StringComparison.Ordinal)))
            .Select(id => $"{fileName}: charts: '{id}' is none of {string.Join(", ", there.Select(chart => chart.Id))}"));
        if (counted.Length is 0 or > ReplaySettings.MostCharts && problems.Count == 0)
        {
            problems.Add($"{fileName}: charts: 1 to {ReplaySettings.MostCharts} must be named");
        }
        if (Scale is not (1 or 2))
        {
            problems.Add($"{fileName}: scale must be 1 or 2");
        }
        var required = new VitalMask(0);
        foreach (string name in Required ?? [])
        {
            VitalCode? code = VitalCode.FromName(name);
            if (code is not { CanBeScored: true })
            {
                problems.Add($"{fileName}: required: '{name}' is no vital that can be scored");
                continue;
            }
            required = required.With(code.Vital);
        }
        ReplayLimit?[] limits = [.. (Limits ?? []).Select((limit, index) => Check(limit, $"{fileName}: limits[{index}]", problems))];
        return new ReplaySettings(counted, [.. limits.OfType<ReplayLimit>()]) { Scale = Scale, Required = Required is null ? VitalMask.All : required };
    }

    private static ReplayLimit? Check(LimitFile? limit, string place, List<string> problems)
    {
        VitalCode? code = limit is null ? null : VitalCode.FromName(limit.Vital);
        if (limit is null || code is not { CanBeScored: true, IsAnswer: false })
        {
            problems.Add($"{place}.vital: '{limit?.Vital}' is no vital that is a number and can be scored");
            return null;
        }
        if (!string.Equals(limit.Unit, code.Unit, StringComparison.Ordinal))
        {
            problems.Add($"{place}.unit: must be {code.Unit}, nothing is converted");
        }
        var edges = new decimal?[] { limit.LowRed, limit.LowYellow, limit.HighYellow, limit.HighRed };
        if (Array.Exists(edges, edge => edge is { } number && (Math.Abs(number) > Hundredths.Limit || decimal.Truncate(number * 100m) != number * 100m)))
        {
            problems.Add($"{place}: a limit has at most two decimals");
            return null;
        }
        decimal[] given = [.. edges.OfType<decimal>()];
        if (given.Length == 0 || !given.SequenceEqual(given.Order()))
        {
            problems.Add($"{place}: needs one of low_red, low_yellow, high_yellow, high_red, rising in this order");
        }
        int?[] hundredths = [.. edges.Select(edge => (int?)(edge * 100m))];
        return new ReplayLimit(code.Vital, hundredths[0], hundredths[1], hundredths[2], hundredths[3]);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ReplaySettingsFile))]
internal sealed partial class ReplayJson : JsonSerializerContext;
