using TeleMonitor.Hub.Store;
using TeleMonitor.Mqtt;

namespace TeleMonitor.Hub.Notify;

/// <summary>Publishes bundles that must go out, retained, until a broker has each.</summary>
public sealed class ProfileSender(HubStore store, TimeProvider clock, ILogger log)
{
    private const int Most = 50;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(15);
    private readonly Dictionary<string, (int Version, DateTimeOffset At)> tried = new(StringComparer.Ordinal);

    /// <summary>Sends what is owed and was not just tried. Does not wait for the broker.</summary>
    public void Send(Func<MqttPublish, Task<MqttReason>> publish)
    {
        DateTimeOffset now = clock.GetUtcNow();
        foreach (IssuedProfile issued in store.Read(read => read.ProfilesToPublish(Most)))
        {
            if (tried.TryGetValue(issued.Gateway, out (int Version, DateTimeOffset At) last) && last.Version == issued.Mark.Version && now - last.At < Again)
            {
                continue;
            }
            tried[issued.Gateway] = (issued.Mark.Version, now);
            _ = SendAsync(publish, issued);
        }
    }

    private async Task SendAsync(Func<MqttPublish, Task<MqttReason>> publish, IssuedProfile issued)
    {
        try
        {
            MqttReason answer = await publish(new MqttPublish
            {
                Topic = $"tm/v1/{issued.Gateway}/down/profile", Payload = issued.Bundle, Qos = 1, Retain = true, ContentType = "application/json",
            });
            log.LogInformation("settings {Version} of {Gateway}: {Answer}", issued.Mark.Version, issued.Gateway, answer);
            if (answer is MqttReason.Success or MqttReason.NoMatchingSubscribers)
            {
                store.Write(write => write.Published(issued.Gateway, issued.Mark.Version, clock.GetUtcNow()));
            }
        }
        catch (Exception failed) when (failed is MqttException or System.Data.Common.DbException)
        {
            log.LogInformation("settings {Version} of {Gateway} are sent again: {Why}", issued.Mark.Version, issued.Gateway, failed.Message);
        }
    }
}
