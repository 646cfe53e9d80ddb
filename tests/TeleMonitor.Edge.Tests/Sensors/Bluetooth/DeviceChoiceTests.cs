using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Vitals.Quality;

namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

/// <summary>Which of the devices that were heard can be ours.</summary>
public sealed class DeviceChoiceTests
{
    private static readonly SensorFile Named = Shipped.Config.Sensors["ble-cuff"] with
    {
        Id = "example-bp", Device = Shipped.Config.Sensors["ble-cuff"].Device! with { Names = ["Example BP*"] },
    };

    private static readonly SensorFile[] Models = [.. Shipped.Config.Sensors.Values, Named];

    [Theory]
    [InlineData("whatever", new ushort[] { 0x1810 }, "ble-cuff")]
    [InlineData("Example BP 04F2", new ushort[] { 0x1810 }, "example-bp")] // its own file before one for any cuff
    [InlineData("Example BP 04F2", new ushort[0], "example-bp")] // advertises no service: only the name tells
    [InlineData("Example BP 04F2", new ushort[] { 0x1809 }, "ble-thermometer")] // the name alone, against the services, does not
    [InlineData("whatever", new ushort[0], null)]
    [InlineData("", new ushort[] { 0x180F, 0x180A }, null)]
    [InlineData("", new ushort[] { 0x1822, 0x180D }, "ble-heart-rate")] // as good as the other: the order of their names decides, every time
    public void A_device_is_of_the_model_that_says_most_of_it(string name, ushort[] services, string? model) =>
        Assert.Equal(model, DeviceChoice.ModelOf(Device("AA:BB:CC:00:00:01", name, services, -60), Models)?.Id);

    [Fact]
    public void What_is_heard_now_and_not_ours_is_offered_the_strongest_first()
    {
        BluetoothDevice[] heard =
        [
            Device("AA:BB:CC:00:00:01", "far", [0x1810], -90), Device("AA:BB:CC:00:00:02", "near", [0x1822], -40), Device("AA:BB:CC:00:00:03", "ours", [0x1810], -30),
            Device("AA:BB:CC:00:00:04", "not heard now", [0x1810], null), Device("AA:BB:CC:00:00:05", "headphones", [0x180F], -20),
        ];
        BondedDevice ours = new("AA:BB:CC:00:00:03", "ble-cuff", default);
        Assert.Equal(["near ble-oximeter", "far ble-cuff"], DeviceChoice.Of(heard, Models, [ours]).Select(found => $"{found.Device.Name} {found.Model.Id}"));
    }

    private static BluetoothDevice Device(string address, string name, ushort[] services, int? rssi) =>
        new(MockBluez.PathOf(address), address, name, name, services, false, false, false, false, false, rssi, new Dictionary<ushort, byte[]>());
}
