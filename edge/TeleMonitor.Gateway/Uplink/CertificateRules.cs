using System.Globalization;

namespace TeleMonitor.Gateway.Uplink;

/// <summary>While one certificate of a connection is valid, both moments included.</summary>
/// <param name="Whose"><see cref="CertificateRules.Own"/>, or the broker's address as <c>host:port</c>.</param>
/// <param name="From">Not valid before.</param>
/// <param name="To">Not valid after.</param>
public readonly record struct CertificateTime(string Whose, DateTimeOffset From, DateTimeOffset To);

/// <summary>What is known about the time when certificates are judged.</summary>
/// <param name="Checked">Moment at which a handshake checks certificates; an unset wall clock may have made it anything, but not earlier than <paramref name="Sure"/>.</param>
/// <param name="Sure">It cannot be earlier than this: somebody vouches for it. The same as <paramref name="Checked"/> while the clock is known.</param>
/// <param name="Known">False while nobody vouches for the clock.</param>
public readonly record struct CertificateMoment(DateTimeOffset Checked, DateTimeOffset Sure, bool Known);

/// <summary>One thing that a person should know, or need not know any more.</summary>
/// <param name="Code">Finding code.</param>
/// <param name="Holds">Null: nothing is known about it yet, what was said before stays.</param>
/// <param name="Text">One sentence; the same as long as the facts are the same.</param>
/// <param name="Facts">Named facts for the hub.</param>
public sealed record CertificateFinding(string Code, bool? Holds, string Text, IReadOnlyList<(string Name, string Value)> Facts);

/// <summary>
/// Says why certificates keep a gateway from its hub: one has ended, one has not begun, or the gateway does not know what time it is.
/// A clock that nobody vouches for never accuses a certificate: only what is sure does. Pure.
/// </summary>
public static class CertificateRules
{
    /// <summary>The gateway's own certificate.</summary>
    public const string Own = "own";

    /// <summary>A certificate has ended: the gateway's own or a broker's; the facts name which.</summary>
    public const string Expired = "uplink/certificate-expired";

    /// <summary>A certificate has not begun by a clock that is known: it was issued with wrong times.</summary>
    public const string NotYetValid = "uplink/certificate-not-yet-valid";

    /// <summary>Nobody vouches for the clock, and the connection cannot be made.</summary>
    public const string ClockUnset = "uplink/clock-unset";

    /// <summary>The gateway's own certificate ends soon, or has ended.</summary>
    public const string Ends = "gateway/certificate-ends";

    /// <summary>Left at least so long, nothing is said (design.md section 7).</summary>
    public static readonly TimeSpan EndsSoon = TimeSpan.FromDays(180);

    /// <summary>All four findings, each with whether it holds.</summary>
    /// <param name="certificates">The own one, and what each broker showed last.</param>
    /// <param name="moment">The time.</param>
    /// <param name="connected">Null: no attempt to connect has ended yet.</param>
    public static IReadOnlyList<CertificateFinding> Judge(IReadOnlyList<CertificateTime> certificates, CertificateMoment moment, bool? connected)
    {
        // after a restart the brokers have shown nothing yet: silence about them is no all-clear
        bool seen = connected == true || certificates.Any(one => !IsOwn(one));
        CertificateTime[] ended = [.. certificates.Where(one => moment.Sure > one.To)];
        CertificateTime[] early = [.. certificates.Where(one => moment.Known && moment.Checked < one.From)];
        CertificateTime[] ending = [.. certificates.Where(one => IsOwn(one) && one.To - moment.Sure < EndsSoon)];
        return
        [
            new CertificateFinding(Expired, Holds(ended, seen), Sentence(ended, one => $"ended {Iso(one.To)}", "a new one is needed"), Facts(ended, "to", one => one.To)),
            new CertificateFinding(NotYetValid, Holds(early, seen), Sentence(early, one => $"is not valid before {Iso(one.From)}", "one that is valid now is needed"), Facts(early, "from", one => one.From)),
            Clock(certificates, moment, connected),
            new CertificateFinding(Ends, ending.Length > 0, Sentence(ending, one => $"is valid until {Iso(one.To)} only", "a new one is needed before"), Facts(ending, "to", one => one.To)),
        ];
    }

    private static CertificateFinding Clock(IReadOnlyList<CertificateTime> certificates, CertificateMoment moment, bool? connected)
    {
        CertificateTime[] suspects = [.. certificates.Where(one => moment.Sure <= one.To && (moment.Checked > one.To || moment.Checked < one.From))];
        string because = suspects.Length == 0 ? "" : "; by the clock as it stands "
            + string.Join(" and ", suspects.Select(one => $"{Name(one)} is not valid (it is from {Iso(one.From)} to {Iso(one.To)})"));
        return new CertificateFinding(ClockUnset, moment.Known ? false : connected is { } stands ? !stands : null,
            $"nobody vouches for the clock, and no connection can be made{because}; everything is kept", suspects.Length == 0 ? [] : [("suspect", Names(suspects))]);
    }

    private static bool? Holds(CertificateTime[] found, bool seen) => found.Length > 0 ? true : seen ? false : null;

    private static string Sentence(CertificateTime[] found, Func<CertificateTime, string> what, string need) =>
        $"{string.Join(" and ", found.Select(one => $"{Name(one)} {what(one)}"))}: {need}; everything is kept";

    private static (string Name, string Value)[] Facts(CertificateTime[] found, string name, Func<CertificateTime, DateTimeOffset> when) =>
        [("whose", Names(found)), (name, string.Join(", ", found.Select(one => Iso(when(one)))))];

    private static string Names(CertificateTime[] found) => string.Join(", ", found.Select(one => one.Whose));

    private static string Name(CertificateTime one) => IsOwn(one) ? "the gateway's own certificate" : $"the certificate of broker {one.Whose}, or of its issuer,";

    private static bool IsOwn(CertificateTime one) => string.Equals(one.Whose, Own, StringComparison.Ordinal);

    private static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
