using System.Collections.Concurrent;
using System.Data.Common;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.Boards;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Notify;
using TeleMonitor.Hub.Store;
using TeleMonitor.Mqtt;

namespace TeleMonitor.Hub;

/// <summary>
/// The hub from top to bottom: a broker's messages → batches stored once, receipts → owed work and due times become case steps →
/// pages and notices go out → boards are told. Each arrow is a row in the store; nothing that must happen lives only in memory.
/// </summary>
public sealed class HubPipeline : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan IngestRestart = TimeSpan.FromSeconds(1);

    private readonly HubConfig config;
    private readonly HubStore store;
    private readonly HubClock clock;
    private readonly HubMetrics metrics;
    private readonly BoardFeed feed;
    private readonly ILogger log;
    private readonly IngestLoop ingest;
    private readonly CareRound round;
    private readonly SilenceWatch watch;
    private readonly AuditWatch audit;
    private readonly RetentionWatch retention;
    private readonly SemaphoreSlim work = new(1);
    private long workedMs;
    private readonly ConcurrentDictionary<MqttSession, byte> sessions = new();

    /// <summary>Puts the parts together.</summary>
    internal HubPipeline(HubConfig config, HubStore store, HubData data, CaseWorker worker, BoardFeed feed, HubMetrics metrics, HubClock clock, ILogger log, ProfileIssue? profiles = null)
    {
        (this.config, this.store, this.feed, this.metrics, this.clock, this.log) = (config, store, feed, metrics, clock, log);
        ingest = new IngestLoop(store, new BatchIngest(store.HubId, data.Charts), metrics, clock, log, hasWork =>
        {
            if (hasWork)
            {
                Wake();
            }
        });
        round = new CareRound(store, worker, new BoardNotifier(store, feed), new NoticeSender(store, clock, log), feed, metrics, clock, new SelfTests(store, data, worker, metrics),
            profiles, new ProfileSender(store, clock, log));
        audit = new AuditWatch(store, new AnchorFile(AnchorFile.Beside(config.Store)));
        retention = new RetentionWatch(store, data.Retention, new AnchorFile(AnchorFile.Beside(config.Store)));
        watch = new SilenceWatch(store, data, clock.GetUtcNow(), TimeSpan.FromSeconds(Math.Max(30, config.KeepAliveSeconds)));
    }

    /// <summary>Something may be owed: look now instead of at the next tick.</summary>
    public void Wake()
    {
        if (work.CurrentCount == 0)
        {
            work.Release();
        }
    }

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken ct) => Task.WhenAll(IngestAsync(ct), CareAsync(ct), WatchAsync(ct), RemoveAsync(ct));

    /// <inheritdoc/>
    public void Dispose() => work.Dispose();

    /// <summary>Listens at every broker at once: a gateway may be at any, and what it sends where no hub listens would wait for ever.</summary>
    private Task IngestAsync(CancellationToken ct)
    {
        (System.Security.Cryptography.X509Certificates.X509Certificate2 own, var authorities) =
            config.LoadCertificates(out IReadOnlyList<string> problems) ?? throw new InvalidOperationException(string.Join("; ", problems));
        string clientId = own.GetNameInfo(System.Security.Cryptography.X509Certificates.X509NameType.SimpleName, forIssuer: false);
        var tls = new MqttTls { Authorities = authorities, ClientCertificate = own, VerificationTime = clock.GetUtcNow };
        return Task.WhenAll(config.BrokerAddresses().Select((broker, place) => ListenAsync(broker, place, clientId, tls, ct)));
    }

    private async Task ListenAsync((string Host, int Port) broker, int place, string clientId, MqttTls tls, CancellationToken ct)
    {
        var options = new MqttLoopOptions
        {
            Brokers = 1,
            Ceiling = TimeSpan.FromSeconds(config.BackoffCeilingSeconds),
            Connection = _ => new MqttOptions
            {
                Host = broker.Host, Port = broker.Port, ClientId = clientId, ReceiveMaximum = 1000, Tls = tls,
                KeepAlive = TimeSpan.FromSeconds(config.KeepAliveSeconds), PingTimeout = TimeSpan.FromSeconds(config.KeepAliveSeconds),
            },
        };
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await MqttLoop.RunAsync(options, ServeAsync, change => Report(broker, change), clock, new Random(unchecked(Environment.ProcessId + place)), ct);
            }
            catch (Exception failed) when (!ct.IsCancellationRequested)
            {
                // whatever it was: a hub whose boards go on while nothing is taken any more would be a silence nobody notices
                metrics.Count("telemonitor_hub_ingest_failures_total");
                log.LogError(failed, "taking batches failed; it begins again in {Seconds} s", IngestRestart.TotalSeconds);
                await Task.Delay(IngestRestart, clock, ct);
            }
        }
    }

    private async Task ServeAsync(MqttSession joined, CancellationToken ct)
    {
        IReadOnlyList<MqttReason> granted = await joined.SubscribeAsync(IngestLoop.Filters, 1, ct);
        if (granted.Any(reason => reason > MqttReason.GrantedQos1))
        {
            log.LogError("the broker does not let this hub subscribe: {Granted}", string.Join(", ", granted));
            return; // no hub listens here: back off and try again
        }
        sessions[joined] = 0;
        metrics.Linked(true);
        Wake();
        try
        {
            await ingest.RunAsync(joined, ct);
        }
        finally
        {
            sessions.TryRemove(joined, out _);
            metrics.Linked(!sessions.IsEmpty);
        }
    }

    private void Report((string Host, int Port) broker, MqttLinkChange change)
    {
        if (change.State is MqttLinkState.Lost && change.Reason == MqttReason.SessionTakenOver)
        {
            FindThrownOff();
        }
        if (change.State is MqttLinkState.Connected or MqttLinkState.Lost or MqttLinkState.Refused)
        {
            log.LogInformation("broker {Host}:{Port} {State}: {Why}", broker.Host, broker.Port, change.State, change.Why);
        }
    }

    /// <summary>At every broker, since the gateway may be at any; the answer of one that has it counts.</summary>
    private async Task<MqttReason> PublishAsync(MqttPublish message)
    {
        MqttReason[] answers = await Task.WhenAll(sessions.Keys.Select(joined => joined.PublishAsync(message, CancellationToken.None)));
        return answers.DefaultIfEmpty(MqttReason.NoMatchingSubscribers).Min();
    }

    private void FindThrownOff()
    {
        try
        {
            store.Write(write => write.Finding("", "finding/hub-thrown-off", "another client has this hub's name", clock.GetUtcNow()));
        }
        catch (DbException broken)
        {
            log.LogError(broken, "another client has this hub's name, and the finding cannot be stored");
        }
    }

    /// <summary>Owed work at once, due times each second, for ever. One failure is a finding and not the end of the loop.</summary>
    private async Task CareAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                if (round.Run(sessions.IsEmpty ? null : PublishAsync))
                {
                    Wake(); // one round does a bounded number of steps: there may be more
                }
                Volatile.Write(ref workedMs, clock.GetUtcNow().ToUnixTimeMilliseconds());
                metrics.CareWorks(true);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                metrics.CareWorks(false);
                metrics.Count("telemonitor_hub_care_failures_total");
                log.LogError(failed, "a round of the case worker failed; the next is in a second");
            }
            await WaitAsync(ct);
        }
    }

    /// <summary>Silence, each second, beside the case worker: one that hangs is silent too.</summary>
    private async Task WatchAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await Task.Delay(Tick, clock, ct);
            try
            {
                DateTimeOffset now = clock.GetUtcNow();
                TimeSpan? quiet = metrics.IsStoreWorking ? sessions.Keys.Min(joined => (TimeSpan?)joined.SinceReceived) : null;
                long worked = Volatile.Read(ref workedMs);
                audit.Round(now);
                if (watch.Round(now - quiet, worked == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(worked), now) > 0)
                {
                    feed.Changed();
                }
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                metrics.Count("telemonitor_hub_watch_failures_total");
                log.LogError(failed, "a round of the watch over silence failed; the next is in a second");
            }
        }
    }

    /// <summary>What has had its time or was asked to go, a bounded piece a second, beside everything else.</summary>
    private async Task RemoveAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await Task.Delay(Tick, clock, ct);
            try
            {
                retention.Round(clock.GetUtcNow());
                audit.Verify(clock.GetUtcNow());
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                metrics.Count("telemonitor_hub_retention_failures_total");
                log.LogError(failed, "removing what has had its time failed; it goes on in a second");
            }
        }
    }

    private async Task WaitAsync(CancellationToken ct)
    {
        using var tick = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task woken = work.WaitAsync(tick.Token);
        await Task.WhenAny(woken, Task.Delay(Tick, clock, tick.Token));
        await tick.CancelAsync();
        try
        {
            await woken;
        }
        catch (OperationCanceledException)
        {
            ct.ThrowIfCancellationRequested();
        }
    }
}
