using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace TeleMonitor.Hub.People;

/// <summary>A form of a page without script.</summary>
internal static class PlainForm
{
    /// <summary>What was filled in; null when it did not come from a page of this hub.</summary>
    public static async Task<IFormCollection?> Read(HttpContext http, IAntiforgery antiforgery) =>
        http.Request.HasFormContentType && await antiforgery.IsRequestValidAsync(http) ? await http.Request.ReadFormAsync(http.RequestAborted) : null;

    /// <summary>After a form the browser gets a page by GET, so that reloading repeats nothing.</summary>
    public static StatusCodeHttpResult SeeOther(HttpContext http, string localAddress)
    {
        http.Response.Headers.Location = localAddress;
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>A page.</summary>
    public static IResult Page<TPage>(object view, int status = StatusCodes.Status200OK) where TPage : Microsoft.AspNetCore.Components.IComponent =>
        new RazorComponentResult<TPage>(new Dictionary<string, object?>(StringComparer.Ordinal) { ["View"] = view }) { StatusCode = status, PreventStreamingRendering = true };
}
