using TeleMonitor.Gateway.Uplink;

namespace TeleMonitor.Gateway;

// why certificates, or a clock that cannot judge them, keep the gateway from its hub; it collects all the same
internal sealed partial class GatewayCore
{
    private static readonly TimeSpan LookAtCertificatesEvery = TimeSpan.FromSeconds(10);

    private TimeSpan nextCertificateLook;

    private void LookAtCertificates(bool linkChanged)
    {
        WallTime time = setup.Identity.Now();
        if (!linkChanged && time.Monotonic < nextCertificateLook)
        {
            return;
        }
        nextCertificateLook = time.Monotonic + LookAtCertificatesEvery;
        DateTimeOffset? trusted = setup.Outbox.TrustedTime;
        bool known = time.State is not WallTime.Unset;
        var moment = new CertificateMoment(GatewayIdentity.VerificationTime(time.At, trusted),
            GatewayIdentity.VerificationTime(known ? time.At : DateTimeOffset.MinValue, trusted), known);
        bool? connected = sender.Connected ? true : sender.NotConnected is "" ? null : false;
        foreach (CertificateFinding finding in CertificateRules.Judge(setup.Certificates(), moment, connected))
        {
            Tell(finding, time.At);
        }
    }

    private void Tell(CertificateFinding finding, DateTimeOffset wall)
    {
        string? told = findings.TextOf(finding.Code), text = finding.Holds == true ? finding.Text : null;
        if (finding.Holds is null || string.Equals(told, text, StringComparison.Ordinal))
        {
            return;
        }
        findings.Close(finding.Code, wall); // another certificate is another finding: the hub has to be told which
        if (text is not null)
        {
            findings.Open(finding.Code, text, wall, finding.Facts);
        }
        setup.Say($"{setup.Gateway}: {finding.Code}{(text is null ? " is over" : $": {text}")}");
        sendSoon();
    }
}
