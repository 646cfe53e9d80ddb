using System.IO.Pipelines;
using TeleMonitor.Mqtt;

namespace TeleMonitor.Edge.Tests.Mqtt;

/// <summary>One packet as it came from the client.</summary>
internal sealed record ClientPacket(byte First, byte[] Body)
{
    public int Kind => First >> 4;

    /// <summary>The packet identifier of a QoS 1 PUBLISH, found behind its topic.</summary>
    public ushort PublishId => Number(2 + Number(0));

    /// <summary>The packet identifier of PUBACK and SUBSCRIBE.</summary>
    public ushort LeadingId => Number(0);

    private ushort Number(int at) => (ushort)((Body[at] << 8) | Body[at + 1]);
}

/// <summary>
/// The other end of a session, in memory and on a clock that only the test moves: says exactly what the test tells it to say.
/// Closing the session's side is left to <see cref="DisposeAsync"/>, which first hangs up, so that nothing waits for the clock.
/// </summary>
internal sealed class FakeBroker : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Pipe toClient = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly Pipe toServer;
    private MqttSession? session;

    private FakeBroker(long unreadBytesMax) => toServer = new Pipe(new PipeOptions(pauseWriterThreshold: unreadBytesMax, resumeWriterThreshold: unreadBytesMax / 2));

    public SimClock Clock { get; } = new();

    public MqttSession Session => session ?? throw new InvalidOperationException("not connected");

    public static MqttOptions Options { get; } = new() { Host = "broker.test", Port = 1883, ClientId = "gw-1" };

    /// <summary>A session that is up. <paramref name="connAckProperties"/>: what the server announces.</summary>
    public static async Task<FakeBroker> ConnectedAsync(MqttOptions? options = null, byte[]? connAckProperties = null, long unreadBytesMax = 0)
    {
        FakeBroker broker = new(unreadBytesMax);
        Task<MqttSession> connecting = broker.ConnectAsync(options ?? Options);
        Assert.Equal(1, (await broker.ReceiveAsync()).Kind);
        await broker.SendAsync(ServerPackets.ConnAck(0, connAckProperties));
        broker.session = await connecting.WaitAsync(Patience);
        return broker;
    }

    public static FakeBroker Listening() => new(0);

    public Task<MqttSession> ConnectAsync(MqttOptions options) =>
        MqttSession.ConnectAsync(new TwoWayStream(toClient.Reader.AsStream(), toServer.Writer.AsStream()), options, Clock, CancellationToken.None);

    /// <summary>The next packet of the client.</summary>
    public async Task<ClientPacket> ReceiveAsync()
    {
        Stream stream = toServer.Reader.AsStream(leaveOpen: true);
        byte first = await ByteAsync(stream);
        int length = 0;
        int shift = 0;
        byte next;
        do
        {
            next = await ByteAsync(stream);
            length |= (next & 0x7F) << shift;
            shift += 7;
        }
        while (next >= 0x80);
        byte[] body = new byte[length];
        await stream.ReadExactlyAsync(body).AsTask().WaitAsync(Patience);
        return new ClientPacket(first, body);
    }

    /// <summary>The next packet, which must be a DISCONNECT with this reason; then hangs up, as a server does.</summary>
    public async Task ExpectDisconnectAsync(MqttReason reason)
    {
        ClientPacket packet = await ReceiveAsync();
        while (packet.Kind != 14)
        {
            packet = await ReceiveAsync();
        }

        Assert.Equal(reason, packet.Body.Length == 0 ? MqttReason.Success : (MqttReason)packet.Body[0]);
        await HangUpAsync();
    }

    public async Task SendAsync(byte[] bytes) => await toClient.Writer.WriteAsync(bytes);

    /// <summary>Proves that the client has sent nothing else by now: what it is made to send next is the next that comes.</summary>
    public async Task ExpectNothingElseAsync()
    {
        Assert.Equal(MqttReason.Success, await Session.PublishAsync(new MqttPublish { Topic = "marker" }, CancellationToken.None).WaitAsync(Patience));
        ClientPacket packet = await ReceiveAsync();
        Assert.Equal((0x30, (byte)'m'), (packet.First, packet.Body[2]));
    }

    public async Task HangUpAsync() => await toClient.Writer.CompleteAsync();

    public async Task<MqttEnd> EndAsync() => await Session.Ended.WaitAsync(Patience);

    public async Task<MqttMessage> NextAsync() => await Session.Incoming.ReadAsync().AsTask().WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        await HangUpAsync();
        await toServer.Reader.CompleteAsync();
        if (session is not null)
        {
            await session.DisposeAsync().AsTask().WaitAsync(Patience);
        }
    }

    private static async Task<byte> ByteAsync(Stream stream)
    {
        byte[] one = new byte[1];
        await stream.ReadExactlyAsync(one).AsTask().WaitAsync(Patience);
        return one[0];
    }

    /// <summary>Two one-way streams as one; closing it closes both.</summary>
    private sealed class TwoWayStream(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            output.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                input.Dispose();
                output.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
