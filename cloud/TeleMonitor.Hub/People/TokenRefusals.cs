using System.Net;
using System.Net.Sockets;

namespace TeleMonitor.Hub.People;

/// <summary>One more token that is nobody's.</summary>
/// <param name="From">Address, network of addresses, or <c>many addresses</c>.</param>
/// <param name="IsFirst">True for the first from there in this minute: a line of the audit.</param>
/// <param name="IsTooMany">True when it is to be answered by 429.</param>
public sealed record Refusal(string From, bool IsFirst, bool IsTooMany);

/// <summary>
/// Counts tokens that are nobody's, by address and minute, so that the audit gets one line for each address and minute, and at most
/// <see cref="MostAddresses"/> and one more in a minute whoever tries from wherever: 145,440 lines on the worst day.
/// </summary>
public sealed class TokenRefusals
{
    /// <summary>Addresses that are told apart in one minute; the rest count as one.</summary>
    public const int MostAddresses = 100;
    /// <summary>Attempts of an address in one minute that are answered as usual.</summary>
    public const int MostAttempts = 30;

    private const string Others = "many addresses";
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);
    private long minute;

    /// <summary>Counts one.</summary>
    /// <param name="address">Where it came from.</param>
    /// <param name="now">Hub time.</param>
    public Refusal Count(IPAddress? address, DateTimeOffset now)
    {
        lock (gate)
        {
            if (minute != now.ToUnixTimeSeconds() / 60)
            {
                minute = now.ToUnixTimeSeconds() / 60;
                counts.Clear();
            }
            string from = NetworkOf(address);
            from = counts.ContainsKey(from) || counts.Count < MostAddresses ? from : Others;
            int count = counts[from] = counts.GetValueOrDefault(from) + 1;
            return new Refusal(from, count == 1, count > MostAttempts);
        }
    }

    /// <summary>An address; of IPv6 its network of 64 bits, within which a machine takes any address it likes.</summary>
    private static string NetworkOf(IPAddress? address)
    {
        if (address is null || address.IsIPv4MappedToIPv6 || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return (address?.MapToIPv4().ToString()) ?? "nowhere";
        }
        return new IPAddress([.. address.GetAddressBytes().AsSpan(0, 8), .. new byte[8]]) + "/64";
    }
}
