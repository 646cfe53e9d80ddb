namespace TeleMonitor.Mqtt;

internal enum KeepAliveStep
{
    Nothing,

    /// <summary>Ask the server whether it is there.</summary>
    Ping,

    /// <summary>The connection leads nowhere.</summary>
    BlackHole,
}

/// <summary>When to ask and when to give up: pure, times are arguments.</summary>
/// <param name="KeepAlive">Longest silence in either direction before a PINGREQ.</param>
/// <param name="PingTimeout">Longest silence after it.</param>
internal readonly record struct KeepAliveRule(TimeSpan KeepAlive, TimeSpan PingTimeout)
{
    /// <summary>How often to decide. The question goes out at three quarters of the keep-alive, so a tick late is still in time.</summary>
    public TimeSpan Tick => (KeepAlive < PingTimeout ? KeepAlive : PingTimeout) / 4;

    /// <summary>
    /// Anything received proves the link alive, so a slow link on which the PINGRESP stands behind a large message is not cut;
    /// but the PINGRESP itself may not be later than both times together.
    /// </summary>
    public KeepAliveStep Decide(TimeSpan sinceSent, TimeSpan sinceReceived, TimeSpan? sincePing)
    {
        if (sincePing is { } asked)
        {
            TimeSpan silent = asked < sinceReceived ? asked : sinceReceived;
            return silent >= PingTimeout || asked >= KeepAlive + PingTimeout ? KeepAliveStep.BlackHole : KeepAliveStep.Nothing;
        }

        TimeSpan idle = sinceSent > sinceReceived ? sinceSent : sinceReceived;
        return idle >= KeepAlive * 3 / 4 ? KeepAliveStep.Ping : KeepAliveStep.Nothing;
    }
}
