using TeleMonitor.Gateway.Sensors.Bluetooth;

namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

/// <summary>The small decisions: what an error means, what is left out when nobody reads, which numbers are assigned ones.</summary>
public sealed class BlueZWordsTests
{
    // source: BlueZ src/error.h, src/error.c and src/gatt-client.c for names and texts
    [Theory]
    [InlineData("org.bluez.Error.NotReady", "Resource Not Ready", nameof(BusFailure.AdapterOff))]
    [InlineData("org.bluez.Error.DoesNotExist", "Does Not Exist", nameof(BusFailure.NoDevice))]
    [InlineData("org.bluez.Error.NotConnected", "Not Connected", nameof(BusFailure.NotConnected))]
    [InlineData("org.bluez.Error.AuthenticationCanceled", "Authentication Canceled", nameof(BusFailure.NotAuthenticated))]
    [InlineData("org.bluez.Error.AuthenticationRejected", "Authentication Rejected", nameof(BusFailure.NotAuthenticated))]
    [InlineData("org.bluez.Error.NotPermitted", "Not paired", nameof(BusFailure.NotAuthenticated))]
    [InlineData("org.bluez.Error.NotPermitted", "Read not permitted", nameof(BusFailure.NotPermitted))]
    [InlineData("org.bluez.Error.InProgress", "In Progress", nameof(BusFailure.InProgress))]
    [InlineData("org.bluez.Error.Failed", "le-connection-abort-by-local", nameof(BusFailure.NotConnected))]
    [InlineData("org.bluez.Error.Failed", "le-connection-adapter-not-powered", nameof(BusFailure.AdapterOff))]
    [InlineData("org.bluez.Error.Failed", "le-connection-concurrent-connection-limit", nameof(BusFailure.NoSlot))]
    [InlineData("org.bluez.Error.Failed", "le-connection-key-missing", nameof(BusFailure.NotAuthenticated))]
    [InlineData("org.bluez.Error.Failed", "Operation failed with ATT error: 0x80", nameof(BusFailure.Refused))]
    [InlineData("org.freedesktop.DBus.Error.NoReply", "Method call timed out", nameof(BusFailure.Timeout))]
    [InlineData("org.freedesktop.DBus.Error.NoReply", "Message recipient disconnected from message bus without replying", nameof(BusFailure.NoBlueZ))]
    [InlineData("org.freedesktop.DBus.Error.ServiceUnknown", "", nameof(BusFailure.NoBlueZ))]
    [InlineData("org.example.Anything", "", nameof(BusFailure.Refused))]
    public void An_error_by_name_and_text_is_one_of_few_reasons(string name, string text, string reason) =>
        Assert.Equal(reason, BusException.FailureOf(name, text).ToString());

    [Theory]
    [InlineData("00002a5f-0000-1000-8000-00805f9b34fb", 0x2A5F)]
    [InlineData("00002A5F-0000-1000-8000-00805F9B34FB", 0x2A5F)]
    [InlineData("00012a5f-0000-1000-8000-00805f9b34fb", 0)]
    [InlineData("00002a5f-0000-1000-8000-00805f9b34fc", 0)]
    [InlineData("0000 a5f-0000-1000-8000-00805f9b34fb", 0)]
    [InlineData("2a5f", 0)]
    [InlineData("", 0)]
    [InlineData(null, 0)]
    public void Only_a_UUID_on_the_Bluetooth_base_has_an_assigned_number(string? uuid, int number) => Assert.Equal(number, ShortUuid.Of(uuid));

    [Fact]
    public void When_nobody_reads_advertisements_go_first_then_all_and_the_gap_is_told_where_it_is()
    {
        EventQueue queue = new();
        for (int index = 0; index < EventQueue.Capacity; index++)
        {
            queue.Write(new BlueZEvent(BlueZEventKind.DeviceSeen, index));
        }
        Assert.Equal((EventQueue.Capacity / 2, EventQueue.Capacity / 2L, 0L), (queue.Reader.Count, queue.UnseenCount, queue.LostCount));
        for (int index = 0; index < (EventQueue.Capacity / 2) + 3; index++)
        {
            queue.Write(new BlueZEvent(BlueZEventKind.Value, index));
        }
        Assert.Equal((EventQueue.Capacity, 3L), (queue.Reader.Count, queue.LostCount));
        Assert.True(queue.Reader.TryRead(out _));
        queue.Write(new BlueZEvent(BlueZEventKind.Value, 9000)); // the one place is taken by the word about the gap
        List<BlueZEvent> left = [];
        while (queue.Reader.TryRead(out BlueZEvent? happened))
        {
            left.Add(happened);
        }
        queue.Write(new BlueZEvent(BlueZEventKind.Value, 9001));
        Assert.True(queue.Reader.TryRead(out BlueZEvent? second));
        Assert.True(queue.Reader.TryRead(out BlueZEvent? after));
        Assert.Equal((BlueZEventKind.Lost, 3L), (left[^1].Kind, left[^1].Lost));
        Assert.Equal((BlueZEventKind.Lost, 1L, BlueZEventKind.Value, 9001L), (second.Kind, second.Lost, after.Kind, after.Arrived));
        Assert.Equal(4, queue.LostCount);
    }
}
