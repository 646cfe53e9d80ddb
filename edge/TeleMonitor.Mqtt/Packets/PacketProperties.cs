using System.Text;

namespace TeleMonitor.Mqtt.Packets;

/// <summary>Property identifiers. Source: MQTT 5.0, table 2-4. All are below 64, so a set of them is one <see cref="ulong"/>.</summary>
internal static class PropertyId
{
    public const int PayloadFormat = 0x01;
    public const int MessageExpiry = 0x02;
    public const int ContentType = 0x03;
    public const int ResponseTopic = 0x08;
    public const int CorrelationData = 0x09;
    public const int SubscriptionId = 0x0B;
    public const int SessionExpiry = 0x11;
    public const int AssignedClientId = 0x12;
    public const int ServerKeepAlive = 0x13;
    public const int AuthenticationMethod = 0x15;
    public const int AuthenticationData = 0x16;
    public const int RequestProblem = 0x17;
    public const int WillDelay = 0x18;
    public const int RequestResponse = 0x19;
    public const int ResponseInformation = 0x1A;
    public const int ServerReference = 0x1C;
    public const int ReasonText = 0x1F;
    public const int ReceiveMaximum = 0x21;
    public const int TopicAliasMaximum = 0x22;
    public const int TopicAlias = 0x23;
    public const int MaximumQos = 0x24;
    public const int RetainAvailable = 0x25;
    public const int UserProperty = 0x26;
    public const int MaximumPacketSize = 0x27;
    public const int WildcardAvailable = 0x28;
    public const int SubscriptionIdAvailable = 0x29;
    public const int SharedAvailable = 0x2A;

    public const ulong InPublish = (1UL << PayloadFormat) | (1UL << MessageExpiry) | (1UL << ContentType) | (1UL << ResponseTopic)
        | (1UL << CorrelationData) | (1UL << SubscriptionId) | (1UL << TopicAlias) | (1UL << UserProperty);

    public const ulong InConnAck = (1UL << SessionExpiry) | (1UL << AssignedClientId) | (1UL << ServerKeepAlive)
        | (1UL << AuthenticationMethod) | (1UL << AuthenticationData) | (1UL << ResponseInformation) | (1UL << ServerReference)
        | (1UL << ReasonText) | (1UL << ReceiveMaximum) | (1UL << TopicAliasMaximum) | (1UL << MaximumQos) | (1UL << RetainAvailable)
        | (1UL << UserProperty) | (1UL << MaximumPacketSize) | (1UL << WildcardAvailable) | (1UL << SubscriptionIdAvailable)
        | (1UL << SharedAvailable);

    /// <summary>PUBACK and SUBACK.</summary>
    public const ulong InAck = (1UL << ReasonText) | (1UL << UserProperty);

    /// <summary>A DISCONNECT sent by a server; only a client may add a session expiry (section 3.14.2.2.2).</summary>
    public const ulong InServerDisconnect = InAck | (1UL << ServerReference);

    private const ulong Known = InPublish | InConnAck | (1UL << RequestProblem) | (1UL << WillDelay) | (1UL << RequestResponse);

    public static bool IsKnown(uint id) => id < 64 && (Known & (1UL << (int)id)) != 0;
}

/// <summary>The properties of one incoming packet: those this client acts on; the others are checked and passed over.</summary>
internal struct PacketProperties
{
    /// <summary>Which identifiers were there, one bit each.</summary>
    private ulong seen;

    public string? ContentType { get; private set; }

    public string? ReasonText { get; private set; }

    public string? AssignedClientId { get; private set; }

    public string? ServerReference { get; private set; }

    public ushort ReceiveMaximum { get; private set; }

    public ushort ServerKeepAlive { get; private set; }

    public uint MaximumPacketSize { get; private set; }

    /// <summary>One-byte flags that are 0 or 1, one bit per identifier.</summary>
    private ulong flags;

    public List<KeyValuePair<string, string>>? User { get; private set; }

    public int UserLeftOut { get; private set; }

    public readonly bool Has(int id) => (seen & (1UL << id)) != 0;

    /// <summary>The value of a 0-or-1 property, or what the standard says when it is absent.</summary>
    public readonly bool Flag(int id, bool absent) => Has(id) ? (flags & (1UL << id)) != 0 : absent;

    /// <summary>Reads the length and then the properties; <paramref name="allowed"/> is what this kind of packet may carry.</summary>
    public static PacketProperties Read(ref PacketReader packet, ulong allowed)
    {
        PacketProperties properties = default;
        uint length = packet.Variable();
        if (length > packet.Left)
        {
            packet.Fail(MqttReason.MalformedPacket, "the properties are longer than the packet");
            return properties;
        }

        PacketReader reader = new(packet.Take((int)length));
        while (reader.Left > 0)
        {
            properties.ReadOne(ref reader, allowed);
        }

        if (!reader.Ok)
        {
            packet.Fail(reader.Fault.Reason, reader.Fault.Problem!);
        }

        return properties;
    }

    private void ReadOne(ref PacketReader reader, ulong allowed)
    {
        uint id = reader.Variable();
        if (!reader.Ok)
        {
            return;
        }

        if (!PropertyId.IsKnown(id))
        {
            reader.Fail(MqttReason.MalformedPacket, "an unknown property");
            return;
        }

        ulong bit = 1UL << (int)id;
        bool mayRepeat = id is PropertyId.UserProperty or PropertyId.SubscriptionId;
        if ((allowed & bit) == 0 || ((seen & bit) != 0 && !mayRepeat))
        {
            reader.Fail(MqttReason.ProtocolError, "a property that does not belong here, or twice");
            return;
        }

        seen |= bit;
        ReadValue(ref reader, (int)id);
    }

    private void ReadValue(ref PacketReader reader, int id)
    {
        switch (id)
        {
            case PropertyId.PayloadFormat or PropertyId.MaximumQos or PropertyId.RetainAvailable or PropertyId.WildcardAvailable
                or PropertyId.SubscriptionIdAvailable or PropertyId.SharedAvailable:
                ReadFlag(ref reader, id);
                break;
            case PropertyId.ServerKeepAlive:
                ServerKeepAlive = reader.UInt16();
                break;
            case PropertyId.ReceiveMaximum:
                ReceiveMaximum = reader.UInt16();
                RefuseZero(ref reader, ReceiveMaximum);
                break;
            case PropertyId.MaximumPacketSize:
                MaximumPacketSize = reader.UInt32();
                RefuseZero(ref reader, MaximumPacketSize);
                break;
            case PropertyId.SubscriptionId:
                RefuseZero(ref reader, reader.Variable());
                break;
            case PropertyId.TopicAlias or PropertyId.TopicAliasMaximum:
                _ = reader.UInt16();
                break;
            case PropertyId.MessageExpiry or PropertyId.SessionExpiry:
                _ = reader.UInt32();
                break;
            case PropertyId.CorrelationData or PropertyId.AuthenticationData:
                _ = reader.Binary();
                break;
            case PropertyId.ContentType:
                ContentType = reader.String();
                break;
            case PropertyId.ReasonText:
                ReasonText = reader.String();
                break;
            case PropertyId.AssignedClientId:
                AssignedClientId = reader.String();
                break;
            case PropertyId.ServerReference:
                ServerReference = reader.String();
                break;
            case PropertyId.UserProperty:
                ReadUser(ref reader);
                break;
            default:
                _ = reader.Text(); // ResponseTopic, ResponseInformation, AuthenticationMethod: strings nobody here asks for
                break;
        }
    }

    private void ReadFlag(ref PacketReader reader, int id)
    {
        byte value = reader.Byte();
        if (value > 1)
        {
            reader.Fail(MqttReason.ProtocolError, "a property that must be 0 or 1 is neither");
            return;
        }

        flags |= (ulong)value << id;
    }

    private static void RefuseZero(ref PacketReader reader, uint value)
    {
        if (value == 0)
        {
            reader.Fail(MqttReason.ProtocolError, "a property that must not be zero is zero");
        }
    }

    private void ReadUser(ref PacketReader reader)
    {
        ReadOnlySpan<byte> name = reader.Text();
        ReadOnlySpan<byte> value = reader.Text();
        if (!reader.Ok)
        {
            return;
        }

        if (User?.Count >= MqttMessage.UserPropertiesMax)
        {
            UserLeftOut++;
            return;
        }

        User ??= new List<KeyValuePair<string, string>>(8);
        User.Add(new KeyValuePair<string, string>(Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(value)));
    }
}
