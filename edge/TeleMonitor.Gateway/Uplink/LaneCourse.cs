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
    /// <summary>Longest of these waits.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    /// <summary>Wait after an answer that time alone will not change: unknown gateway, chains that differ.</summary>
    public static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(10);
    /// <summary>The same for the alert lane: an alert never waits longer than a minute for its next attempt.</summary>
    public static readonly TimeSpan AskAgainSoon = TimeSpan.FromSeconds(60);
    /// <summary>A receipt that took so long asks for smaller batches, one in half of that for no change, a quicker one for larger.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(2.5);
    /// <summary>Cut off under a batch so often in a row, batches get smaller: a way that breaks may break by their size.</summary>
    public const int PatientTimes = 3;
    /// <summary>An unanswered batch goes again with this part of its items: after three, one goes alone.</summary>
    public const int Smaller = 8;
    /// <summary>
    /// One item alone was taken by the broker so often and got no answer, each time while another lane had so many answers in a row: it is
    /// given up. On a way that loses two of three at random that is under one in a thousand, and there nothing else stands still either.
    /// </summary>
    public const int GiveUpAfter = 5;

    /// <summary>
    /// Of a lane that is not urgent, a batch with room in it goes no sooner after the one before: values that come one by one then share what
    /// a batch costs here, at the broker and at the hub. An alert never waits for it, nor what waits after a cut.
    /// </summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(0.5);

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

    /// <summary>Most items that a batch of this lane ever has.</summary>
    public int Most { get; init; }
    /// <summary>When the batch under way went out.</summary>
    public TimeSpan FlightSince { get; init; }
    /// <summary>The broker has it.</summary>
    public bool FlightTaken { get; init; }
    /// <summary>Since the broker has it, the hub has answered another lane.</summary>
    public bool HubLived { get; init; }
    /// <summary>How often in a row one item alone went unanswered although broker and hub were there.</summary>
    public int Alone { get; init; }

    /// <summary>How many batches in a row were answered in time.</summary>
    public int Answers { get; init; }

    /// <summary>Nothing sent yet.</summary>
    /// <param name="most">Most items that a batch of this lane ever has.</param>
    public static LaneCourse Start(int most) => new() { MaxItems = most, Most = most };

    /// <summary>True when the next item is to be given up: neither link nor hub is to blame.</summary>
    public bool GivesUp => Alone >= GiveUpAfter;

    /// <summary>True while a batch waits for its receipt.</summary>
    public bool InFlight => FlightId != 0;

    /// <summary>When the next batch may go as far as <see cref="Pace"/> is concerned.</summary>
    /// <param name="waiting">Items that wait; as many as a batch takes go at once.</param>
    public TimeSpan PacedUntil(long waiting) => FlightSince > TimeSpan.Zero && waiting < MaxItems ? FlightSince + Pace : TimeSpan.Zero;

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
        FlightId = id, FlightFirst = first, FlightCount = count, Due = now + Wait(FirstTimeout, Unanswered, die), FlightSince = now, FlightTaken = false, HubLived = false,
    };

    /// <summary>The broker has the batch under way.</summary>
    public LaneCourse Taken() => this with { FlightTaken = true };

    /// <summary>The hub has answered another lane.</summary>
    /// <param name="answers">How many in a row of that lane.</param>
    public LaneCourse HubLives(int answers) => this with { HubLived = HubLived || (FlightTaken && answers >= GiveUpAfter) };

    /// <summary>No receipt in time: send again at once, and smaller. One item alone that nothing but itself can have stopped is counted.</summary>
    public LaneCourse NoReceipt(TimeSpan now) => Grounded(now) with
    {
        Answers = 0, Unanswered = Unanswered + 1, MaxItems = Math.Max(1, FlightCount / Smaller), Alone = FlightCount == 1 && FlightTaken && HubLived ? Alone + 1 : Alone,
    };

    /// <summary>The connection went away under the batch: send again when there is another, and smaller from the third time on.</summary>
    public LaneCourse CutOff(TimeSpan now) => Grounded(now) with
    {
        Answers = 0, Unanswered = Unanswered + 1, MaxItems = Unanswered + 1 >= PatientTimes ? Math.Max(1, FlightCount / 2) : MaxItems,
    };

    /// <summary>The broker has the batch, but no hub listens: back off; the size is not to blame.</summary>
    public LaneCourse NobodyListens(TimeSpan now, double die) => Grounded(now + Wait(FirstPause, Unheard, die)) with { Unheard = Unheard + 1 };

    /// <summary>The broker refuses the batch whatever its size.</summary>
    public LaneCourse Refused(TimeSpan now, double die) => Grounded(now + Wait(FirstTimeout, Unheard, die)) with { Unheard = Unheard + 1 };

    /// <summary>The batch is too large for the broker: half of it at once; one item alone that is too large waits, and stays.</summary>
    public LaneCourse TooLarge(TimeSpan now, TimeSpan again) => FlightCount > 1
        ? Grounded(now) with { MaxItems = FlightCount / 2 }
        : Grounded(now + again) with { MaxItems = 1 };

    /// <summary>A receipt moved the lane: go on at once, with larger or smaller batches as it was quick or slow.</summary>
    public LaneCourse Answered(TimeSpan now) => Grounded(now) with
    {
        Answers = Answers + 1, Unanswered = 0, Unheard = 0, Alone = 0,
        MaxItems = !InFlight || now - FlightSince < Slow / 2 ? Math.Min(Most, MaxItems * 2) : now - FlightSince > Slow ? Math.Max(1, MaxItems / 2) : MaxItems,
    };

    /// <summary>The item that was given up has been replaced: as after a receipt, but carefully.</summary>
    public LaneCourse GaveUp(TimeSpan now) => Grounded(now) with { Unanswered = 0, Alone = 0, MaxItems = 1 };

    /// <summary>An answer that time alone will not change: ask again later, with one item.</summary>
    public LaneCourse Parked(TimeSpan now, TimeSpan again) => Grounded(now + again) with { MaxItems = 1 };

    /// <summary>Something urgent is new: whatever it waited for, one attempt now.</summary>
    public LaneCourse Hurried(TimeSpan now) => InFlight || Due <= now ? this : this with { Due = now };

    private LaneCourse Grounded(TimeSpan due) => this with { FlightId = 0, FlightFirst = 0, Due = due, FlightTaken = false, HubLived = false };

    /// <summary>First × 2^times, spread from three quarters to five quarters, and never above <see cref="LongestWait"/>.</summary>
    public static TimeSpan Wait(TimeSpan first, int times, double die) =>
        Math.Min(first.TotalSeconds * Math.Pow(2, Math.Min(times, 16)), LongestWait.TotalSeconds / 1.25) * (0.75 + (die / 2)) * TimeSpan.FromSeconds(1);
}
