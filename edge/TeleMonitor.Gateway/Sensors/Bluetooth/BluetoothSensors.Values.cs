using System.Threading.Channels;
using TeleMonitor.Gateway.Sensors.Bluetooth.Frames;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

// what a device sends: a measurement, or how full its battery is
internal sealed partial class BluetoothSensors
{
    private async Task ValueAsync(DeviceSession session, BlueZEvent happened, ChannelWriter<SensorMessage> into, CancellationToken stop)
    {
        if (!GattReadings.Measurements.Any(row => row.Characteristic == happened.Characteristic))
        {
            if (BatteryFrame.TryParse(happened.Value.Span, out byte percent, out _))
            {
                BatteryForecast forecast = setup.Heard.NoteBattery(happened.Address, percent, setup.LocalTime());
                await TellAsync(session.Battery(percent, forecast), into, stop);
                Note(session, null);
            }
            return;
        }
        string? deviceNow = session.ClockAt(happened.Arrived);
        if (!GattReadings.TryRead(happened.Characteristic, happened.Value.Span, session.Bond.Model, deviceNow, out GattReading reading, out string problem))
        {
            Unread++;
            await TellAsync(session.Unread(problem), into, stop);
            Note(session, null);
            return;
        }
        await TellAsync(session.Heard(happened.Arrived, reading.ForeignUnit), into, stop);
        DateTimeOffset wall = clock.GetUtcNow() - clock.GetElapsedTime(happened.Arrived);
        Note(session, wall);
        Acceptance accepted = BluetoothRules.Accept(session.Bond, GattReadings.IsLive(happened.Characteristic), reading.At, deviceNow, wall);
        if (accepted is Acceptance.Taken)
        {
            string? doubt = BluetoothRules.DoubtOfTime(reading.At, deviceNow, setup.LocalTime()?.DateTime);
            await into.WriteAsync(new SensorMessage(new Burst(reading.But(doubt).Values), Assignment: BluetoothRules.WhoseIs(session.Bond, reading.User)), stop);
            return;
        }
        Discarded++;
        setup.Say($"{session.Bond.Model}: a stored measurement is discarded: {(accepted is Acceptance.BeforePairing ? "it is older than the pairing" : "nothing proves it newer than the pairing")}");
    }

    /// <summary>For whoever asks later how the device was, and for the lamp that asks for a battery.</summary>
    private void Note(DeviceSession session, DateTimeOffset? heard)
    {
        setup.Heard.Note(new HeardDevice(session.Bond.Address, heard, session.BatteryPercent, session.Trouble));
        ShowLowBattery();
    }

    private void ShowLowBattery()
    {
        if (sessions.Values.Any(session => session.IsBatteryLow) is var low && low != lowBattery)
        {
            setup.BatteryLow(lowBattery = low);
        }
    }
}
