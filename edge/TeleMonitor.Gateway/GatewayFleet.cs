using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Profile;
using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Mqtt;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway;

/// <summary>A gateway cannot be started; the message says what to mend.</summary>
internal sealed class GatewayRefusedException(string message) : Exception(message);

/// <summary>A gateway that is ready to run, with the outbox it owns.</summary>
internal sealed record OpenGateway(GatewayLoop Loop, IOutboxStore Outbox) : IDisposable
{
    public void Dispose()
    {
        Loop.Dispose();
        Outbox.Dispose();
    }
}

/// <summary>Opens the gateways of one configuration: each with its own certificate, session and outbox.</summary>
/// <param name="config">The configuration.</param>
/// <param name="firmware">Charts and sensors.</param>
/// <param name="identity">Machine and build.</param>
/// <param name="clock">The clock.</param>
/// <param name="random">Gives random bytes; used for outbox ids and seeds.</param>
/// <param name="say">Takes one sentence for the log.</param>
internal sealed class GatewayFleet(
    GatewayConfig config, FirmwareConfig firmware, GatewayIdentity identity, TimeProvider clock, Action<byte[]> random, Action<string> say)
{
    /// <summary>The settings by which the readings of a home's first citizen are judged.</summary>
    /// <exception cref="GatewayRefusedException">The gateway has no assignment.</exception>
    public JudgeSettings Judging(string gateway) => Everyone(gateway).FirstOrDefault()
        ?? throw new GatewayRefusedException($"{gateway}: has no line in the configuration's assignments whose loan runs, so its readings would belong to nobody");

    /// <summary>The settings of everyone in a home, in the order of the configuration's lines; not of those whose loan is over.</summary>
    internal IEnumerable<JudgeSettings> Everyone(string gateway) =>
        from line in config.LinesOf(gateway)
        where !line.Ended
        select new JudgeSettings
        {
            Assignment = line.Assignment, Charts = [.. firmware.Charts.Values], Sensors = firmware.Sensors, Scale = line.Scale ?? 1, SelfTest = line.SelfTest,
            HelpButton = line.HelpButton,
            ConfirmWithin = line.ConfirmMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
        };

    /// <summary>Opens one gateway.</summary>
    /// <exception cref="GatewayRefusedException">Certificate, key or outbox cannot be used, or there is no assignment.</exception>
    /// <param name="gateway">Gateway.</param>
    /// <param name="ruleTimeRuns">False in a replay at full speed.</param>
    /// <param name="patience">See <see cref="GatewaySetup.Patience"/>.</param>
    /// <param name="signal">See <see cref="GatewaySetup.Signal"/>; null where there is neither light nor buzzer.</param>
    /// <param name="hasSensor">See <see cref="GatewaySetup.HasSensor"/>.</param>
    /// <param name="asks">See <see cref="GatewaySetup.Asks"/>.</param>
    /// <param name="remind">See <see cref="GatewaySetup.Remind"/>; null where there is no light.</param>
    /// <param name="again">Asks for the gateway to be opened anew, after a loan was ended by signed settings; null where it never is.</param>
    public OpenGateway Open(
        string gateway, bool ruleTimeRuns, TimeSpan? patience, Action<UrgentStanding>? signal = null, Func<string, bool>? hasSensor = null, bool asks = false,
        Action<bool>? remind = null, Action? again = null)
    {
        JudgeSettings judging = config.LinesOf(gateway).Any(line => line.Ended) && !Everyone(gateway).Any() ? InStock : Judging(gateway);
        X509Certificate2 certificate = ReadCertificate(gateway);
        X509Certificate2Collection roots = ReadRoots();
        var trust = new ProfileTrust(ReadKey(config.ApproverKey), ReadKey(config.HubKey));
        SqliteOutbox outbox;
        try
        {
            outbox = SqliteOutbox.Open(config.OutboxPath(gateway), new OutboxOptions
            {
                NewId = () => Convert.ToHexStringLower(Bytes(8)), Gateway = gateway, Machine = GatewayIdentity.Machine, LimitBytes = config.OutboxLimit,
                Microseconds = () => identity.Microseconds, Now = () => identity.Now() is var time ? (identity.ContextOf(time), time.At) : default,
            });
        }
        catch (OutboxException bad)
        {
            throw new GatewayRefusedException(bad.Message);
        }
        BondedDevices bonds = BondedDevices.Open(config.BondsPath(gateway), out _);
        var lending = Lending.Of(gateway, config.LinesOf(gateway), Lending.Here(AssignmentsOf(outbox), bonds));
        if (lending.Problem is { } problem)
        {
            outbox.Dispose();
            throw new GatewayRefusedException(problem);
        }
        var shown = new ConcurrentDictionary<string, CertificateTime>(StringComparer.Ordinal);
        var own = new CertificateTime(CertificateRules.Own, new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter));
        long fallback = 0;
        var options = new MqttLinkOptions
        {
            Gateway = gateway, Boot = identity.Boot, Brokers = config.Addresses,
            KeepAlive = config.KeepAlive, BackOffCeiling = config.BackOffCeiling,
            Tls = new MqttTls
            {
                Authorities = roots, ClientCertificate = certificate,
                VerificationTime = () => GatewayIdentity.VerificationTime(identity.Now().At, TrustedTime(outbox)),
                ServerShown = server => shown[$"{server.Host}:{server.Port}"] = new CertificateTime($"{server.Host}:{server.Port}", server.From, server.To),
            },
            NextConnection = () =>
            {
                try
                {
                    return fallback = outbox.NextConnection(identity.Boot);
                }
                catch (OutboxException)
                {
                    return ++fallback; // a full disk must not keep the gateway from delivering what would empty it
                }
            },
        };
        var setup = new GatewaySetup
        {
            Gateway = gateway, Judging = judging, AlsoJudging = [.. Everyone(gateway).Skip(1)], Identity = identity, Outbox = outbox, Clock = clock, Dice = Dice(), Say = say,
            LoanEnds = again is null ? static _ => { } : ended => End(gateway, ended, again),
            Ending = lending.Ending, Unbonded = () => BondWipe.IsDone(bonds, lending.Ending, lending.Serving.Count > 0),
            Trust = trust, Asks = asks, RuleTimeRuns = ruleTimeRuns, Patience = patience, Signal = signal ?? (static _ => { }), Remind = remind ?? (static _ => { }), HasSensor = hasSensor,
            Certificates = () => [own, .. shown.Values.OrderBy(server => server.Whose, StringComparer.Ordinal)],
        };
        try
        {
            return new OpenGateway(new GatewayLoop(setup, raised => new MqttLink(options, clock, Dice(), raised)), outbox);
        }
        catch (OutboxException bad)
        {
            outbox.Dispose();
            throw new GatewayRefusedException($"{gateway}: {bad.Message}");
        }
    }

    private void End(string gateway, IReadOnlyList<int> ended, Action again)
    {
        try
        {
            EndedLoans.Add(config.EndedPath(gateway), ended);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new OutboxException($"{config.EndedPath(gateway)}: that a loan is over could not be written down: {failed.Message}", failed);
        }
        again();
    }

    // of a kit that is lent to nobody: no values are expected, and none would count
    private static JudgeSettings InStock => new() { Assignment = 0, Charts = [], Sensors = new Dictionary<string, SensorFile>(), HelpButton = false };

    private static IReadOnlyList<int> AssignmentsOf(SqliteOutbox outbox)
    {
        try
        {
            return outbox.Assignments;
        }
        catch (OutboxException)
        {
            return []; // told when the rules go on from it
        }
    }

    // what cannot be read vouches for nothing; the time of the build still holds
    private static DateTimeOffset? TrustedTime(SqliteOutbox outbox)
    {
        try
        {
            return outbox.TrustedTime;
        }
        catch (OutboxException)
        {
            return null;
        }
    }

    private Random Dice() => new(BitConverter.ToInt32(Bytes(sizeof(int))));

    private byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        random(bytes);
        return bytes;
    }

    private X509Certificate2 ReadCertificate(string gateway)
    {
        string certificateFile = config.Certificate.Replace("{gateway}", gateway, StringComparison.Ordinal);
        string keyFile = config.Key.Replace("{gateway}", gateway, StringComparison.Ordinal);
        X509Certificate2 certificate;
        try
        {
            certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        }
        catch (Exception bad) when (bad is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new GatewayRefusedException($"{gateway}: certificate {certificateFile} with key {keyFile} cannot be used: {bad.Message}");
        }
        string name = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        return string.Equals(name, gateway, StringComparison.Ordinal) ? certificate
            : throw new GatewayRefusedException($"{gateway}: certificate {certificateFile} is for '{name}', not for this gateway");
    }

    private static byte[]? ReadKey(string? file)
    {
        if (file is null)
        {
            return null;
        }
        try
        {
            return Jws.ReadPublicKey(File.ReadAllText(file)) ?? throw new GatewayRefusedException($"key {file} is no public key on P-256 in PEM");
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException)
        {
            throw new GatewayRefusedException($"key {file} cannot be read: {bad.Message}");
        }
    }

    private X509Certificate2Collection ReadRoots()
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(config.Ca);
        }
        catch (Exception bad) when (bad is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new GatewayRefusedException($"ca {config.Ca} cannot be read: {bad.Message}");
        }
        return roots.Count > 0 ? roots : throw new GatewayRefusedException($"ca {config.Ca} holds no certificate");
    }
}
