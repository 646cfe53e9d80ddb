using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub;

/// <summary>
/// The hub's time: where the start took it from plus monotonic time since, approaching the machine's wall clock slowly (design.md rule 10).
/// A step of the machine's clock can make a due time come early or late by the stated rate only, and never makes it come twice.
/// </summary>
public sealed class HubClock : TimeProvider
{
    private const string BootFile = "/proc/sys/kernel/random/boot_id";

    private readonly TimeProvider machine;
    private readonly Lock gate = new();
    private DateTimeOffset hub;
    private DateTimeOffset wall;
    private long at;
    private bool held;

    /// <summary>A clock that starts at the machine's time, for a hub without a history.</summary>
    public HubClock(TimeProvider machine) : this(machine, null, "")
    {
    }

    /// <summary>A clock that goes on from what the store has kept.</summary>
    public HubClock(TimeProvider machine, KeptTime? kept, string boot)
    {
        (this.machine, Boot) = (machine, boot);
        (wall, at) = (machine.GetUtcNow(), machine.GetTimestamp());
        (hub, Start) = HubTime.AtStart(wall, Monotonic(at), boot, kept);
        held = Start == ClockStart.Held;
    }

    /// <summary>The clock of the hub that this store belongs to.</summary>
    public static HubClock Of(HubStore store, TimeProvider machine) => new(machine, store.Read(read => read.KeptTime()), BootOfMachine());

    /// <summary>Where the start took the time from.</summary>
    public ClockStart Start { get; }

    /// <summary>Boot of the machine's kernel; empty when unknown.</summary>
    public string Boot { get; }

    /// <inheritdoc/>
    public override long TimestampFrequency => machine.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return At(machine.GetTimestamp());
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => machine.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => machine.CreateTimer(callback, state, dueTime, period);

    /// <summary>Looks at the machine's wall clock; to be called every second or so.</summary>
    /// <returns>How far it is from the hub's time; above <see cref="HubTime.StepLimit"/> it is a finding.</returns>
    public TimeSpan Follow()
    {
        lock (gate)
        {
            long read = machine.GetTimestamp();
            hub = At(read);
            (wall, at) = (machine.GetUtcNow(), read);
            if (HubTime.Adopts(held, wall - hub, wall))
            {
                (hub, held) = (wall, false);
            }
            return wall - hub;
        }
    }

    /// <summary>What the store shall keep now.</summary>
    public KeptTime Keep()
    {
        lock (gate)
        {
            long read = machine.GetTimestamp();
            DateTimeOffset now = At(read);
            return new KeptTime(now, Boot, Monotonic(read), held, now);
        }
    }

    private DateTimeOffset At(long timestamp)
    {
        TimeSpan elapsed = machine.GetElapsedTime(at, timestamp);
        return hub + elapsed + HubTime.Approach(wall - hub, elapsed, wall);
    }

    private TimeSpan Monotonic(long timestamp) => machine.GetElapsedTime(0, timestamp);

    private static string BootOfMachine()
    {
        try
        {
            return File.ReadAllText(BootFile).Trim();
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return ""; // then the wall clock decides at a start
        }
    }
}
