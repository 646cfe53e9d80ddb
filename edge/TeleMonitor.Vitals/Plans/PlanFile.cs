using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace TeleMonitor.Vitals.Plans;

/// <summary>A plan as it stands in firmware-config/plans. Reading checks everything and reports all problems at once.</summary>
public sealed record PlanFile(string Id, string Version, string Source, ContentApproval? Approved, LocalText Title, IReadOnlyList<string> Charts,
    IReadOnlyList<string> Required, IReadOnlyList<string> Optional, string? Questions, IReadOnlyList<PlanFile.PhaseFile> Phases, string OpensBefore, string Grace,
    IReadOnlyList<string> Reminders, string CaseAfter, IReadOnlyDictionary<string, string> Combine, PlanFile.TrendFile? Trend,
    IReadOnlyList<PlanFile.RemeasureFile> Remeasure, int? ConfirmMinutes, bool HelpButton, IReadOnlyList<PlanFile.LimitFile> Limits,
    string MeasuredBy = "citizen", PlanFile.SupportFirstFile? SupportFirst = null, PlanFile.MeasureAgainFirstFile? MeasureAgainFirst = null)
{
    /// <summary>Days with the same times; <c>days</c> is "every" or a list of mon … sun.</summary>
    public sealed record PhaseFile(int FromDay, int? UntilDay, IReadOnlyList<string> At, JsonElement Days);

    /// <summary>hh:mm that support has before nurses are called.</summary>
    public sealed record SupportFirstFile(string NotHeard, string Sensor);

    /// <summary>A Yellow on limits alone waits for a second measurement; values that come by themselves must stay beyond for so many minutes.</summary>
    public sealed record MeasureAgainFirstFile(int? StreamedMinutes = null);

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
        plan = ContentJson.Read(json, fileName, ContentJson.Default.PlanFile, file =>
        {
            var compiler = new PlanCompiler(fileName);
            return (compiler.Compile(file), compiler.Problems);
        }, out problems);
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
    /// <summary>Reads a file and makes of it what it says.</summary>
    /// <param name="json">The file's bytes.</param>
    /// <param name="fileName">For the messages.</param>
    /// <param name="type">How it stands in the file.</param>
    /// <param name="compile">Gives the content, null where there is a problem, and every problem with its place.</param>
    /// <param name="problems">Those, or the one that kept it from being read.</param>
    public static TContent? Read<TFile, TContent>(ReadOnlySpan<byte> json, string fileName, JsonTypeInfo<TFile> type,
        Func<TFile, (TContent? Content, IReadOnlyList<string> Problems)> compile, out IReadOnlyList<string> problems)
        where TFile : class
        where TContent : class
    {
        try
        {
            TFile? file = JsonSerializer.Deserialize(json, type);
            (TContent? content, problems) = file is null ? (null, [$"{fileName}: must be a JSON object"]) : compile(file);
            return content;
        }
        catch (JsonException bad)
        {
            problems = [$"{fileName}: {bad.Path} line {bad.LineNumber + 1}: {bad.Message}"];
        }
        catch (Exception bad) when (bad is FormatException or InvalidOperationException or NotSupportedException)
        {
            problems = [$"{fileName}: {bad.Message}"];
        }
        return null;
    }
}
