namespace TeleMonitor.Mqtt;

/// <summary>How long to wait before the next attempt: pure, the randomness is an argument.</summary>
public static class MqttBackOff
{
    /// <summary>
    /// A random delay between the floor and a limit that doubles with each attempt up to the ceiling. The first attempt is spread
    /// over floor to twice the floor, so that a thousand gateways do not come back to a restarted broker in the same moment.
    /// </summary>
    /// <param name="attempt">How many attempts have failed before this wait, from 0; any number.</param>
    /// <param name="floor">Shortest delay, greater than zero.</param>
    /// <param name="ceiling">Longest delay, at least the floor.</param>
    /// <param name="seeded">The caller's own source; used by one caller at a time.</param>
    /// <returns>Never below the floor nor above the ceiling.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative attempt, or floor and ceiling as above do not hold.</exception>
    public static TimeSpan Delay(int attempt, TimeSpan floor, TimeSpan ceiling, Random seeded)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(attempt);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(floor, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(ceiling, floor);
        ArgumentNullException.ThrowIfNull(seeded);
        // 62 doublings of one tick are the largest TimeSpan; the comparison is made downwards, where nothing can overflow
        bool reached = attempt >= 62 || floor.Ticks > ceiling.Ticks >> (attempt + 1);
        long limit = reached ? ceiling.Ticks : floor.Ticks << (attempt + 1);
        long spread = limit - floor.Ticks;
        return TimeSpan.FromTicks(floor.Ticks + (spread == 0 ? 0 : seeded.NextInt64(spread)));
    }
}
