namespace TeleMonitor.Mqtt;

/// <summary>What the loop is about to do or has just seen.</summary>
public enum MqttLinkState
{
    /// <summary>An attempt begins.</summary>
    Connecting,

    /// <summary>The session is up.</summary>
    Connected,

    /// <summary>The attempt failed; the broker may be away, refuse us, or not be trusted.</summary>
    Refused,

    /// <summary>A session that was up has ended.</summary>
    Lost,

    /// <summary>Every broker was tried, or a session was lost: nothing happens until the delay is over.</summary>
    Waiting,
}

/// <summary>One change of the link, for log, metric and status.</summary>
/// <param name="State">What happens.</param>
/// <param name="Attempt">Which attempt, from <see cref="MqttAttempt.Number"/>.</param>
/// <param name="Reason">The code of either end; null when there is none.</param>
/// <param name="Why">A sentence for <see cref="MqttLinkState.Refused"/> and <see cref="MqttLinkState.Lost"/>; empty otherwise.</param>
/// <param name="Delay">How long <see cref="MqttLinkState.Waiting"/> takes; zero otherwise.</param>
public sealed record MqttLinkChange(MqttLinkState State, MqttAttempt Attempt, MqttReason? Reason, string Why, TimeSpan Delay);

/// <summary>One attempt to connect.</summary>
/// <param name="Number">From 1, rising with every attempt to any broker; usable as the connection number in presence and will.</param>
/// <param name="Broker">Place in the order of brokers, from 0.</param>
public readonly record struct MqttAttempt(long Number, int Broker);

/// <summary>How a link is kept up.</summary>
public sealed record MqttLoopOptions
{
    /// <summary>How many brokers there are, tried in order; at least 1.</summary>
    public required int Brokers { get; init; }

    /// <summary>Makes the options of one attempt, anew each time: the will may carry the attempt's number.</summary>
    public required Func<MqttAttempt, MqttOptions> Connection { get; init; }

    /// <summary>Shortest wait. Default 1 s.</summary>
    public TimeSpan Floor { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait. Default 60 s.</summary>
    public TimeSpan Ceiling { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// A session that lived this long counts as success and the next wait starts at the floor; a shorter one counts as another
    /// failure, so that two clients with one name do not throw each other off at full speed. Default 60 s.
    /// </summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>Keeps one session up until cancelled.</summary>
public static class MqttLoop
{
    /// <summary>
    /// Tries the brokers in order; hands the first session to <paramref name="onSession"/>; when that returns, or the session ends,
    /// waits and begins again with the first broker. When every broker has failed it waits too. The wait grows with
    /// <see cref="MqttBackOff"/>.
    /// </summary>
    /// <param name="options">Brokers and waits.</param>
    /// <param name="onSession">
    /// Uses the session. Its token is cancelled when the session ends or the loop is cancelled; in the second case the session is
    /// still up until it returns, so a last message can be sent. Returning early means: leave this broker, back off. A
    /// <see cref="MqttException"/> counts as the session's end; any other exception is a fault of the caller's and ends the loop.
    /// </param>
    /// <param name="report">Called for every change, on the loop; must be short and not throw.</param>
    /// <param name="clock">For all waiting.</param>
    /// <param name="jitter">The loop's own source of randomness.</param>
    /// <param name="ct">Ends the loop: the session is closed cleanly and the task completes without an exception.</param>
    /// <exception cref="ArgumentException">A connection's options have problems: no number of attempts would help.</exception>
    public static async Task RunAsync(
        MqttLoopOptions options,
        Func<MqttSession, CancellationToken, Task> onSession,
        Action<MqttLinkChange> report,
        TimeProvider clock,
        Random jitter,
        CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Brokers, 1);
        int failures = 0;
        MqttAttempt attempt = default;
        try
        {
            while (!ct.IsCancellationRequested)
            {
                for (int broker = 0; broker < options.Brokers; broker++)
                {
                    attempt = new MqttAttempt(attempt.Number + 1, broker);
                    if (await TryConnectAsync(options, attempt, report, clock, ct) is not { } session)
                    {
                        continue;
                    }

                    long since = clock.GetTimestamp();
                    await UseAsync(session, attempt, onSession, report, ct);
                    failures = clock.GetElapsedTime(since) >= options.StableAfter ? 0 : failures;
                    break;
                }

                ct.ThrowIfCancellationRequested();
                TimeSpan delay = MqttBackOff.Delay(failures, options.Floor, options.Ceiling, jitter);
                failures = failures == int.MaxValue ? failures : failures + 1;
                report(new MqttLinkChange(MqttLinkState.Waiting, attempt, null, string.Empty, delay));
                await Task.Delay(delay, clock, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // the only way out that was asked for
        }
    }

    private static async Task<MqttSession?> TryConnectAsync(
        MqttLoopOptions options, MqttAttempt attempt, Action<MqttLinkChange> report, TimeProvider clock, CancellationToken ct)
    {
        report(new MqttLinkChange(MqttLinkState.Connecting, attempt, null, string.Empty, TimeSpan.Zero));
        try
        {
            MqttSession session = await MqttSession.ConnectAsync(options.Connection(attempt), clock, ct);
            report(new MqttLinkChange(MqttLinkState.Connected, attempt, null, string.Empty, TimeSpan.Zero));
            return session;
        }
        catch (MqttException e)
        {
            report(new MqttLinkChange(MqttLinkState.Refused, attempt, e.Reason, e.Message, TimeSpan.Zero));
            return null;
        }
    }

    private static async Task UseAsync(
        MqttSession session,
        MqttAttempt attempt,
        Func<MqttSession, CancellationToken, Task> onSession,
        Action<MqttLinkChange> report,
        CancellationToken ct)
    {
        await using (session)
        {
            using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(ct);
            Task work = onSession(session, over.Token);
            await Task.WhenAny(work, session.Ended);
            await over.CancelAsync();
            try
            {
                await work;
            }
            catch (Exception e) when (e is MqttException || (e is OperationCanceledException && over.IsCancellationRequested))
            {
                // the session's end, seen from inside; the reason is reported below
            }
        }

        MqttEnd end = await session.Ended;
        report(new MqttLinkChange(MqttLinkState.Lost, attempt, end.Reason, end.Why, TimeSpan.Zero));
    }
}
