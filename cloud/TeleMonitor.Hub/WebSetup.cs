using System.Net;

namespace TeleMonitor.Hub;

/// <summary>How the boards are called from outside.</summary>
/// <param name="Hosts">Names that are answered, without port; any other is a rebinding attack.</param>
/// <param name="IsHttps">True where everything is encrypted: cookies then say so too.</param>
public sealed record WebSetup(IReadOnlyList<string> Hosts, bool IsHttps)
{
    /// <summary>This machine alone, unencrypted.</summary>
    public static readonly WebSetup Loopback = new(["127.0.0.1", "localhost", "[::1]"], false);

    /// <summary>Attempts to sign in that one address has in a minute.</summary>
    public int SignInsAMinute { get; init; } = 30;

    /// <summary>How long the head of a request may take to come.</summary>
    public TimeSpan HeadPatience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A cookie's name; the prefix makes a browser refuse one that another name of the domain, or an unencrypted page, has set.</summary>
    public string CookieName(string name) => IsHttps ? "__Host-" + name : name;

    /// <summary>True for a name or an address of this machine itself.</summary>
    public static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>What is wrong with the settings of the boards' address, without looking into any file.</summary>
    public static IEnumerable<string> Problems(string listen, string? certificate, string? key, IReadOnlyList<string>? hosts)
    {
        if (!Uri.TryCreate(listen, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https") || address is not { AbsolutePath: "/", Query: "" } || !IsAddress(address.Host))
        {
            yield return $"listen: '{listen}' must be https://address:port with an address of this machine (0.0.0.0 for all), or http://127.0.0.1:port";
            yield break;
        }
        bool beyond = !IsLoopback(address.Host), https = address.Scheme is "https";
        if (beyond && !https)
        {
            // passwords and health data would be readable on the way
            yield return $"listen: '{listen}' is beyond loopback, which only https may be";
        }
        if (https && (certificate is null || key is null))
        {
            yield return $"listen: '{listen}' needs web_certificate and web_key";
        }
        if (!https && (certificate is not null || key is not null))
        {
            yield return "web_certificate and web_key are for https; with http they would protect nothing";
        }
        if (beyond && hosts is not { Count: > 0 })
        {
            yield return "hosts must name what the boards are called, since they are reached from beyond loopback";
        }
        foreach (string host in (hosts ?? []).Where(host => Uri.CheckHostName(host) is UriHostNameType.Unknown or UriHostNameType.Basic || (host.Contains(':', StringComparison.Ordinal) && host[0] != '[')))
        {
            yield return $"hosts: '{host}' must be a name or an address without port; IPv6 in brackets";
        }
    }

    private static bool IsAddress(string host) => string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host.Trim('[', ']'), out _);
}
