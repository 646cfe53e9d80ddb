using System.Runtime.InteropServices;

namespace TeleMonitor.Gateway;

/// <summary>A moment on the two clocks of a gateway.</summary>
/// <param name="Monotonic">Since boot.</param>
/// <param name="At">The best wall time that is known: what items carry.</param>
/// <param name="State">synchronised, holdover or unset, as batches carry it.</param>
/// <param name="Source">Who vouches for it: ntp, receipt or none.</param>
/// <param name="HubAhead">The hub's time minus the machine's wall time; null before the first receipt of this boot.</param>
internal readonly record struct WallTime(TimeSpan Monotonic, DateTimeOffset At, string State, string Source, TimeSpan? HubAhead)
{
    public const string Synchronised = "synchronised", Holdover = "holdover", Unset = "unset";
    public const string ByNtp = "ntp", ByReceipt = "receipt", ByNobody = "none";
}

/// <summary>
/// What is known about the wall clock in this boot. Each is the true time at which the monotonic clock showed zero, so that it stays true
/// whatever the wall clock is set to. Pure: the machine's clocks are arguments.
/// </summary>
/// <param name="ByNtp">While the kernel said that it was synchronised; null: never in this boot.</param>
/// <param name="ByHub">By the receipts; null: none in this boot.</param>
/// <param name="RaisedAt">Monotonic time at which a receipt last told it.</param>
internal readonly record struct ClockKnowledge(DateTimeOffset? ByNtp, DateTimeOffset? ByHub, TimeSpan RaisedAt)
{
    /// <summary>
    /// Kernel and hub differing by more than this cannot both be right. The hub is then believed, since its ladders run by its time; a
    /// batch is sent at most this late when nothing is wrong (longest back-off, <see cref="Uplink.LaneCourse.LongestWait"/>).
    /// </summary>
    public static readonly TimeSpan Disagreement = TimeSpan.FromMinutes(1);

    // a crystal may be 50 ppm off (0.2 s an hour), while a receipt only ever comes late: the latest of an hour is the best
    private static readonly TimeSpan ReceiptHolds = TimeSpan.FromHours(1);

    /// <summary>A receipt told the hub's time. One that was on its way for long says less than what is known, and is passed over.</summary>
    public ClockKnowledge Heard(DateTimeOffset hub, TimeSpan monotonic)
    {
        DateTimeOffset zero = hub - monotonic;
        return ByHub is not { } known || zero > known || monotonic - RaisedAt > ReceiptHolds ? this with { ByHub = zero, RaisedAt = monotonic } : this;
    }

    /// <summary>The machine's clocks were read: what time it is, and what is known from now on.</summary>
    /// <param name="wall">The machine's wall clock.</param>
    /// <param name="monotonic">Since boot.</param>
    /// <param name="synchronised">The kernel's word, from its time service.</param>
    /// <param name="built">Day of the build: a wall clock in an earlier year is not synchronised, whatever the kernel says.</param>
    public (WallTime Time, ClockKnowledge Known) Look(DateTimeOffset wall, TimeSpan monotonic, bool synchronised, DateTimeOffset built)
    {
        DateTimeOffset? hub = ByHub + monotonic, held = ByNtp + monotonic;
        TimeSpan? ahead = hub - wall;
        if (synchronised && wall.Year >= built.Year && !(ahead?.Duration() > Disagreement))
        {
            return (new WallTime(monotonic, wall, WallTime.Synchronised, WallTime.ByNtp, ahead), this with { ByNtp = wall - monotonic });
        }
        WallTime time = hub is { } told ? new WallTime(monotonic, told, WallTime.Holdover, WallTime.ByReceipt, ahead)
            : held is { } kept ? new WallTime(monotonic, kept, WallTime.Holdover, WallTime.ByNtp, null)
            : new WallTime(monotonic, wall, WallTime.Unset, WallTime.ByNobody, null);
        return (time, this);
    }
}

/// <summary>The kernel's own word about its clock.</summary>
internal static partial class KernelClock
{
    // source: adjtimex(2), struct timex with 64-bit longs; <sys/timex.h>: TIME_ERROR 5, STA_UNSYNC 0x0040
    private const int TimexBytes = 208, StatusAt = 40, TimeError = 5, Unsynchronised = 0x40;

    /// <summary>True when a time service disciplines the clock and has not lost its source for long. False also where the kernel does not say.</summary>
    public static bool IsSynchronised()
    {
        Span<byte> timex = stackalloc byte[TimexBytes]; // all zero: modes 0 only reads
        timex.Clear();
        int state = ReadTimex(ref timex[0]);
        return state is >= 0 and not TimeError && (BitConverter.ToInt32(timex[StatusAt..]) & Unsynchronised) == 0;
    }

    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static partial int ReadTimex(ref byte timex);
}
