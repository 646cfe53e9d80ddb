using TeleMonitor.Hub.People;

namespace TeleMonitor.Hub;

/// <summary>What watches the hub itself.</summary>
internal static class HealthRoutes
{
    /// <summary>Adds the endpoints.</summary>
    /// <param name="app">The program.</param>
    /// <param name="metrics">What is counted.</param>
    /// <param name="isBeyondLoopback">True where strangers can reach them: what is counted is then for those who may see kits.</param>
    public static void Map(WebApplication app, HubMetrics metrics, bool isBeyondLoopback)
    {
        string? Sick() => !metrics.IsStoreWorking ? "the store cannot commit\n" : !metrics.IsCareWorking ? "the case worker fails\n" : null;
        IResult Answer(string? problem, string well) => problem is null ? Results.Text(well) : Results.Text(problem, statusCode: StatusCodes.Status503ServiceUnavailable);
        app.MapGet("/healthz", () => Answer(Sick(), "ok\n")).IsOpen();
        app.MapGet("/readyz", () => Answer(Sick() ?? (metrics.IsLinked ? null : "no broker is connected\n"), "ready\n")).IsOpen();
        RouteHandlerBuilder counted = app.MapGet("/metrics", () => Results.Text(metrics.Text()));
        _ = isBeyondLoopback ? counted.Needs(Sight.Kits) : counted.IsOpen();
    }
}
