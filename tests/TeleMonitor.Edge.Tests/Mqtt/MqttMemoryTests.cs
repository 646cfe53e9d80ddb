namespace TeleMonitor.Edge.Tests.Mqtt;

/// <summary>Tests that weigh the whole process run alone.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class AloneCollection;

/// <summary>Messages leave nothing behind.</summary>
[Collection("alone")]
public sealed class MqttMemoryTests
{
    [Fact]
    public async Task A_hundred_thousand_messages_leave_no_memory_behind()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync(FakeBroker.Options with { ReceiveMaximum = 100 });
        await RoundsAsync(broker, 20);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await RoundsAsync(broker, 1000);
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(grown < 1_000_000, $"{grown} bytes more after 100000 messages");
    }

    private static async Task RoundsAsync(FakeBroker broker, int rounds)
    {
        byte[] batch = [.. Enumerable.Range(1, 100).SelectMany(id => ServerPackets.Publish("tm/v1/gw-1/up/reading", new byte[50], 1, (ushort)id))];
        for (int round = 0; round < rounds; round++)
        {
            await broker.SendAsync(batch);
            for (int i = 0; i < 100; i++)
            {
                broker.Session.Acknowledge(await broker.NextAsync());
            }

            for (int i = 0; i < 100; i++)
            {
                Assert.Equal(i + 1, (await broker.ReceiveAsync()).LeadingId);
            }
        }
    }
}
