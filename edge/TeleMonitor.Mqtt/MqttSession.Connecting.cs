using TeleMonitor.Mqtt.Packets;

namespace TeleMonitor.Mqtt;

/// <summary>From an address to a session: TCP, TLS, CONNECT and CONNACK, each failing with a sentence that names the step.</summary>
public sealed partial class MqttSession
{
    /// <summary>Connects to one broker.</summary>
    /// <param name="options">Checked here; see <see cref="MqttOptions.Problems"/>.</param>
    /// <param name="clock">For every time-out of this session, keep-alive included; the wall clock is not read.</param>
    /// <param name="ct">Gives up connecting; has no effect on the session once it is there.</param>
    /// <exception cref="ArgumentException">The options have problems; all are named.</exception>
    /// <exception cref="MqttException">
    /// It could not be made: no TCP, TLS refused, CONNECT refused (with its reason), no answer in time.
    /// </exception>
    public static async Task<MqttSession> ConnectAsync(MqttOptions options, TimeProvider clock, CancellationToken ct)
    {
        Check(options, clock);
        using CancellationTokenSource limit = new(options.ConnectTimeout, clock);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        string awaited = "TCP";
        Stream? transport = null;
        try
        {
            transport = await MqttTransport.OpenTcpAsync(options, both.Token);
            if (options.Tls is { } tls)
            {
                awaited = "the TLS handshake";
                transport = await MqttTransport.SecureAsync(transport, options, tls, both.Token);
            }

            awaited = "CONNACK";
            MqttSession session = await HandshakeAsync(transport, options, clock, both.Token);
            transport = null;
            return session;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new MqttException(null, $"{options.Host}:{options.Port} did not answer within "
                + $"{options.ConnectTimeout.TotalSeconds:0.###} s; {awaited} was awaited");
        }
        finally
        {
            if (transport is not null)
            {
                await transport.DisposeAsync();
            }
        }
    }

    /// <summary>The same over a stream that is already there; the session owns it from then on, also on failure.</summary>
    internal static async Task<MqttSession> ConnectAsync(Stream transport, MqttOptions options, TimeProvider clock, CancellationToken ct)
    {
        Check(options, clock);
        try
        {
            return await HandshakeAsync(transport, options, clock, ct);
        }
        catch
        {
            await transport.DisposeAsync();
            throw;
        }
    }

    private static void Check(MqttOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        IReadOnlyList<string> problems = options.Problems();
        if (problems.Count > 0)
        {
            throw new ArgumentException($"MQTT options: {string.Join("; ", problems)}", nameof(options));
        }
    }

    private static async Task<MqttSession> HandshakeAsync(Stream transport, MqttOptions options, TimeProvider clock, CancellationToken ct)
    {
        ReceiveBuffer received = new();
        bool kept = false;
        try
        {
            using (PacketBuffer connect = new())
            {
                PacketEncoder.Connect(connect, options);
                await transport.WriteAsync(connect.Written, ct);
                await transport.FlushAsync(ct);
            }

            ConnAckPacket answer = await ReadConnAckAsync(transport, received, options, ct);
            if (answer.Reason != MqttReason.Success)
            {
                string text = answer.ReasonText is { } why ? $": {Excerpt(why)}" : string.Empty;
                throw new MqttException(answer.Reason,
                    $"{options.Host}:{options.Port} refused the connection: {answer.Reason} (0x{(byte)answer.Reason:X2}){text}");
            }

            kept = true;
            return new MqttSession(transport, options, clock, answer.Limits, received);
        }
        catch (Exception e) when (IsBroken(e) && e is not OperationCanceledException)
        {
            throw new MqttException(null, $"{options.Host}:{options.Port} closed the connection before CONNACK"
                + $"{(options.Tls is null ? string.Empty : "; with TLS 1.3 this is how a client certificate is refused")}: {e.Message}", e);
        }
        finally
        {
            if (!kept)
            {
                received.Dispose();
            }
        }
    }

    private static async Task<ConnAckPacket> ReadConnAckAsync(
        Stream transport, ReceiveBuffer received, MqttOptions options, CancellationToken ct)
    {
        while (true)
        {
            FrameOutcome outcome = PacketFrame.Find(received.Unread, options.MaximumPacketSize, out PacketFrame frame);
            if (outcome == FrameOutcome.Complete)
            {
                return Decode(received, frame, options);
            }

            if (outcome != FrameOutcome.NeedsMore)
            {
                throw NotMqtt(options, outcome == FrameOutcome.TooLarge ? MqttReason.PacketTooLarge : MqttReason.MalformedPacket,
                    "the first packet's length is malformed or too large");
            }

            received.MakeRoom(frame.TotalLength);
            int read = await transport.ReadAsync(received.Free, ct);
            if (read == 0)
            {
                throw new IOException("end of stream");
            }

            received.Filled(read);
        }
    }

    private static ConnAckPacket Decode(ReceiveBuffer received, in PacketFrame frame, MqttOptions options)
    {
        if (frame.Kind != PacketKind.ConnAck)
        {
            throw NotMqtt(options, MqttReason.ProtocolError, $"the first packet is {frame.Kind}, not ConnAck");
        }

        ReadOnlySpan<byte> body = received.Unread[frame.HeaderLength..frame.TotalLength];
        PacketFault fault = PacketDecoder.ConnAck(frame.Flags, body, out ConnAckPacket packet);
        if (!fault.IsNone)
        {
            throw NotMqtt(options, fault.Reason, $"ConnAck: {fault.Problem}");
        }

        if (packet.SessionPresent)
        {
            throw NotMqtt(options, MqttReason.ProtocolError, "ConnAck: a session is present although a clean start was asked for");
        }

        received.Consume(frame.TotalLength);
        return packet;
    }

    private static MqttException NotMqtt(MqttOptions options, MqttReason reason, string problem) =>
        new(reason, $"{options.Host}:{options.Port} does not answer as an MQTT 5 server: {problem}");
}
