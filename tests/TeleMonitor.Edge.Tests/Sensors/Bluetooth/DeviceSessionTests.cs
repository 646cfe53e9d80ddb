using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Sensors.Bluetooth;

namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

/// <summary>What one device's session says of how it is, without a bus: each change once.</summary>
public sealed class DeviceSessionTests
{
    private static readonly BatteryForecast Unknown = new(BatteryOutlook.TooLittleData);
    private readonly DeviceSession session = new("AA:BB:CC:00:00:01", Shipped.Config.Sensors["ble-cuff"], BondedDevices.Open("absent.json", out _), new SimClock(), () => null);

    private static string Said(SensorState? state) => state is null ? "-" : $"{state.Sensor} {state.Health} {state.Word} {state.DaysLeft}".TrimEnd();

    [Fact]
    public void A_unit_that_somebody_switched_over_is_told_until_it_is_switched_back()
    {
        Assert.Equal("ble-cuff.0001 Well", Said(session.Heard(0, null)));
        Assert.Equal("ble-cuff.0001 Failing unit", Said(session.Heard(0, "kPa")));
        Assert.Equal("-", Said(session.Heard(0, "kPa")));
        Assert.Equal(("unit", "ble-cuff.0001 Well"), (session.Trouble, Said(session.Heard(0, null))));
    }

    [Theory]
    [InlineData(21, 15, "-")]
    [InlineData(20, 15, "ble-cuff.0001 NeedsCare battery 15")]
    [InlineData(80, 14, "ble-cuff.0001 NeedsCare battery 14")] // full, and falls fast
    public void A_battery_is_low_by_its_level_or_by_its_days_whichever_says_so_first(int percent, int days, string expected) =>
        Assert.Equal(expected, Said(session.Battery((byte)percent, new BatteryForecast(BatteryOutlook.Known, days))));

    [Fact]
    public void A_battery_whose_days_are_not_known_is_low_by_its_level_alone_and_no_days_are_told()
    {
        Assert.Equal("-", Said(session.Battery(21, Unknown)));
        SensorState low = session.Battery(20, Unknown)!;
        Assert.Equal((null, "its battery is at 20 %"), (low.DaysLeft, low.Why));
        Assert.Equal("-", Said(session.Battery(19, Unknown)));
        Assert.Equal("ble-cuff.0001 Well", Said(session.Battery(100, Unknown)));
    }

    [Fact]
    public void A_low_battery_is_still_told_after_another_trouble_is_over()
    {
        session.Battery(10, new BatteryForecast(BatteryOutlook.Known, 3));
        Assert.Equal("ble-cuff.0001 Failing frame", Said(session.Unread("too short")));
        Assert.Equal("ble-cuff.0001 NeedsCare battery 3", Said(session.Heard(0, null)));
    }
}
