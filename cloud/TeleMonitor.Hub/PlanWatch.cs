using TeleMonitor.Care.Devices;
using TeleMonitor.Care.Paging;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Hub;

/// <summary>
/// Looks at a citizen's plan when its row says so: makes the citizen Unknown to the minute, calls the support of the kit where a device is
/// why, and says when missing data is a case. Decides nothing itself: <see cref="Adherence"/> does.
/// </summary>
internal sealed class PlanWatch(HubData data)
{
    /// <summary>Findings to support: a device keeps a citizen from being measured. They name no citizen and no value.</summary>
    public const string NeededNotHeard = "finding/needed-not-heard", NeededSensor = "finding/needed-sensor";
    /// <summary>Findings: a plan that is registered is not there, or is there in another version only.</summary>
    public const string PlanAbsent = "finding/plan-absent", PlanVersion = "finding/plan-version";

    private const string SensorFinding = "finding/sensor/", DriverFailed = "failed", Radio = "bluetooth";
    private static readonly TimeSpan AbsentAgain = TimeSpan.FromMinutes(10);

    /// <summary>One look, inside the transaction that keeps what it led to.</summary>
    /// <returns>The effects that concern a case, in order; those to support are done.</returns>
    public IReadOnlyList<AdherenceEffect> Look(StoreTransaction write, Assignment assignment, DateTimeOffset now)
    {
        PlanWatchRow row = write.PlanWatchOf(assignment.Number) ?? new PlanWatchRow(assignment.Number, null, AdherenceState.Nothing);
        (PlanInForce? inForce, DateTimeOffset? begins, bool absent) = InForce(write, assignment, now);
        AdherenceStep step = absent ? new AdherenceStep(row.State, [], begins) // what was said stands until somebody has put the plan back
            : inForce is null
            ? new AdherenceStep(AdherenceState.Nothing, row.State.UnknownSince is null ? [] : [new AdherenceEffect(AdherenceEffectKind.Over, MissingReceiver.Nurses, null, null)], begins)
            : Adherence.Look(row.State, inForce, write.TakenOf(assignment.Number), Evidence(write, assignment, now), now);
        write.SetPlanWatch(new PlanWatchRow(assignment.Number, begins < step.NextLook || step.NextLook is null ? begins : step.NextLook, step.State));
        foreach (AdherenceEffect effect in step.Effects.Where(effect => effect.Kind == AdherenceEffectKind.TellSupport))
        {
            write.Finding(assignment.Gateway, effect.Reason == MissingReason.Sensor ? NeededSensor : NeededNotHeard, "", now);
            write.AddPage(0, new PageTo(Receiver.Support, SupportOf(assignment, now), 1), PageReason.DeviceNeeded, now);
        }
        if (row.State.SupportTold is not null)
        {
            EndNeed(write, assignment, step.State.Because, now);
        }
        return [.. step.Effects.Where(effect => effect.Kind is AdherenceEffectKind.BecameUnknown or AdherenceEffectKind.OpenCase or AdherenceEffectKind.Over)];
    }

    /// <summary>The plan that holds now, and when the next begins or, where it cannot be used, when to try again.</summary>
    private (PlanInForce? InForce, DateTimeOffset? Begins, bool Absent) InForce(StoreTransaction write, Assignment assignment, DateTimeOffset now)
    {
        IReadOnlyList<CitizenPlan> plans = write.PlansOf(assignment.Number);
        CitizenPlan? next = plans.FirstOrDefault(plan => plan.From > now), held = plans.LastOrDefault(plan => plan.From <= now);
        DateTimeOffset? end = Earlier(Earlier(held?.To, next?.From), assignment.To);
        if (held is null || end <= now)
        {
            return (null, assignment.To <= now ? null : next?.From, false);
        }
        bool known = TimeZoneInfo.TryFindSystemTimeZoneById(held.Zone, out TimeZoneInfo? zone);
        if (!known || data.Content.InForce(held.Plan, new PlanCourse(held.From > assignment.From ? held.From : assignment.From, end, zone!, write.PausesOf(assignment.Number))) is not { } inForce)
        {
            write.Finding(assignment.Gateway, PlanAbsent, $"{held.Plan} {held.Version} {held.Zone}", now);
            return (null, now + AbsentAgain, true);
        }
        if (!string.Equals(inForce.Plan.Version, held.Version, StringComparison.Ordinal))
        {
            write.Finding(assignment.Gateway, PlanVersion, $"{held.Plan} {held.Version}: {inForce.Plan.Version} is used", now);
        }
        return (inForce, next?.From, false);
    }

    private HomeEvidence Evidence(StoreTransaction write, Assignment assignment, DateTimeOffset now)
    {
        DeviceState state = write.HeardOf(assignment.Gateway) is { } heard
            ? DeviceRules.Judge(heard, inUse: true, new SilenceClock(write.ProvedTime()), now).State : DeviceState.NotHeard;
        GatewayHeard way = state switch { DeviceState.Well => GatewayHeard.Yes, DeviceState.Unproved => GatewayHeard.Unproved, _ => GatewayHeard.No };
        return new HomeEvidence(way, [.. write.OpenFindings(assignment.Gateway, MostFindings).Where(IsBroken).SelectMany(VitalsOf).Distinct()]);
    }

    private const int MostFindings = 200;

    /// <summary>A driver that has given up says only why; a sensor says how it is. One that only needs care still measures.</summary>
    private static bool IsBroken(FindingRow finding) => finding.Code.StartsWith(SensorFinding, StringComparison.Ordinal)
        && (finding.Code[SensorFinding.Length..] is DriverFailed || finding.Detail.Split(", ").Any(fact => fact is "health away" or "health failing"));

    /// <summary>What a broken sensor measures: by its model, which its name begins with; a driver or the radio may be any.</summary>
    private IEnumerable<Vital> VitalsOf(FindingRow finding)
    {
        string sensor = finding.Code[SensorFinding.Length..];
        IEnumerable<SensorFile> models = data.Sensors.Values.Where(model => sensor is DriverFailed || (sensor is Radio && model.Device is { Bus: SensorDevice.Bluetooth })
            || sensor == model.Id || sensor.StartsWith(model.Id + ".", StringComparison.Ordinal));
        return models.SelectMany(model => model.Vitals.Keys).Select(VitalCode.FromName).OfType<VitalCode>().Select(code => code.Vital);
    }

    /// <summary>Ends what was said to support and is the reason no longer.</summary>
    private void EndNeed(StoreTransaction write, Assignment assignment, MissingReason? because, DateTimeOffset now)
    {
        bool over = because != MissingReason.Sensor && write.EndFinding(assignment.Gateway, NeededSensor, null, now);
        over |= because != MissingReason.NotHeard && write.EndFinding(assignment.Gateway, NeededNotHeard, null, now);
        if (over && !write.OpenFindings(null, int.MaxValue).Any(finding => finding.Code is NeededSensor or NeededNotHeard))
        {
            write.WithdrawDevicePages(SupportOf(assignment, now)); // nobody need look any more
        }
    }

    /// <summary>The support of the cluster; the fallback of last resort where the place is in none: somebody must hear it.</summary>
    private string SupportOf(Assignment assignment, DateTimeOffset now)
    {
        Care.Routing.Route route = Router.Route(data.Topology, assignment.Area, Triage.Unknown, now);
        return data.Topology.Clusters.FirstOrDefault(cluster => cluster.Slug == route.Cluster)?.Support ?? data.Topology.Fallback.Id;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;
}
