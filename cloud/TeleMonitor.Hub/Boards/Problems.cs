using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;

namespace TeleMonitor.Hub.Boards;

/// <summary>How a request that went wrong is answered: by status and trace id, never by what happened inside. The log has the same trace id.</summary>
internal static class Problems
{
    private static readonly Action<ILogger, string, string, string, int, Exception?> Refused = LoggerMessage.Define<string, string, string, int>(
        LogLevel.Information, new EventId(1, "refused"), "{Trace}: {Method} {Route} answered {Status}");
    private static readonly Action<ILogger, string, string, string, Exception?> Failed = LoggerMessage.Define<string, string, string>(
        LogLevel.Error, new EventId(2, "failed"), "{Trace}: {Method} {Route} failed");

    /// <summary>Catches what nobody caught.</summary>
    public static ExceptionHandlerOptions Handler => new()
    {
        StatusCodeSelector = StatusOf,
        SuppressDiagnosticsCallback = _ => true, // it is written here, with its trace id
        ExceptionHandler = Answer,
    };

    /// <summary>Names the request in its answer and in the log: by method and route, never by its path, its query or its body.</summary>
    public static void Trace(ProblemDetailsContext context)
    {
        HttpContext http = context.HttpContext;
        context.ProblemDetails.Status ??= http.Response.StatusCode;
        context.ProblemDetails.Title ??= ReasonPhrases.GetReasonPhrase(context.ProblemDetails.Status.Value);
        context.ProblemDetails.Extensions["traceId"] = http.TraceIdentifier;
        Refused(Log(http), http.TraceIdentifier, Method(http), Route(http), context.ProblemDetails.Status.Value, null);
    }

    /// <summary>What a failure means for whoever asked: only what the request itself brought about is theirs.</summary>
    internal static int StatusOf(Exception failed) => failed switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        AntiforgeryValidationException { InnerException: { } inner } => StatusOf(inner),
        AntiforgeryValidationException => StatusCodes.Status400BadRequest,
        // a form beyond its limits, without a boundary, or that ends in the middle: said by the framework's reader of forms alone
        InvalidDataException { Source: "Microsoft.AspNetCore.WebUtilities" or "Microsoft.AspNetCore.Http" } or IOException { Source: "Microsoft.AspNetCore.WebUtilities" } => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static async Task Answer(HttpContext http)
    {
        int status = http.Response.StatusCode;
        if (status >= StatusCodes.Status500InternalServerError && http.Features.Get<IExceptionHandlerFeature>()?.Error is { } error)
        {
            Failed(Log(http), http.TraceIdentifier, Method(http), Route(http), error);
        }
        await http.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(new ProblemDetailsContext { HttpContext = http, ProblemDetails = { Status = status } });
    }

    private static ILogger Log(HttpContext http) => http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("TeleMonitor.Hub.Boards");

    /// <summary>A word of this program: what was sent as a method may be anything.</summary>
    private static string Method(HttpContext http) => http.Request.Method is "GET" or "POST" or "PUT" or "DELETE" or "HEAD" or "OPTIONS" or "PATCH" ? http.Request.Method : "other";

    private static string Route(HttpContext http) =>
        ((http.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? http.GetEndpoint()) as RouteEndpoint)?.RoutePattern.RawText ?? "-";
}

/// <summary>Writes a problem as JSON to everybody alike, with its trace id.</summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    /// <inheritdoc/>
    public bool CanWrite(ProblemDetailsContext context) => true;

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        Problems.Trace(context);
        await context.HttpContext.Response.WriteAsJsonAsync(context.ProblemDetails, options: null, "application/problem+json", context.HttpContext.RequestAborted);
    }
}
