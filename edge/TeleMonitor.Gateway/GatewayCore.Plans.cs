using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Gateway;

// what the plans of a home ask now: looked at by the judging thread, shown to the page and by the light once it is stored
internal sealed partial class GatewayCore
{
    private const string Radio = "bluetooth";
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1); // a clock may be set meanwhile

    private readonly HashSet<string> broken = new(StringComparer.Ordinal); // sensors that give nothing usable
    private volatile IReadOnlyList<FollowedDay> shownDays = [];
    private volatile bool driverFailed;
    private bool reminded;

    /// <summary>Those who follow a plan, as it is stored; read by another thread.</summary>
    public IReadOnlyList<FollowedDay> Days => shownDays;

    private void LookAtDays()
    {
        if (setup.RuleTimeRuns) // in a replay at full speed nobody is at home
        {
            rules.LookAtDays(RuleNow(), new HomeEvidence(GatewayHeard.Yes, CannotMeasure()));
        }
    }

    /// <summary>After the commit: what is shown survives a power cut.</summary>
    private void TellDays()
    {
        if (ReferenceEquals(rules.Followed, shownDays))
        {
            return;
        }
        shownDays = rules.Followed;
        bool reminds = shownDays.Any(day => day.Day.Stood is { Reminds: true });
        if (reminds != reminded)
        {
            setup.Remind(reminded = reminds);
        }
    }

    private TimeSpan? UntilDaysChange() => !setup.RuleTimeRuns || now.State is WallTime.Unset || rules.NextLook is not { } next ? null
        : next - now.At is var left && left < TimeSpan.Zero ? TimeSpan.Zero : left < LookAgain ? left : LookAgain;

    private void NoteHealth(SensorState state)
    {
        if (state.Health is SensorHealth.Away or SensorHealth.Failing)
        {
            broken.Add(state.Sensor);
        }
        else
        {
            broken.Remove(state.Sensor); // one that only needs care still measures
        }
    }

    /// <summary>What a broken sensor measures: by its model, which its name begins with; a driver or the radio may be any. As the hub sees it.</summary>
    private Vital[] CannotMeasure() => broken.Count == 0 && !driverFailed ? [] :
    [
        .. setup.Judging.Sensors.Values
            .Where(model => driverFailed || broken.Any(sensor => (sensor is Radio && model.Device is { Bus: SensorDevice.Bluetooth })
                || sensor == model.Id || sensor.StartsWith(model.Id + ".", StringComparison.Ordinal)))
            .SelectMany(model => model.Vitals.Keys).Select(VitalCode.FromName).OfType<VitalCode>().Select(code => code.Vital).Distinct().Order(),
    ];
}
