using System.Text.Json;
using System.Text.Json.Serialization;

namespace TeleMonitor.Vitals.Scoring;

/// <summary>A chart as it stands in firmware-config/charts. Reading checks everything and reports all problems at once.</summary>
public sealed record ChartFile(string Id, string Version, string Name, string Source, string? Approved, IReadOnlyList<ChartFile.PartFile> Parts,
    ChartFile.ThresholdFile Red, ChartFile.ThresholdFile Yellow)
{
    /// <summary>Most points a part may give: the published charts go to 3.</summary>
    public const int MostPoints = 3;

    /// <summary>One part: bands, variants of bands, or words.</summary>
    public sealed record PartFile(string Vital, decimal? Resolution = null, string? Between = null, IReadOnlyList<BandFile>? Bands = null,
        IReadOnlyList<VariantFile>? Variants = null, IReadOnlyDictionary<string, int>? Words = null,
        IReadOnlyDictionary<string, decimal>? SiteCorrection = null, ConfirmFile? ConfirmRectally = null);

    /// <summary>A printed band, both edges inside.</summary>
    public sealed record BandFile(int Points, decimal? From = null, decimal? To = null);

    /// <summary>Bands that hold only for a scale, and only on air or on oxygen where stated.</summary>
    public sealed record VariantFile(int Scale, IReadOnlyList<BandFile> Bands, string? Oxygen = null);

    /// <summary>A corrected temperature outside asks for a rectal one.</summary>
    public sealed record ConfirmFile(decimal Below, decimal Above);

    /// <summary>When a triage is reached.</summary>
    public sealed record ThresholdFile(int Total, int? SinglePoints = null, IReadOnlyList<AboveFile>? SingleAbove = null);

    /// <summary>One part above a number decides.</summary>
    public sealed record AboveFile(string Vital, decimal Value);

    /// <summary>Reads, checks and compiles a chart.</summary>
    /// <param name="json">The file's bytes.</param>
    /// <param name="fileName">For the messages.</param>
    /// <param name="chart">The chart; null when false is returned.</param>
    /// <param name="problems">Every problem with its place.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, string fileName, out Chart? chart, out IReadOnlyList<string> problems)
    {
        chart = null;
        try
        {
            ChartFile? file = JsonSerializer.Deserialize(json, ChartJson.Default.ChartFile);
            var compiler = new ChartCompiler(fileName);
            chart = file is null ? null : compiler.Compile(file);
            problems = file is null ? [$"{fileName}: must be a JSON object"] : compiler.Problems;
        }
        catch (JsonException bad)
        {
            problems = [$"{fileName}: {bad.Path} line {bad.LineNumber + 1}: {bad.Message}"];
        }
        catch (Exception bad) when (bad is FormatException or InvalidOperationException or NotSupportedException)
        {
            problems = [$"{fileName}: {bad.Message}"];
        }
        return chart is not null;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ChartFile))]
internal sealed partial class ChartJson : JsonSerializerContext;
