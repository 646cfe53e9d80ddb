namespace TeleMonitor.Rig.Hil;

/// <summary>
/// The MLX90614 thermometer as its bus sees it: words at commands, low byte first, with a PEC after them. The same chip is behind
/// the kernel's driver in the bench and behind the folder that looks like sysfs in the gateway's unit tests. Source: Melexis MLX90614 datasheet,
/// chapter on the SMBus protocol.
/// </summary>
internal sealed class Mlx90614
{
    /// <summary>Its usual address, 7 bits.</summary>
    public const byte Address = 0x5A;

    private const byte Ambient = 0x06, Object = 0x07, Emissivity = 0x24, Config = 0x25;
    private const ushort ErrorFlag = 0x8000;

    // one sensor, full emissivity, as delivered; surroundings at 23.9 °C
    private readonly Dictionary<byte, ushort> words = new() { [Ambient] = 0x3A00, [Object] = 0x3C5B, [Emissivity] = 0xFFFF, [Config] = 0x9FB4 };
    private byte command;

    /// <summary>The word of a temperature, which counts fiftieths of a kelvin.</summary>
    /// <param name="hundredths">Hundredths of a degree Celsius; odd, since only those are whole fiftieths of a kelvin.</param>
    public static ushort WordOf(int hundredths) => (ushort)((hundredths + 27_315) / 2);

    /// <summary>What it sees, as its word; bit 15 set is its own word for an error.</summary>
    public void See(ushort word, bool error = false) => words[Object] = (ushort)(error ? word | ErrorFlag : word);

    /// <summary>The master writes a command, and after it perhaps a word.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        command = bytes[0];
        if (bytes.Length >= 3)
        {
            words[command] = (ushort)(bytes[1] | (bytes[2] << 8));
        }
    }

    /// <summary>The master reads after a command: word, PEC, then nothing that drives the line.</summary>
    public byte[] Read(int count)
    {
        ushort word = words.GetValueOrDefault(command);
        byte[] answer = [(byte)(word & 0xFF), (byte)(word >> 8)];
        byte check = Crc8([Address << 1, command, (Address << 1) | 1, .. answer]);
        return [.. answer.Append(check).Concat(Enumerable.Repeat((byte)0xFF, count)).Take(count)];
    }

    /// <summary>SMBus packet error check: CRC-8, polynomial x⁸+x²+x+1. Source: System Management Bus specification 2.0, 5.4.1.2.</summary>
    internal static byte Crc8(ReadOnlySpan<byte> bytes)
    {
        int check = 0;
        foreach (byte next in bytes)
        {
            check ^= next;
            for (int bit = 0; bit < 8; bit++)
            {
                check = (check & 0x80) != 0 ? ((check << 1) ^ 0x07) & 0xFF : check << 1;
            }
        }

        return (byte)check;
    }
}
