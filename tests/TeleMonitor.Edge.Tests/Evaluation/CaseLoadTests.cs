using TeleMonitor.Evaluation.Homes;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Edge.Tests.Evaluation;

public sealed class CaseLoadTests
{
    private readonly CaseLoad cases = new();

    [Fact]
    public void An_open_case_calls_again_for_a_higher_triage_or_a_new_reason_and_for_nothing_else()
    {
        Assert.True(Alert(0, Triage.Yellow, "limit/spo2/low-yellow"));
        Assert.False(Alert(1, Triage.Yellow, "limit/spo2/low-yellow"));
        Assert.True(Alert(2, Triage.Yellow, "limit/pulse/high-yellow"));
        Assert.True(Alert(3, Triage.Red, "limit/pulse/high-red"));
        Assert.False(Alert(4, Triage.Yellow, "limit/spo2/low-yellow"));
    }

    [Fact]
    public void Three_normal_sets_close_it_only_when_they_lie_over_twelve_hours_and_stand_in_a_row()
    {
        Alert(0, Triage.Yellow, "limit/spo2/low-yellow");
        Set(1, Triage.Green);
        Set(2, Triage.Green);
        Set(3, Triage.Green);
        Assert.False(Alert(4, Triage.Yellow, "limit/spo2/low-yellow"));
        Set(5, Triage.Green);
        Set(10, Triage.Unknown);
        Set(11, Triage.Green);
        Set(12, Triage.Green);
        Set(17, Triage.Green);
        Assert.False(Alert(18, Triage.Yellow, "limit/spo2/low-yellow"));
        Set(19, Triage.Green);
        Set(25, Triage.Green);
        Set(31, Triage.Green);
        Assert.True(Alert(32, Triage.Yellow, "limit/spo2/low-yellow"));
    }

    [Fact]
    public void A_day_after_the_last_alert_it_is_over()
    {
        Alert(0, Triage.Red, "tobs/total/red");
        Alert(20, Triage.Yellow, "tobs/total/yellow");
        Assert.False(Alert(43.9, Triage.Yellow, "tobs/total/yellow"));
        Assert.True(Alert(67.9, Triage.Yellow, "tobs/total/yellow"));
    }

    private bool Alert(double hour, Triage triage, string reason) => cases.Alert(TimeSpan.FromHours(hour), triage, [reason]);

    private void Set(double hour, Triage triage) => cases.Set(TimeSpan.FromHours(hour), triage);
}
