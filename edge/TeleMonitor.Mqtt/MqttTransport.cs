using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace TeleMonitor.Mqtt;

/// <summary>A TCP connection with TLS on top, or a clear sentence why not.</summary>
internal static class MqttTransport
{
    public static async Task<Stream> OpenTcpAsync(MqttOptions options, CancellationToken ct)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new MqttException(null, $"no TCP connection to {options.Host}:{options.Port}: {e.Message}", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static async Task<Stream> SecureAsync(Stream plain, MqttOptions options, MqttTls tls, CancellationToken ct)
    {
        string name = tls.ServerName ?? options.Host;
        ServerCheck check = new(name, tls.VerificationTime());
        SslStream secure = new(plain, leaveInnerStreamOpen: false);
        try
        {
            await secure.AuthenticateAsClientAsync(ClientOptions(tls, name, check), ct);
            return secure;
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await secure.DisposeAsync();
            string why = check.Refusal ?? (e is IOException
                ? $"the server closed the connection during the handshake: {e.Message}"
                : $"the handshake failed: {(e.InnerException ?? e).Message}");
            throw new MqttException(null, $"no TLS with {options.Host}:{options.Port}: {why}", e);
        }
        finally
        {
            if (check.Lifetime is { } life)
            {
                tls.ServerShown?.Invoke(new MqttServerCertificate(options.Host, options.Port, life.From, life.To));
            }
        }
    }

    private static SslClientAuthenticationOptions ClientOptions(MqttTls tls, string name, ServerCheck check)
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTimeIgnored = false,
            VerificationTime = check.At.UtcDateTime,
        };
        policy.CustomTrustStore.AddRange(tls.Authorities);
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = name,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = policy,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => check.Accept(certificate, chain, errors),
        };
        if (tls.ClientCertificate is { } own)
        {
            options.ClientCertificateContext = SslStreamCertificateContext.Create(own, tls.Intermediates, offline: true);
        }

        return options;
    }

    /// <summary>
    /// Adds no leniency to the framework's verdict: it words it, and asks that the name stand among the alternative names rather
    /// than in the subject.
    /// </summary>
    private sealed class ServerCheck(string name, DateTimeOffset at)
    {
        public DateTimeOffset At { get; } = at;

        public string? Refusal { get; private set; }

        /// <summary>While the whole chain is valid; null unless time is all that could be said against it.</summary>
        public (DateTimeOffset From, DateTimeOffset To)? Lifetime { get; private set; }

        public bool Accept(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            Refusal = Judge(certificate as X509Certificate2, chain, errors);
            return Refusal is null;
        }

        private string? Judge(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            if (certificate is null)
            {
                return "the server shows no certificate";
            }

            bool named = certificate.MatchesHostname(name, allowWildcards: true, allowCommonName: false);
            if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            {
                return Untrusted(certificate, chain, named);
            }

            if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) || !named)
            {
                return $"the server's certificate ({certificate.Subject}) does not name {name}";
            }

            Lifetime = errors == SslPolicyErrors.None ? LifetimeOf(certificate, chain) : null;
            return errors == SslPolicyErrors.None ? null : $"the server's certificate is refused: {errors}";
        }

        private static (DateTimeOffset From, DateTimeOffset To) LifetimeOf(X509Certificate2 certificate, X509Chain? chain)
        {
            X509Certificate2[] all = [certificate, .. chain?.ChainElements.Select(element => element.Certificate) ?? []];
            return (all.Max(one => new DateTimeOffset(one.NotBefore.ToUniversalTime())), all.Min(one => new DateTimeOffset(one.NotAfter.ToUniversalTime())));
        }

        private static string Iso(DateTime utc) => utc.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

        private string Untrusted(X509Certificate2 certificate, X509Chain? chain, bool named)
        {
            X509ChainStatusFlags status = X509ChainStatusFlags.NoError;
            foreach (X509ChainStatus one in chain?.ChainStatus ?? [])
            {
                status |= one.Status;
            }

            if (status == X509ChainStatusFlags.NotTimeValid)
            {
                Lifetime = named ? LifetimeOf(certificate, chain) : null;
                return $"the server's certificate ({certificate.Subject}) or its issuer is not valid at {Iso(At.UtcDateTime)}, "
                    + $"but from {Iso(certificate.NotBefore.ToUniversalTime())} to {Iso(certificate.NotAfter.ToUniversalTime())}";
            }

            return $"the server's certificate ({certificate.Subject}, issued by {certificate.Issuer}) is not trusted: {status}";
        }
    }
}
