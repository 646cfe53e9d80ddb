using TeleMonitor.Hub.Ingest;
using TeleMonitor.Mqtt;

namespace TeleMonitor.Cloud.Tests.Ingest;

public sealed class IngestQueueTests
{
    private readonly IngestQueue queue = new();

    [Fact]
    public void An_alert_that_came_after_a_backlog_leaves_before_it_and_alone()
    {
        Add("reading", 200, bytes: 10);
        Add("alert", 2, bytes: 10);
        Assert.Equal(["alert"], Lanes(queue.Next()).Distinct());
        Assert.Equal(["reading"], Lanes(queue.Next()).Distinct());
    }

    [Fact]
    public void One_transaction_takes_at_most_64_messages_and_little_more_than_a_mebibyte()
    {
        Add("reading", 100, bytes: 10);
        Assert.Equal(IngestQueue.MostTogether, queue.Next().Count);
        Assert.Equal(100 - IngestQueue.MostTogether, queue.Next().Count);
        Add("reading", 100, bytes: 120 * 1024);
        Assert.Equal(9, queue.Next().Count);
    }

    [Fact]
    public void Everything_leaves_once_and_each_lane_in_its_order()
    {
        string[] lanes = ["reading", "alert", "status"];
        for (int number = 0; number < 500; number++)
        {
            Add(lanes[number % 3], 1, bytes: number * 300);
        }
        var left = new List<MqttMessage>();
        while (!queue.IsEmpty)
        {
            left.AddRange(queue.Next());
        }
        Assert.Equal(500, left.Count);
        foreach (string lane in lanes)
        {
            int[] sizes = [.. left.Where(message => message.Topic.EndsWith(lane, StringComparison.Ordinal)).Select(message => message.Payload.Length)];
            Assert.Equal(sizes.Order(), sizes);
        }
    }

    private void Add(string lane, int count, int bytes)
    {
        for (int added = 0; added < count; added++)
        {
            queue.Add(new MqttMessage { Topic = "tm/v1/gw-test-0001/up/" + lane, Payload = new byte[bytes], Qos = 1, Retain = false });
        }
    }

    private static IEnumerable<string> Lanes(IEnumerable<MqttMessage> messages) => messages.Select(message => message.Topic.Split('/')[^1]);
}
