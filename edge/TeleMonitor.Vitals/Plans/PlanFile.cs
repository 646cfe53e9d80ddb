using System.Text.Json;
using System.Text.Json.Serialization;

namespace TeleMonitor.Vitals.Plans;

/// <summary>A plan as it stands in firmware-config/plans. Reading checks everything and reports all problems at once.</summary>
public sealed record PlanFile(string Id, string Version, string Source, ContentApproval? Approved, LocalText Title, IReadOnlyList<string> Charts,
    IReadOnlyList<string> Required, IReadOnlyList<string> Optional, string? Questions, IReadOnlyList<PlanFile.PhaseFile> Phases, string OpensBefore, string Grace,
    IReadOnlyList<string> Reminders, string CaseAfter, IReadOnlyDictionary<string, string> Combine, PlanFile.TrendFile? Trend,
    IReadOnlyList<PlanFile.RemeasureFile> Remeasure, int? ConfirmMinutes, bool HelpButton, IReadOnlyList<PlanFile.LimitFile> Limits,
    string MeasuredBy = "citizen", PlanFile.SupportFirstFile? SupportFirst = null)
{
    /// <summary>Days with the same times; <c>days</c> is "every" or a list of mon … sun.</summary>
    public sealed record PhaseFile(int FromDay, int? UntilDay, IReadOnlyList<string> At, JsonElement Days);

    /// <summary>hh:mm that support has before nurses are called.</summary>
    public sealed record SupportFirstFile(string NotHeard, string Sensor);

    /// <summary>Trends.</summary>
    public sealed record TrendFile(int BaselineDays, TogetherRule? PulseUpSpo2Down, IReadOnlyList<RiseFile> RespirationUp, IReadOnlyList<RiseFile> WeightUp);

    /// <summary>A rise over a time, hh:mm.</summary>
    public sealed record RiseFile(double By, string Within, string Source);

    /// <summary>Measuring again after a score.</summary>
    public sealed record RemeasureFile(string Chart, int From, int? To, int Times, string Within, string Source);

    /// <summary>What limits start from.</summary>
    public sealed record LimitFile(string Vital, double? LowRed, double? LowYellow, double? HighYellow, double? HighRed, bool Relative, string Unit, string Source);

    /// <summary>Reads and checks a plan.</summary>
    /// <param name="json">The file's bytes.</param>
    /// <param name="fileName">For the messages.</param>
    /// <param name="plan">The plan; null when false is returned.</param>
    /// <param name="problems">Every problem with its place.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, string fileName, out Plan? plan, out IReadOnlyList<string> problems)
    {
        plan = null;
        try
        {
            PlanFile? file = JsonSerializer.Deserialize(json, ContentJson.Default.PlanFile);
            var compiler = new PlanCompiler(fileName);
            plan = file is null ? null : compiler.Compile(file);
            problems = file is null ? [$"{fileName}: must be a JSON object"] : compiler.Problems;
        }
        catch (Exception bad) when (ContentJson.Problem(bad, fileName) is not null)
        {
            problems = [ContentJson.Problem(bad, fileName)!];
        }
        return plan is not null;
    }
}

/// <summary>Clinical content as JSON: unknown fields, fields given twice and missing ones are refused.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(PlanFile))]
[JsonSerializable(typeof(QuestionnaireFile))]
[JsonSerializable(typeof(ResponseFile))]
internal sealed partial class ContentJson : JsonSerializerContext
{
    /// <summary>What is wrong with bytes that could not be read; null for anything else.</summary>
    public static string? Problem(Exception bad, string fileName) => bad switch
    {
        JsonException json => $"{fileName}: {json.Path} line {json.LineNumber + 1}: {json.Message}",
        FormatException or InvalidOperationException or NotSupportedException => $"{fileName}: {bad.Message}",
        _ => null,
    };
}
