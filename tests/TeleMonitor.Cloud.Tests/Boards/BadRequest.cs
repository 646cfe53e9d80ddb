using System.Text;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>A request with one thing wrong. The words TOKEN, FOREIGN and VERSION stand for what is known only when it is sent.</summary>
/// <param name="What">What is wrong with it.</param>
/// <param name="Method">Method.</param>
/// <param name="Target">Path and query.</param>
internal sealed record BadRequest(string What, string Method, string Target)
{
    public string? Form { get; init; }
    public byte[]? Body { get; init; }
    public string Type { get; init; } = "";
    public string? Match { get; init; }
    public string Headers { get; init; } = "";
    /// <summary>Length that the head names; the body's own where none is given.</summary>
    public int? Declared { get; init; }
    public bool HasFormCookie { get; init; } = true;
    /// <summary>True where the server may close the connection instead of answering.</summary>
    public bool MayBeDropped { get; init; }

    /// <summary>Its bytes.</summary>
    public byte[] Write(Uri address, string cookies, string token, string foreign, string version)
    {
        string Fill(string text) => text.Replace("TOKEN", Uri.EscapeDataString(token), StringComparison.Ordinal).Replace("FOREIGN", Uri.EscapeDataString(foreign), StringComparison.Ordinal).Replace("VERSION", version, StringComparison.Ordinal);
        byte[]? body = Body ?? (Form is null ? null : Encoding.ASCII.GetBytes(Fill(Form)));
        string sentCookies = HasFormCookie ? cookies : string.Join("; ", cookies.Split("; ").Where(cookie => !cookie.StartsWith("tm-form", StringComparison.Ordinal)));
        var head = new StringBuilder($"{Method} {Target} HTTP/1.0\r\nHost: {address.Authority}\r\nCookie: {sentCookies}\r\n");
        head.Append(Match is null ? "" : $"If-Match: {Fill(Match)}\r\n").Append(Type.Length == 0 ? "" : $"Content-Type: {Type}\r\n").Append(Headers);
        if ((Declared ?? body?.Length) is { } length && !Headers.Contains("Content-Length", StringComparison.Ordinal))
        {
            head.Append($"Content-Length: {length}\r\n");
        }
        return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. body ?? []];
    }
}
