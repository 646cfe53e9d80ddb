using TeleMonitor.Hub.Store;
using TeleMonitor.Mqtt;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Notify;

/// <summary>Sends notices home and sends them again until the gateway's status says that it has them.</summary>
public sealed class NoticeSender(HubStore store, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(15);
    private readonly Dictionary<string, (long Through, DateTimeOffset At)> sent = new(StringComparer.Ordinal);

    /// <summary>Sends what is owed and was not just sent. Does not wait for the broker: cases and pages must not wait behind a notice.</summary>
    public void Send(Func<MqttPublish, Task<MqttReason>> publish)
    {
        DateTimeOffset now = clock.GetUtcNow();
        foreach (string gateway in store.Read(read => read.GatewaysOwedNotices()))
        {
            if (store.Read(read => read.NoticesFor(gateway, store.HubId)) is not { } notices)
            {
                continue;
            }
            long through = notices.First + notices.Items.Count - 1;
            if (sent.TryGetValue(gateway, out (long Through, DateTimeOffset At) last) && last.Through == through && now - last.At < Again)
            {
                continue;
            }
            sent[gateway] = (through, now);
            _ = publish(new MqttPublish { Topic = $"tm/v1/{gateway}/down/notice", Payload = WireItems.Write(notices), Qos = 1, ContentType = "application/json" })
                .ContinueWith(sending => log.LogInformation("notices to {Gateway} through {Through}: {Answer}", gateway, through,
                    sending.IsCompletedSuccessfully ? sending.Result : sending.Exception?.InnerException?.Message),
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
