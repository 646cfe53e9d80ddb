using System.Buffers.Binary;
using System.Text;

namespace TeleMonitor.Edge.Tests.Mqtt;

/// <summary>What a server sends, written byte by byte after MQTT 5.0 chapter 3; shares no line with the codec under test.</summary>
internal static class ServerPackets
{
    public static byte[] ConnAck(byte reason = 0, byte[]? properties = null, byte flags = 0) =>
        Packet(0x20, [flags, reason, .. Sized(properties ?? [])]);

    public static byte[] Publish(string topic, byte[] payload, byte qos, ushort id, byte[]? properties = null, bool retain = false) =>
        Packet((byte)(0x30 | (qos << 1) | (retain ? 1 : 0)),
            [.. Text(topic), .. qos > 0 ? Number(id) : [], .. Sized(properties ?? []), .. payload]);

    public static byte[] PubAck(ushort id, byte reason) => Packet(0x40, [.. Number(id), reason]);

    public static byte[] SubAck(ushort id, params byte[] reasons) => Packet(0x90, [.. Number(id), 0, .. reasons]);

    public static byte[] PingResp() => [0xD0, 0];

    public static byte[] Disconnect(byte reason, byte[]? properties = null) => Packet(0xE0, [reason, .. Sized(properties ?? [])]);

    public static byte[] UserProperty(string name, string value) => [0x26, .. Text(name), .. Text(value)];

    public static byte[] Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return [.. Number((ushort)bytes.Length), .. bytes];
    }

    public static byte[] Number(ushort value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Packet(byte first, byte[] body) => [first, .. Sized(body)];

    private static byte[] Sized(byte[] content)
    {
        List<byte> length = [];
        int rest = content.Length;
        do
        {
            length.Add((byte)((rest % 128) + (rest >= 128 ? 128 : 0)));
            rest /= 128;
        }
        while (rest > 0);
        return [.. length, .. content];
    }
}
