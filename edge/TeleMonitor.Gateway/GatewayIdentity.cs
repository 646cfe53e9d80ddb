using System.Globalization;
using System.Reflection;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway;

/// <summary>What the machine and the build say about themselves: boot, ticks, the wall clock's state, versions.</summary>
internal sealed class GatewayIdentity
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";
    private const string SerialFile = "/sys/firmware/devicetree/base/serial-number";
    private static readonly TimeSpan KernelsWordHolds = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new(); // the gateways of one machine share its clock
    private readonly TimeProvider clock;
    private readonly Func<bool> isSynchronised;
    private readonly IReadOnlyDictionary<string, string> versions;
    private ClockKnowledge known;
    private BatchContext context;
    private bool synchronised;
    private TimeSpan askedAt;

    /// <summary>Reads boot id and build.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="charts">Charts whose versions are named in every batch.</param>
    public GatewayIdentity(TimeProvider clock, IEnumerable<Chart> charts)
        // without /proc every start counts as a boot: ticks then need not go on from the last
        : this(clock, charts, File.Exists(BootIdFile) ? File.ReadAllText(BootIdFile).Trim() : $"start-{Environment.ProcessId}-{clock.GetTimestamp()}",
            KernelClock.IsSynchronised)
    {
    }

    /// <summary>The same for a machine whose boot and time service are told from outside: the simulation's.</summary>
    internal GatewayIdentity(TimeProvider clock, IEnumerable<Chart> charts, string boot, Func<bool> isSynchronised)
    {
        (this.clock, this.isSynchronised, Boot) = (clock, isSynchronised, boot);
        var named = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["gateway"] = Version, ["engine"] = ItemWriter.EngineVersion };
        foreach (Chart chart in charts)
        {
            named["chart/" + chart.Id] = chart.Version;
        }
        versions = named;
        (synchronised, askedAt) = (isSynchronised(), Monotonic);
        context = new BatchContext(Boot, WallTime.Unset, versions);
    }

    /// <summary>Kernel boot id.</summary>
    public string Boot { get; }

    /// <summary>Serial number of the board, as a Raspberry Pi tells it; null on a machine that has none to read.</summary>
    public static string? Machine { get; } = File.Exists(SerialFile) ? File.ReadAllText(SerialFile).Trim('\0', '\n', ' ') : null;

    /// <summary>Version of this program.</summary>
    public static string Version { get; } =
        typeof(GatewayIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>Day of the build: no later moment can be before it.</summary>
    public static DateTimeOffset Built { get; } = DateTimeOffset.ParseExact(
        typeof(GatewayIdentity).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => string.Equals(data.Key, "BuildDate", StringComparison.Ordinal)).Value!,
        "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>What time it is, and who says so. The kernel is asked every 10 s.</summary>
    public WallTime Now()
    {
        lock (gate)
        {
            TimeSpan monotonic = Monotonic;
            if (monotonic - askedAt >= KernelsWordHolds)
            {
                (synchronised, askedAt) = (isSynchronised(), monotonic);
            }
            (WallTime time, known) = known.Look(clock.GetUtcNow(), monotonic, synchronised, Built);
            return time;
        }
    }

    /// <summary>A receipt told the hub's time.</summary>
    public void Heard(DateTimeOffset hub)
    {
        lock (gate)
        {
            known = known.Heard(hub, Monotonic);
        }
    }

    /// <summary>Context of items made under this state of the clock. The same object as long as nothing changes.</summary>
    public BatchContext ContextOf(WallTime time)
    {
        lock (gate)
        {
            return context = string.Equals(time.State, context.Clock, StringComparison.Ordinal) ? context : new BatchContext(Boot, time.State, versions);
        }
    }

    /// <summary>Monotonic time since boot.</summary>
    public TimeSpan Monotonic => clock.GetElapsedTime(0);

    /// <summary>Monotonic microseconds since boot.</summary>
    public long Microseconds => clock.GetElapsedTime(0).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Moment at which certificates are checked: never before the build, nor before what another machine has vouched for.</summary>
    public static DateTimeOffset VerificationTime(DateTimeOffset wall, DateTimeOffset? trusted)
    {
        DateTimeOffset latest = wall > Built ? wall : Built;
        return trusted > latest ? trusted.Value : latest;
    }
}
