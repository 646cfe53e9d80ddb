using TeleMonitor.Care.Routing;

namespace TeleMonitor.Hub.People.Workplaces;

/// <summary>A workplace's own sign-in, as the hub's configuration names it.</summary>
/// <param name="Id">In addresses and in what the audit says: a-z, 0-9 and hyphens.</param>
/// <param name="Name">What the button says.</param>
/// <param name="Authority">Address of the provider, as its own document names it (issuer); https, or http on loopback.</param>
/// <param name="ClientId">What the provider knows this hub as.</param>
/// <param name="MapFile">What its claims mean here.</param>
/// <param name="ClientSecretFile">File with the secret, one line; absent: the hub is a public client, and the code is bound by PKCE alone.</param>
/// <param name="Scopes">What is asked for; <c>openid profile</c> when absent.</param>
public sealed record WorkplaceConfig(
    string Id, string Name, string Authority, string ClientId, string MapFile, string? ClientSecretFile = null, IReadOnlyList<string>? Scopes = null)
{
    /// <summary>What the store calls the provider: its address without a closing stroke.</summary>
    public string Provider => Authority.TrimEnd('/');

    /// <summary>Every problem with this entry, each with its place.</summary>
    public IEnumerable<string> Problems(string place)
    {
        if (!Account.IsId(Id))
        {
            yield return $"{place}id '{Id}' {Account.IdExpectation}";
        }
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > 60)
        {
            yield return $"{place}name must be 1 to 60 characters that are not all blank";
        }
        if (!Uri.TryCreate(Authority, UriKind.Absolute, out Uri? address) || !IsSafe(address, address.IsLoopback) || address.Query.Length > 0 || address.Fragment.Length > 0 || address.UserInfo.Length > 0)
        {
            yield return $"{place}authority '{Authority}' must be https://…, without user, query and fragment; http only on loopback";
        }
        if (string.IsNullOrWhiteSpace(ClientId))
        {
            yield return $"{place}client_id must not be empty";
        }
        if (Scopes is { } scopes && (!scopes.Contains("openid", StringComparer.Ordinal) || scopes.Any(scope => scope.Length == 0 || scope.Any(char.IsWhiteSpace))))
        {
            yield return $"{place}scopes must contain openid, one word each";
        }
    }

    /// <summary>True for an address to which a code or a secret may be sent: https, or http where the provider is on this machine.</summary>
    internal static bool IsSafe(Uri address, bool loopbackProvider) =>
        string.Equals(address.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal)
        || (loopbackProvider && address.IsLoopback && string.Equals(address.Scheme, Uri.UriSchemeHttp, StringComparison.Ordinal));
}

/// <summary>A workplace's own sign-in, ready: its provider, and what its claims mean.</summary>
/// <param name="Config">As configured.</param>
/// <param name="Map">What its claims mean here.</param>
/// <param name="Provider">Speaks with it.</param>
public sealed record Workplace(WorkplaceConfig Config, WorkplaceMap Map, Provider Provider)
{
    /// <summary>What the audit and its grants call it.</summary>
    public string Mark => $"workplace:{Config.Id}";

    /// <summary>Makes all of them ready; every problem with their files is added.</summary>
    public static IReadOnlyList<Workplace> LoadAll(IReadOnlyList<WorkplaceConfig>? configs, Topology topology, TimeProvider clock, List<string> problems)
    {
        var ready = new List<Workplace>();
        foreach (WorkplaceConfig config in configs ?? [])
        {
            WorkplaceMap? map = HubData.Read<WorkplaceMap>(config.MapFile, WorkplaceMapFile.TryRead, topology, problems);
            string? secret = config.ClientSecretFile is { } file ? Secret(file, problems) : null;
            if (map is not null)
            {
                ready.Add(new Workplace(config, map, new Provider(new Uri(config.Authority), config.ClientId, secret, clock)));
            }
        }
        return ready;
    }

    private static string? Secret(string file, List<string> problems)
    {
        try
        {
            string secret = File.ReadAllText(file).Trim();
            if (secret.Length > 0 && !secret.Any(char.IsControl))
            {
                return secret;
            }
            problems.Add($"{file}: must hold the client's secret, one line");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{file}: cannot be read: {unreadable.Message}");
        }
        return null;
    }
}
