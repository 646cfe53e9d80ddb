using System.Globalization;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors;

namespace TeleMonitor.Gateway;

// how the sensors are: said, kept as a finding while it lasts, and told to the hub; the gateway goes on
internal sealed partial class GatewayCore
{
    private const string SensorPrefix = "sensor/", DriverFailed = "sensor/failed";

    /// <summary>A driver that fails is a finding; what else the gateway does goes on (design.md rule 13).</summary>
    public void SensorFailed(string why)
    {
        setup.Say($"{setup.Gateway}: a sensor failed and gives nothing more: {why}");
        driverFailed = true;
        Find(DriverFailed, why);
    }

    /// <summary>
    /// At the start: a driver's fault ended with the run it was in, and what was said of a device that is not this home's any more is over. The
    /// rest is over when its sensor says so.
    /// </summary>
    private void CloseWhatIsOver()
    {
        foreach (string code in findings.Codes.Where(code => code.StartsWith(SensorPrefix, StringComparison.Ordinal)))
        {
            if (code is DriverFailed || (code is not Whose && setup.HasSensor is { } has && !has(code[SensorPrefix.Length..])))
            {
                findings.Close(code, now.At);
            }
        }
    }

    private void HearOf(SensorState state)
    {
        NoteHealth(state);
        if (state.Health is not SensorHealth.Well)
        {
            setup.Say($"{setup.Gateway}: sensor {state.Sensor}: {state.Why}");
            List<(string Name, string Value)> facts = [("health", HealthWord(state.Health)), ("why", state.Word)];
            if (state.DaysLeft is { } days)
            {
                facts.Add(("days", days.ToString(CultureInfo.InvariantCulture)));
            }
            Find(state.Code, state.Why, facts);
        }
        else if (findings.IsOpen(state.Code))
        {
            setup.Say($"{setup.Gateway}: sensor {state.Sensor}: well again");
            try
            {
                findings.Close(state.Code, setup.Identity.Now().At);
                sendSoon();
            }
            catch (OutboxException full)
            {
                setup.Say($"{setup.Gateway}: {full.Message}");
            }
        }
    }

    private static string HealthWord(SensorHealth health) => health switch
    {
        SensorHealth.Away => "away",
        SensorHealth.Failing => "failing",
        SensorHealth.NeedsCare => "needs-care",
        _ => "well",
    };

    private void Find(string code, string why, params IReadOnlyList<(string Name, string Value)> facts)
    {
        try
        {
            findings.Open(code, why, setup.Identity.Now().At, facts);
            sendSoon();
        }
        catch (OutboxException full)
        {
            setup.Say($"{setup.Gateway}: {full.Message}");
        }
    }
}
