namespace TeleMonitor.Rig.Hil;

/// <summary>
/// The CP2112 bridge (USB to SMBus and eight lines) as its driver sees it: HID reports in, HID reports out. It knows no kernel: in the
/// bench UhidDevice carries its reports, in the gateway's unit tests the tests do. Source: Silicon Labs AN495 and Linux drivers/hid/hid-cp2112.c.
/// </summary>
internal sealed class Cp2112
{
    /// <summary>Length of a report's data; shorter ones the kernel complains of.</summary>
    public const int ReportData = 63;

    private const byte Direction = 0x02, GetLines = 0x03, SetLines = 0x04, Version = 0x05, BusSettings = 0x06,
        ReadRequest = 0x10, WriteReadRequest = 0x11, ForceRead = 0x12, ReadResponse = 0x13, WriteRequest = 0x14, StatusRequest = 0x15, StatusResponse = 0x16,
        LockByte = 0x20, UsbSettings = 0x21;

    private const byte Complete = 2, Failed = 3; // of the last transfer

    private readonly Lock gate = new();
    private readonly List<(int Line, bool Level)> driven = [];
    private byte[] answer = [];
    private byte status, outputs, pushPull, lines = 0xFF;

    /// <summary>The thermometer on its bus; null: unplugged, nobody answers.</summary>
    public Mlx90614? Thermometer { get; set; }

    /// <summary>What the driver's outputs did, in order, since <see cref="ForgetDriven"/>; only changes.</summary>
    public IReadOnlyList<(int Line, bool Level)> Driven
    {
        get
        {
            lock (gate)
            {
                return [.. driven];
            }
        }
    }

    /// <summary>Begins <see cref="Driven"/> anew.</summary>
    public void ForgetDriven()
    {
        lock (gate)
        {
            driven.Clear();
        }
    }

    /// <summary>Whether a line is high now.</summary>
    public bool IsHigh(int line)
    {
        lock (gate)
        {
            return (lines & (1 << line)) != 0;
        }
    }

    /// <summary>Something outside, such as a button, sets an input.</summary>
    public void SetInput(int line, bool high)
    {
        lock (gate)
        {
            Put((byte)(1 << line), high ? (byte)0xFF : (byte)0);
        }
    }

    /// <summary>A feature report that the driver asks for; null: there is none of this number.</summary>
    public byte[]? Feature(byte report)
    {
        lock (gate)
        {
            return report switch
            {
                Direction => [report, outputs, pushPull, 0, 0],
                GetLines => [report, lines],
                Version => [report, 0x0C, 2],
                BusSettings => [report, 0x00, 0x01, 0x86, 0xA0, 2, 0, 0, 0, 0, 0, 0, 0, 0], // 100,000 Hz, big end first
                LockByte => [report, 0],
                UsbSettings => [report, 0xC4, 0x10, 0x90, 0xEA, 50, 0, 1, 0, 0],
                _ => null,
            };
        }
    }

    /// <summary>A feature report that the driver sets.</summary>
    public void SetFeature(ReadOnlySpan<byte> report)
    {
        lock (gate)
        {
            switch (report[0])
            {
                case Direction:
                    (outputs, pushPull) = (report[1], report[2]);
                    break;
                case SetLines:
                    Put((byte)(report[2] & outputs), report[1]);
                    break;
                default:
                    break; // settings of a bus that has no speed
            }
        }
    }

    /// <summary>An output report of the driver.</summary>
    /// <returns>The input report that answers it; null: none does.</returns>
    public byte[]? Output(ReadOnlySpan<byte> report)
    {
        switch (report[0])
        {
            case ReadRequest:
                Transfer(report[1], [], (report[2] << 8) | report[3]);
                return null;
            case WriteReadRequest:
                Transfer(report[1], report.Slice(5, report[4]), (report[2] << 8) | report[3]);
                return null;
            case WriteRequest:
                Transfer(report[1], report.Slice(3, report[2]), 0);
                return null;
            case StatusRequest:
                return [StatusResponse, status, status == Complete ? (byte)5 : (byte)0, 0, 0, (byte)(answer.Length >> 8), (byte)(answer.Length & 0xFF)];
            case ForceRead:
                int count = Math.Min(Math.Min((report[1] << 8) | report[2], 61), answer.Length);
                byte[] piece = [ReadResponse, Complete, (byte)count, .. answer.AsSpan(0, count)];
                answer = answer[count..];
                return piece;
            default:
                return null;
        }
    }

    private void Transfer(byte address, ReadOnlySpan<byte> written, int count)
    {
        answer = [];
        status = Failed;
        if (Thermometer is { } chip && address >> 1 == Mlx90614.Address)
        {
            if (written.Length > 0)
            {
                chip.Write(written);
            }

            (answer, status) = (count > 0 ? chip.Read(count) : [], Complete);
        }
    }

    private void Put(byte mask, byte values)
    {
        byte now = (byte)((lines & ~mask & 0xFF) | (values & mask));
        for (int line = 0; line < 8; line++)
        {
            int bit = 1 << line;
            if ((outputs & bit) != 0 && ((now ^ lines) & bit) != 0)
            {
                driven.Add((line, (now & bit) != 0));
            }
        }

        lines = now;
    }
}
