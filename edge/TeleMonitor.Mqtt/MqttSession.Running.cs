using System.Security.Authentication;
using TeleMonitor.Mqtt.Packets;

namespace TeleMonitor.Mqtt;

/// <summary>The two loops of a session, its keep-alive, and how it comes to rest.</summary>
public sealed partial class MqttSession
{
    /// <summary>Runs until the session has ended and both loops have stopped, then gives everything back. Never throws.</summary>
    private async Task RunAsync()
    {
        Task sending = Task.Run(SendLoopAsync, CancellationToken.None);
        Task receiving = Task.Run(ReceiveLoopAsync, CancellationToken.None);
        await ended.Task;
        if (farewell)
        {
            // the peer closes when it has read our DISCONNECT; closing first could reset the connection and lose it
            using CancellationTokenSource linger = new(CloseTimeout, clock);
            await Task.WhenAll(sending, receiving).WaitAsync(linger.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await stop.CancelAsync();
        await DisposeStreamAsync();
        await Task.WhenAll(sending, receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (gate)
        {
            outgoing.AbandonQos0().ForEach(p => p.TrySetException(Over()));
            outgoing.Dispose();
        }

        receive.Dispose();
        stop.Dispose();
    }

    private async Task DisposeStreamAsync()
    {
        try
        {
            await stream.DisposeAsync();
        }
        catch (Exception e) when (IsBroken(e))
        {
            // it is going away; that it was already broken changes nothing
        }
    }

    private static bool IsBroken(Exception e) => e is IOException or ObjectDisposedException or OperationCanceledException
        or InvalidOperationException or AuthenticationException;

    private static MqttEnd Broken(string why) => new(MqttReason.UnspecifiedError, why, ByServer: false);

    /// <summary>Called under the lock: there is something to write, or an end to notice.</summary>
    private void Wake()
    {
        if (!wakeRequested)
        {
            wakeRequested = true;
            wake.Release();
        }
    }

    private async Task SendLoopAsync()
    {
        List<PendingPublish> qos0 = [];
        try
        {
            bool last = false;
            while (!last)
            {
                await wake.WaitAsync(stop.Token);
                ReadOnlyMemory<byte> batch = TakeBatch(out qos0, out last);
                if (last && !farewell)
                {
                    break;
                }

                if (batch.Length > 0)
                {
                    await stream.WriteAsync(batch, stop.Token);
                    await stream.FlushAsync(stop.Token);
                    Written(qos0);
                }
            }
        }
        catch (Exception e)
        {
            // whatever it was: a loop that stopped without ending the session would be a silence nobody notices
            Finish(Broken($"writing to the server failed: {e.Message}"), tell: false);
        }

        foreach (PendingPublish publish in qos0)
        {
            publish.TrySetException(Over());
        }
    }

    private ReadOnlyMemory<byte> TakeBatch(out List<PendingPublish> qos0, out bool last)
    {
        lock (gate)
        {
            wakeRequested = false;
            last = end is not null;
            (PacketBuffer bytes, qos0) = outgoing.TakeBatch();
            if (outgoing.Unwritten.Length > 0)
            {
                Wake();
            }

            return bytes.Written;
        }
    }

    private void Written(List<PendingPublish> qos0)
    {
        TaskCompletionSource? released = null;
        lock (gate)
        {
            lastSent = clock.GetTimestamp();
            if (outgoing.HasRoom)
            {
                released = drained;
                drained = null;
            }
        }

        released?.TrySetResult();
        qos0.ForEach(p => p.TrySetResult(MqttReason.Success));
        qos0.Clear();
    }

    private async Task ReceiveLoopAsync()
    {
        try
        {
            Intake intake;
            while ((intake = TakePackets(out int needed)) != Intake.Over)
            {
                if (intake == Intake.NeedsRoom)
                {
                    await RoomForMessageAsync();
                    continue;
                }

                await RoomToAnswer();
                receive.MakeRoom(needed);
                int read = await stream.ReadAsync(receive.Free, stop.Token);
                if (read == 0)
                {
                    Finish(Broken("the server closed the connection without saying why"), tell: false);
                    return;
                }

                Volatile.Write(ref lastReceived, clock.GetTimestamp());
                receive.Filled(read);
            }

            // over: read and throw away until the peer, having read our DISCONNECT, closes
            receive.Consume(receive.Unread.Length);
            while (await stream.ReadAsync(receive.Free, stop.Token) > 0)
            {
            }
        }
        catch (Exception e)
        {
            Finish(Broken($"reading from the server failed: {e.Message}"), tell: false);
        }
    }

    /// <summary>A peer that sends but does not read what we answer is not read from either.</summary>
    private Task RoomToAnswer()
    {
        lock (gate)
        {
            if (end is not null || outgoing.HasRoom)
            {
                return Task.CompletedTask;
            }

            drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return drained.Task;
        }
    }

    /// <summary>
    /// Waits for an acknowledgement. The standard would have the session ended at once with 0x93, but mosquitto 2.0.11 sends as
    /// many as it has queued after the first PUBACK whatever we announced: not reading on keeps the bound without losing the link.
    /// </summary>
    private async Task RoomForMessageAsync()
    {
        Task room;
        lock (gate)
        {
            if (end is not null || unacknowledged.Count < options.ReceiveMaximum)
            {
                return;
            }

            acknowledged ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            room = acknowledged.Task;
        }

        try
        {
            await room.WaitAsync(options.ExcessTimeout, clock, stop.Token);
        }
        catch (TimeoutException)
        {
            string why = $"the server sent more than {options.ReceiveMaximum} unacknowledged messages, "
                + $"and none was acknowledged for {options.ExcessTimeout.TotalSeconds:0.###} s";
            Finish(new MqttEnd(MqttReason.ReceiveMaximumExceeded, why, ByServer: false), tell: true);
        }

        lock (gate)
        {
            // the silence was ours, so it is not counted as the server's
            acknowledged = null;
            lastReceived = clock.GetTimestamp();
            pingSent = pingSent is null ? null : lastReceived;
        }
    }

    private void CheckKeepAlive()
    {
        KeepAliveStep step;
        lock (gate)
        {
            if (end is not null || acknowledged is not null)
            {
                return;
            }

            long now = clock.GetTimestamp();
            TimeSpan sinceReceived = clock.GetElapsedTime(Volatile.Read(ref lastReceived), now);
            TimeSpan? sincePing = pingSent is { } asked ? clock.GetElapsedTime(asked, now) : null;
            step = keepAlive.Decide(clock.GetElapsedTime(lastSent, now), sinceReceived, sincePing);
            if (step == KeepAliveStep.Ping)
            {
                pingSent = now;
                PacketEncoder.PingReq(outgoing.Unwritten);
                Wake();
            }
        }

        if (step == KeepAliveStep.BlackHole)
        {
            string why = $"no answer to PINGREQ within {keepAlive.PingTimeout.TotalSeconds:0.###} s: the connection leads nowhere";
            Finish(new MqttEnd(MqttReason.KeepAliveTimeout, why, ByServer: false), tell: false);
        }
    }
}
