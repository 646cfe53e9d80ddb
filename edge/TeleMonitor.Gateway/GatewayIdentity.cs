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
    private const string SynchronisedFile = "/run/systemd/timesync/synchronized";
    private static readonly TimeSpan ClockStateHolds = TimeSpan.FromSeconds(10);

    private readonly TimeProvider clock;
    private readonly Func<bool> isSynchronised;
    private readonly IReadOnlyDictionary<string, string> versions;
    private BatchContext context;
    private long contextAt;

    /// <summary>Reads boot id and build.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="charts">Charts whose versions are named in every batch.</param>
    public GatewayIdentity(TimeProvider clock, IEnumerable<Chart> charts)
        // without /proc every start counts as a boot: ticks then need not go on from the last
        : this(clock, charts, File.Exists(BootIdFile) ? File.ReadAllText(BootIdFile).Trim() : $"start-{Environment.ProcessId}-{clock.GetTimestamp()}",
            () => File.Exists(SynchronisedFile))
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
        contextAt = clock.GetTimestamp();
        context = new BatchContext(Boot, ClockState(), versions);
    }

    /// <summary>Kernel boot id.</summary>
    public string Boot { get; }

    /// <summary>Version of this program.</summary>
    public static string Version { get; } =
        typeof(GatewayIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>Day of the build: no later moment can be before it.</summary>
    public static DateTimeOffset Built { get; } = DateTimeOffset.ParseExact(
        typeof(GatewayIdentity).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => string.Equals(data.Key, "BuildDate", StringComparison.Ordinal)).Value!,
        "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>Context of items made now. The same object as long as nothing changes; the clock's state is looked at every 10 s.</summary>
    public BatchContext Context
    {
        get
        {
            if (clock.GetElapsedTime(contextAt) >= ClockStateHolds)
            {
                contextAt = clock.GetTimestamp();
                string state = ClockState();
                context = string.Equals(state, context.Clock, StringComparison.Ordinal) ? context : new BatchContext(Boot, state, versions);
            }
            return context;
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

    /// <summary>The wall clock's state from what is known about it. Pure.</summary>
    internal static string ClockState(DateTimeOffset wall, DateTimeOffset built, bool synchronised) =>
        wall.Year < built.Year ? "unset" : synchronised ? "synchronised" : "holdover";

    private string ClockState() => ClockState(clock.GetUtcNow(), Built, isSynchronised());
}
