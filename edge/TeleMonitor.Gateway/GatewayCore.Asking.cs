using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Gateway;

/// <summary>A question for the home's own page: what was measured and when, never the value.</summary>
/// <param name="Number">Names it.</param>
/// <param name="Vitals">What was measured.</param>
/// <param name="At">When; null while nobody vouches for the clock.</param>
/// <param name="Among">Assignments it may belong to.</param>
internal sealed record AskedQuestion(int Number, IReadOnlyList<Vital> Vitals, DateTimeOffset? At, IReadOnlyList<int> Among);

// whose a measurement of a shared device is: shown to the home's page, and a finding as long as it is not known
internal sealed partial class GatewayCore
{
    private const string Whose = "sensor/whose";

    private volatile IReadOnlyList<AskedQuestion> asked = [];
    private WaitingBursts? toldWaiting; // null: not yet said since the start, what an earlier one left open may be over

    /// <summary>What waits for an answer, as it is stored; read by another thread.</summary>
    public IReadOnlyList<AskedQuestion> Asked => asked;

    /// <summary>After the commit: what is shown and said is what survives a power cut.</summary>
    private void TellWhatWaits()
    {
        WaitingBursts waits = rules.Waiting;
        if (ReferenceEquals(waits, toldWaiting))
        {
            return;
        }
        var moment = new Moment(setup.Identity.Boot, RuleNow(), now.At);
        asked = [.. waits.Waiting.Select(one => new AskedQuestion(
            one.Number, [.. one.Burst.Values.Select(value => value.Vital)], now.State is WallTime.Unset ? null : now.At - one.Judged(moment, claimed: false).Waited, one.Among))];
        try
        {
            if (waits.Waiting.Count > 0)
            {
                findings.Open(Whose, "a device that several use gave a measurement and did not say whose: the home's page asks", now.At);
            }
            else if (waits.Unclaimed)
            {
                findings.Open(Whose, "a device gave a measurement and nobody said whose it is: it is kept, and counts for nobody", now.At);
            }
            else if (findings.IsOpen(Whose))
            {
                findings.Close(Whose, now.At);
            }
            toldWaiting = waits;
            sendSoon();
        }
        catch (OutboxException full)
        {
            setup.Say($"{setup.Gateway}: {full.Message}"); // said again with the next step
        }
    }
}
