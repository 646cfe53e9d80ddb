using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Localization;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Devices;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.Boards;

/// <summary>A finding that stands, in the API.</summary>
public sealed record OpenFindingShape(string Code, string Detail, DateTimeOffset Since)
{
    /// <summary>From a row.</summary>
    public static OpenFindingShape Of(FindingRow row) => new(row.Code, row.Detail, DateTimeOffset.FromUnixTimeMilliseconds(row.OpenedMs));
}

/// <summary>A gateway in the API: kit number, state, evidence, ages in whole seconds; neither citizen nor value.</summary>
public sealed record GatewayShape(string Kit, string? Municipality, string? Cluster, bool SelfTest, string State, string HeardBy, DateTimeOffset HeardAt, long AgeSeconds, long ProvedSilenceSeconds,
    DateTimeOffset? OfflineAt, DateTimeOffset? SilentSince, IReadOnlyList<OpenFindingShape> Findings)
{
    /// <summary>From a line.</summary>
    public static GatewayShape Of(SupportLine line) => new(line.Kit, line.Municipality?.Slug, line.Municipality?.Cluster, line.SelfTest, CaseWord.Of(line.Health.State),
        CaseWord.Of(line.Health.Evidence.By), line.Health.Evidence.At, (long)line.Health.Age.TotalSeconds, (long)line.Health.Silence.TotalSeconds,
        line.Health.Evidence.OfflineAt, line.Health.Evidence.SilentAt, [.. line.Findings.Select(OpenFindingShape.Of)]);
}

/// <summary>Gateways of a cluster, and what stands about the hub's own parts.</summary>
public sealed record GatewaysShape(DateTimeOffset At, IReadOnlyDictionary<string, int> States, IReadOnlyList<OpenFindingShape> Hub, IReadOnlyList<GatewayShape> Gateways);

/// <summary>The page and the API of cluster support.</summary>
public sealed class SupportPages(BoardParts parts)
{
    /// <summary>The page.</summary>
    public IResult Show(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> text)
    {
        string? cluster = http.Request.Query["cluster"], language = http.Request.Query["lang"];
        cluster = IsCluster(cluster) ? cluster : null;
        FrameView frame = FrameView.Of(parts, http, antiforgery, text, "support") with { Path = cluster is null ? "/support" : $"/support?cluster={cluster}" };
        (SupportFacts facts, string mark) = parts.Store.ReadAs(Sessions.Of(http), read => (SupportFacts.Read(read, parts.Data.Topology, cluster, frame.Words.Now), read.Mark()));
        var view = new SupportView(frame, facts, cluster, language is "da" or "en" ? language : null, mark);
        return PlainForm.Page<SupportPage>(view);
    }

    /// <summary>The same for programs.</summary>
    public IResult Gateways(HttpContext http, string? cluster)
    {
        if (cluster is not null && !IsCluster(cluster))
        {
            return TypedResults.Problem("There is no such cluster.", statusCode: StatusCodes.Status400BadRequest);
        }
        DateTimeOffset now = parts.Clock.GetUtcNow();
        SupportFacts facts = parts.Store.ReadAs(Sessions.Of(http), read => SupportFacts.Read(read, parts.Data.Topology, cluster, now));
        return TypedResults.Json(new GatewaysShape(now, Enum.GetValues<DeviceState>().ToDictionary(CaseWord.Of, facts.Count, StringComparer.Ordinal),
            [.. facts.Own.Select(OpenFindingShape.Of)], [.. facts.Lines.Select(GatewayShape.Of)]), SupportJson.Default.GatewaysShape);
    }

    private bool IsCluster(string? slug) => parts.Data.Topology.Clusters.Any(cluster => cluster.Slug == slug);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(GatewaysShape))]
internal sealed partial class SupportJson : JsonSerializerContext;
