using FsCheck;
using FsCheck.Fluent;
using TeleMonitor.Mqtt;
using TeleMonitor.Mqtt.Packets;

namespace TeleMonitor.Edge.Tests.Mqtt;

/// <summary>What is written is read back the same, and no bytes whatever make the decoder throw.</summary>
public sealed class PacketCodecTests
{
    private static readonly Gen<string> Text = Gen.Elements("a", "Z", "9", "/", " ", "æ", "€", "𝄞", "\n", "-").ListOf().Select(parts => string.Concat(parts));

    private static readonly Gen<string> Topic = Text.Select(text => $"t{text}");

    private static readonly Gen<byte[]> Bytes = Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf();

    private static readonly Gen<MqttPublish> Publish =
        from topic in Topic
        from payload in Bytes
        from qos in Gen.Choose(0, 1)
        from retain in Gen.Elements(true, false)
        from contentType in Gen.OneOf(Gen.Constant<string?>(null), Text.Select(text => (string?)text))
        from user in (from name in Text from value in Text select KeyValuePair.Create(name, value)).ListOf()
        select new MqttPublish { Topic = topic, Payload = payload, Qos = (byte)qos, Retain = retain, ContentType = contentType, UserProperties = [.. user] };

    private static readonly Gen<MqttOptions> Connect =
        from id in Text
        from will in Gen.OneOf(Gen.Constant<MqttWill?>(null), from topic in Topic from payload in Bytes from qos in Gen.Choose(0, 1) from retain in Gen.Elements(true, false) select (MqttWill?)new MqttWill(topic, payload, (byte)qos, retain))
        from user in Gen.OneOf(Gen.Constant<string?>(null), Text.Select(text => (string?)text))
        from password in Gen.OneOf(Gen.Constant<byte[]?>(null), Bytes.Select(bytes => (byte[]?)bytes))
        from keepAlive in Gen.Choose(1, 65_535)
        from maximum in Gen.Choose(1, 65_535)
        select new MqttOptions
        {
            Host = "h", Port = 1, ClientId = id, Will = will, UserName = user, Password = password,
            KeepAlive = TimeSpan.FromSeconds(keepAlive), ReceiveMaximum = (ushort)maximum,
        };

    [Fact]
    public void A_publish_is_read_back_as_written_and_its_length_was_foretold() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Publish.ToArbitrary(), message =>
        {
            byte[] bytes = Written(b => PacketEncoder.Publish(b, message, 513));
            PacketReading reading = PacketReading.Of(bytes);
            return PacketEncoder.PublishLength(message) == bytes.Length && reading.Fault.IsNone && reading.Fields ==
                $"publish {message.Topic} {Convert.ToHexString(message.Payload.Span)} {(message.Qos > 0 ? 513 : 0)} {message.Qos} {message.Retain} "
                + $"{message.ContentType} {string.Join(';', message.UserProperties.Take(MqttMessage.UserPropertiesMax))}";
        }));

    [Fact]
    public void A_connect_says_what_the_options_say() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Connect.ToArbitrary(), options => ReadConnect(Written(b => PacketEncoder.Connect(b, options))) == Said(options)));

    [Theory]
    [InlineData(127, 3)] // variable byte integer of one byte up to 127, of two up to 16,383, of three up to 2,097,151 (table 1-1)
    [InlineData(128, 4)]
    [InlineData(16_383, 4)]
    [InlineData(16_384, 5)]
    [InlineData(2_097_151, 5)]
    [InlineData(2_097_152, 6)]
    public void A_length_takes_as_many_bytes_as_the_standard_says(int remaining, int header)
    {
        // topic "t" and no properties take 4 bytes of the body
        byte[] bytes = Written(b => PacketEncoder.Publish(b, new MqttPublish { Topic = "t", Payload = new byte[remaining - 4] }, 0));
        Assert.Equal(header - 1 + remaining, bytes.Length);
        Assert.Equal(FrameOutcome.Complete, PacketFrame.Find(bytes, PacketFrame.LargestPacket, out PacketFrame frame));
        Assert.Equal((header - 1, bytes.Length), (frame.HeaderLength, frame.TotalLength));
        Assert.Equal(FrameOutcome.TooLarge, PacketFrame.Find(bytes, (uint)bytes.Length - 1, out _));
        Assert.Equal(FrameOutcome.NeedsMore, PacketFrame.Find(bytes.AsSpan(0, bytes.Length - 1), PacketFrame.LargestPacket, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void No_truncation_and_no_flipped_bit_makes_the_decoder_throw(int which)
    {
        byte[] whole = Samples()[which];
        PacketReading good = PacketReading.Of(whole);
        Assert.True(good.Whole && good.Fault.IsNone, $"{good.Fault}");

        for (int length = 0; length < whole.Length; length++)
        {
            Assert.False(PacketReading.Of(whole.AsSpan(0, length)).Whole); // waits for the rest
            PacketReading cut = PacketReading.Of(ServerPackets.Packet(whole[0], whole[2..Math.Max(2, length)])); // the same, with a length that agrees
            Assert.True(cut.Whole);
        }

        int unnoticed = 0;
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            PacketReading reading = PacketReading.Of(flipped);
            unnoticed += reading.Whole && reading.Fault.IsNone && reading.Fields == good.Fields ? 1 : 0;
        }

        // the duplicate flag, which is passed over, and "Maximum QoS 1" become "Retain Available 1", which is the default
        Assert.InRange(unnoticed, 0, 1);
    }

    [Fact]
    public void Random_bytes_never_make_the_decoder_throw()
    {
        Random dice = new(20261122);
        int taken = 0;
        byte[] bytes = new byte[64];
        for (int i = 0; i < 200_000; i++)
        {
            dice.NextBytes(bytes);
            bytes[1] = (byte)dice.Next(0, 63); // a length that fits, so that the body is looked at
            PacketReading reading = PacketReading.Of(bytes);
            Assert.True(reading.Whole);
            taken += reading.Fault.IsNone ? 1 : 0;
        }

        Assert.InRange(taken, 1, 100_000); // some are good packets by chance; most are not
    }

    [Fact]
    public void A_publish_is_read_without_allocating()
    {
        byte[] bytes = ServerPackets.Publish("tm/v1/gw-1/up/alert", new byte[200], 1, 5)[2..];
        long before = 0;
        long sum = 0;
        for (int i = 0; i < 2000; i++)
        {
            if (i == 1000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            // 0xDF is the length's first byte of two; what follows the header starts one byte later
            sum += PacketDecoder.Publish(2, bytes.AsSpan(1), out PublishPacket packet).IsNone ? packet.Payload.Length : 0;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2000 * 200, sum);
    }

    [Fact]
    public void A_publish_too_large_for_the_format_is_measured_and_not_overflowed()
    {
        MqttPublish message = new() { Topic = "t", Payload = new byte[(int)PacketFrame.LargestRemaining - 3] };
        Assert.True(PacketEncoder.PublishLength(message) > PacketFrame.LargestPacket);
    }

    private static List<byte[]> Samples() =>
    [
        ServerPackets.ConnAck(0, [0x21, 0, 20, 0x27, 0, 1, 0, 0, 0x24, 1, 0x12, .. ServerPackets.Text("id")]),
        ServerPackets.Publish("tm/a", [1, 2, 3], 1, 0x0102, [0x03, .. ServerPackets.Text("c"), .. ServerPackets.UserProperty("n", "æ")]),
        ServerPackets.Publish("t", [], 0, 0),
        ServerPackets.PubAck(0x0203, 0x10),
        ServerPackets.SubAck(0x0203, 0, 1, 0x87),
        ServerPackets.PingResp(),
        ServerPackets.Disconnect(0x8E, [0x1F, .. ServerPackets.Text("why"), 0x1C, .. ServerPackets.Text("other")]),
    ];

    private static byte[] Written(Action<PacketBuffer> write)
    {
        using PacketBuffer buffer = new();
        write(buffer);
        return buffer.Written.ToArray();
    }

    private static string Said(MqttOptions o) => $"{o.ClientId}|{o.KeepAlive.TotalSeconds}|{o.ReceiveMaximum}|{o.MaximumPacketSize}|{o.UserName ?? "-"}|"
        + $"{(o.Password is null ? "-" : Convert.ToHexString(o.Password))}|"
        + (o.Will is { } w ? $"{w.Topic}|{Convert.ToHexString(w.Payload.Span)}|{w.Qos}|{w.Retain}" : "-");

    /// <summary>Reads a CONNECT as a server would, after MQTT 5.0 section 3.1.</summary>
    private static string ReadConnect(byte[] bytes)
    {
        Assert.Equal(FrameOutcome.Complete, PacketFrame.Find(bytes, PacketFrame.LargestPacket, out PacketFrame frame));
        Assert.Equal((0x10, bytes.Length), (frame.First, frame.TotalLength));
        PacketReader reader = new(bytes.AsSpan(frame.HeaderLength));
        Assert.Equal("MQTT", reader.String());
        Assert.Equal(5, reader.Byte());
        byte flags = reader.Byte();
        Assert.Equal(2, flags & 3); // Clean Start, and the reserved bit is 0
        ushort keepAlive = reader.UInt16();
        Assert.Equal(8u, reader.Variable());
        Assert.Equal(0x21, reader.Byte());
        ushort receiveMaximum = reader.UInt16();
        Assert.Equal(0x27, reader.Byte());
        uint maximumPacketSize = reader.UInt32();
        string id = reader.String();
        string will = "-";
        if ((flags & 4) != 0)
        {
            Assert.Equal(0u, reader.Variable());
            will = $"{reader.String()}|{Convert.ToHexString(reader.Binary())}|{(flags >> 3) & 3}|{(flags & 0x20) != 0}";
        }

        string user = (flags & 0x80) != 0 ? reader.String() : "-";
        string password = (flags & 0x40) != 0 ? Convert.ToHexString(reader.Binary()) : "-";
        reader.End();
        Assert.True(reader.Ok);
        return $"{id}|{keepAlive}|{receiveMaximum}|{maximumPacketSize}|{user}|{password}|{will}";
    }
}
