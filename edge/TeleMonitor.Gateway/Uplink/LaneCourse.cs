using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Uplink;

/// <summary>
/// Where one lane is in "send, wait for the receipt, send the next". A value: every function gives the next one, and takes the time
/// and the die from outside.
/// </summary>
public readonly record struct LaneCourse
{
    /// <summary>Wait for the first receipt of a batch; doubles for each time unanswered.</summary>
    public static readonly TimeSpan FirstTimeout = TimeSpan.FromSeconds(5);
    /// <summary>First wait when nobody listens; doubles.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    /// <summary>Longest of these waits, before jitter.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    /// <summary>Wait after an answer that time alone will not change: unknown gateway, chains that differ.</summary>
    public static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(10);
    /// <summary>Unanswered so often at full size, batches get smaller.</summary>
    public const int PatientTimes = 3;

    /// <summary>The batch that waits for its receipt; 0 when none does.</summary>
    public long FlightId { get; init; }
    /// <summary>Number of its first item.</summary>
    public long FlightFirst { get; init; }
    /// <summary>How many items it has.</summary>
    public int FlightCount { get; init; }
    /// <summary>In flight: when it counts as unanswered. Else: when the lane may send again.</summary>
    public TimeSpan Due { get; init; }
    /// <summary>How often in a row a batch went unanswered.</summary>
    public int Unanswered { get; init; }
    /// <summary>How often in a row nobody listened.</summary>
    public int Unheard { get; init; }
    /// <summary>Items that the next batch has at most.</summary>
    public int MaxItems { get; init; }

    /// <summary>Nothing sent yet.</summary>
    public static LaneCourse Start => new() { MaxItems = Batch.MaxItems };

    /// <summary>True while a batch waits for its receipt.</summary>
    public bool InFlight => FlightId != 0;

    /// <summary>True when the lane may send now, given that something waits.</summary>
    public bool MaySend(TimeSpan now) => !InFlight && now >= Due;

    /// <summary>A batch went out.</summary>
    /// <param name="id">Id of the batch.</param>
    /// <param name="first">Number of its first item.</param>
    /// <param name="count">Its items.</param>
    /// <param name="now">Monotonic time.</param>
    /// <param name="die">0 to 1, for jitter.</param>
    public LaneCourse Sent(long id, long first, int count, TimeSpan now, double die) => this with
    {
        FlightId = id, FlightFirst = first, FlightCount = count, Due = now + Wait(FirstTimeout, Unanswered, die),
    };

    /// <summary>No receipt in time, or the connection went away under the batch: send again at once, and smaller from the third time on.</summary>
    public LaneCourse NoReceipt(TimeSpan now) => Grounded(now) with
    {
        Unanswered = Unanswered + 1,
        MaxItems = Unanswered + 1 >= PatientTimes ? Math.Max(1, FlightCount / 2) : MaxItems,
    };

    /// <summary>The broker has the batch, but no hub listens: back off; the size is not to blame.</summary>
    public LaneCourse NobodyListens(TimeSpan now, double die) => Grounded(now + Wait(FirstPause, Unheard, die)) with { Unheard = Unheard + 1 };

    /// <summary>The broker refuses the batch whatever its size.</summary>
    public LaneCourse Refused(TimeSpan now, double die) => Grounded(now + Wait(FirstTimeout, Unheard, die)) with { Unheard = Unheard + 1 };

    /// <summary>The batch is too large for the broker: half of it at once; one item alone that is too large waits, and stays.</summary>
    public LaneCourse TooLarge(TimeSpan now) => FlightCount > 1
        ? Grounded(now) with { MaxItems = FlightCount / 2 }
        : Grounded(now + AskAgain) with { MaxItems = 1 };

    /// <summary>A receipt moved the lane: go on at once, and grow back to full batches.</summary>
    public LaneCourse Answered(TimeSpan now) => Grounded(now) with { Unanswered = 0, Unheard = 0, MaxItems = Math.Min(Batch.MaxItems, MaxItems * 2) };

    /// <summary>An answer that time alone will not change: ask again later, with one item.</summary>
    public LaneCourse Parked(TimeSpan now) => Grounded(now + AskAgain) with { MaxItems = 1 };

    private LaneCourse Grounded(TimeSpan due) => this with { FlightId = 0, FlightFirst = 0, Due = due };

    /// <summary>First × 2^times, at most <see cref="LongestWait"/>, spread from three quarters to five quarters.</summary>
    public static TimeSpan Wait(TimeSpan first, int times, double die) =>
        Math.Min(first.TotalSeconds * Math.Pow(2, Math.Min(times, 16)), LongestWait.TotalSeconds) * (0.75 + (die / 2)) * TimeSpan.FromSeconds(1);
}
