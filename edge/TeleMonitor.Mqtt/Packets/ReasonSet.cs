namespace TeleMonitor.Mqtt.Packets;

/// <summary>Which reason codes a kind of packet may carry: one bit per code, low half below 0x80, high half from 0x80 to 0xBF.</summary>
internal readonly record struct ReasonSet(ulong Successes, ulong Failures)
{
    /// <summary>MQTT 5.0, table 3-1.</summary>
    public static readonly ReasonSet ConnAck = Of([0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90,
        0x95, 0x97, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F]);

    /// <summary>MQTT 5.0, table 3-4.</summary>
    public static readonly ReasonSet PubAck = Of([0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]);

    /// <summary>MQTT 5.0, table 3-8.</summary>
    public static readonly ReasonSet SubAck = Of([0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2]);

    /// <summary>MQTT 5.0, table 3-13, the rows a server may send.</summary>
    public static readonly ReasonSet ServerDisconnect = Of([0x00, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8D, 0x8E, 0x8F, 0x90, 0x93,
        0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2]);

    public bool Holds(MqttReason reason)
    {
        int code = (byte)reason;
        return code < 0x80 ? code < 64 && (Successes & (1UL << code)) != 0 : code < 0xC0 && (Failures & (1UL << (code - 0x80))) != 0;
    }

    private static ReasonSet Of(ReadOnlySpan<byte> codes)
    {
        ulong successes = 0;
        ulong failures = 0;
        foreach (byte code in codes)
        {
            if (code < 0x80)
            {
                successes |= 1UL << code;
            }
            else
            {
                failures |= 1UL << (code - 0x80);
            }
        }

        return new ReasonSet(successes, failures);
    }
}
