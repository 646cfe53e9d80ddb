namespace TeleMonitor.Care.Devices;

/// <summary>
/// The clock of silence: how long hub and broker have been proved up, altogether. A gateway's silence is counted on it and not on wall
/// time, so that an outage of ours is never counted against a home. It stands while nothing vouches for us and runs on afterwards; it
/// never goes back and never begins again.
/// </summary>
/// <param name="Proved">Time proved so far, since the store was made. It survives a restart.</param>
/// <param name="AnsweredAt">Hub time of the broker's latest answer that was counted; null after a start and while no broker is connected.</param>
public sealed record SilenceClock(TimeSpan Proved, DateTimeOffset? AnsweredAt = null)
{
    /// <summary>
    /// Longest time between two answers that proves the time between them, with the usual keep-alive of 30 s: an idle but living connection
    /// is asked within three quarters of it and answers within as much again.
    /// </summary>
    public static readonly TimeSpan LongestBetweenAnswers = TimeSpan.FromSeconds(60);

    /// <summary>Counts the time up to the broker's latest answer.</summary>
    /// <param name="answeredAt">When a broker last sent this hub anything; null when none is connected or the hub cannot store.</param>
    /// <param name="longest">Longest time that two answers prove; null: <see cref="LongestBetweenAnswers"/>.</param>
    public SilenceClock Advance(DateTimeOffset? answeredAt, TimeSpan? longest = null) => (AnsweredAt, answeredAt) switch
    {
        (_, null) => this with { AnsweredAt = null },
        (null, _) => this with { AnsweredAt = answeredAt },
        ({ } before, { } now) when now - before > (longest ?? LongestBetweenAnswers) => this with { AnsweredAt = now }, // nobody vouches for what lay between
        ({ } before, { } now) when now > before => new SilenceClock(Proved + (now - before), now),
        _ => this,
    };
}
