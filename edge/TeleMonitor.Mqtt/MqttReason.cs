namespace TeleMonitor.Mqtt;

/// <summary>
/// Why a packet was accepted or refused, as one byte on the wire. Values of 0x80 and above are failures.
/// Source: MQTT Version 5.0, OASIS Standard, section 2.4, table 2-6.
/// </summary>
public enum MqttReason : byte
{
    /// <summary>Accepted. In a DISCONNECT: normal disconnection; in a SUBACK: granted at QoS 0.</summary>
    Success = 0x00,

    /// <summary>SUBACK: granted at QoS 1.</summary>
    GrantedQos1 = 0x01,

    /// <summary>SUBACK: granted at QoS 2. This client never asks for it.</summary>
    GrantedQos2 = 0x02,

    /// <summary>DISCONNECT from a client that wants its will published.</summary>
    DisconnectWithWill = 0x04,

    /// <summary>PUBACK: the broker has the message, but nobody subscribes to its topic. Not a failure code.</summary>
    NoMatchingSubscribers = 0x10,

    /// <summary>UNSUBACK: there was no such subscription.</summary>
    NoSubscriptionExisted = 0x11,

    /// <summary>AUTH: authentication goes on.</summary>
    ContinueAuthentication = 0x18,

    /// <summary>AUTH: authentication starts again.</summary>
    ReAuthenticate = 0x19,

    /// <summary>The other end does not say why; also used in <see cref="MqttEnd"/> for a connection that merely broke.</summary>
    UnspecifiedError = 0x80,

    /// <summary>The bytes are not an MQTT packet.</summary>
    MalformedPacket = 0x81,

    /// <summary>The packet is well formed, but not allowed here.</summary>
    ProtocolError = 0x82,

    /// <summary>Valid, but this implementation does not accept it.</summary>
    ImplementationSpecificError = 0x83,

    /// <summary>The server does not speak MQTT 5.</summary>
    UnsupportedProtocolVersion = 0x84,

    /// <summary>The client id is valid, but the server does not allow it.</summary>
    ClientIdentifierNotValid = 0x85,

    /// <summary>Wrong user name or password.</summary>
    BadUserNameOrPassword = 0x86,

    /// <summary>The client may not do this.</summary>
    NotAuthorized = 0x87,

    /// <summary>The server is not available.</summary>
    ServerUnavailable = 0x88,

    /// <summary>The server is busy; try again later.</summary>
    ServerBusy = 0x89,

    /// <summary>The client was banned by an administrator.</summary>
    Banned = 0x8A,

    /// <summary>The server is going down.</summary>
    ServerShuttingDown = 0x8B,

    /// <summary>The authentication method is not supported.</summary>
    BadAuthenticationMethod = 0x8C,

    /// <summary>Nothing was heard for too long.</summary>
    KeepAliveTimeout = 0x8D,

    /// <summary>Another connection with the same client id took this session.</summary>
    SessionTakenOver = 0x8E,

    /// <summary>The topic filter is well formed, but not accepted.</summary>
    TopicFilterInvalid = 0x8F,

    /// <summary>The topic name is well formed, but not accepted.</summary>
    TopicNameInvalid = 0x90,

    /// <summary>The packet identifier is already in use.</summary>
    PacketIdentifierInUse = 0x91,

    /// <summary>The packet identifier is not known.</summary>
    PacketIdentifierNotFound = 0x92,

    /// <summary>More unacknowledged messages than the announced Receive Maximum.</summary>
    ReceiveMaximumExceeded = 0x93,

    /// <summary>A topic alias beyond the announced maximum; ours is 0.</summary>
    TopicAliasInvalid = 0x94,

    /// <summary>The packet is larger than the receiver takes.</summary>
    PacketTooLarge = 0x95,

    /// <summary>Messages come too fast.</summary>
    MessageRateTooHigh = 0x96,

    /// <summary>A limit set by an administrator was exceeded.</summary>
    QuotaExceeded = 0x97,

    /// <summary>Closed by an administrator.</summary>
    AdministrativeAction = 0x98,

    /// <summary>The payload is not of the announced format.</summary>
    PayloadFormatInvalid = 0x99,

    /// <summary>The server keeps no retained messages.</summary>
    RetainNotSupported = 0x9A,

    /// <summary>The QoS is not supported.</summary>
    QosNotSupported = 0x9B,

    /// <summary>Use another server for now.</summary>
    UseAnotherServer = 0x9C,

    /// <summary>The server has moved for good.</summary>
    ServerMoved = 0x9D,

    /// <summary>The server has no shared subscriptions.</summary>
    SharedSubscriptionsNotSupported = 0x9E,

    /// <summary>Connections come too fast.</summary>
    ConnectionRateExceeded = 0x9F,

    /// <summary>The longest time allowed for a connection is over.</summary>
    MaximumConnectTime = 0xA0,

    /// <summary>The server has no subscription identifiers.</summary>
    SubscriptionIdentifiersNotSupported = 0xA1,

    /// <summary>The server has no wildcard subscriptions.</summary>
    WildcardSubscriptionsNotSupported = 0xA2,
}
