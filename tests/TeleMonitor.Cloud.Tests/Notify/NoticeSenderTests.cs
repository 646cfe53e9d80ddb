using Microsoft.Extensions.Logging.Abstractions;
using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub.Notify;
using TeleMonitor.Mqtt;

namespace TeleMonitor.Cloud.Tests.Notify;

public sealed class NoticeSenderTests : IDisposable
{
    private readonly TestHub hub = new();
    private readonly List<string> topics = [];
    private readonly NoticeSender sender;

    public NoticeSenderTests() => sender = new NoticeSender(hub.Store, TimeProvider.System, NullLogger.Instance);

    public void Dispose() => hub.Dispose();

    [Fact]
    public void A_broker_that_never_answers_does_not_hold_up_the_caller()
    {
        Owe();
        sender.Send(message => Publish(message, new TaskCompletionSource<MqttReason>().Task));
        Assert.Equal([$"tm/v1/{TestHub.Gateway}/down/notice"], topics);
    }

    [Fact]
    public void A_session_that_is_over_does_not_stop_the_sender()
    {
        Owe();
        sender.Send(message => Publish(message, Task.FromException<MqttReason>(new MqttException(MqttReason.UnspecifiedError, "over"))));
        Assert.Single(topics);
    }

    [Fact]
    public void A_gateway_known_to_be_offline_is_sent_to_when_it_is_heard_again()
    {
        Owe();
        hub.Store.Write(write => write.Presence(TestHub.Gateway, "offline", "boot-1", 1, hub.Now));
        sender.Send(message => Publish(message, Task.FromResult(MqttReason.Success)));
        Assert.Empty(topics);
        hub.Store.Write(write => write.Presence(TestHub.Gateway, "online", "boot-1", 2, hub.Now));
        sender.Send(message => Publish(message, Task.FromResult(MqttReason.Success)));
        Assert.Single(topics);
    }

    private Task<MqttReason> Publish(MqttPublish message, Task<MqttReason> answer)
    {
        topics.Add(message.Topic);
        return answer;
    }

    private void Owe() => hub.Store.Write(write => write.AddNotice(TestHub.Gateway, "taken", 1, "nurse", hub.Now, TimeSpan.FromHours(24)));
}
