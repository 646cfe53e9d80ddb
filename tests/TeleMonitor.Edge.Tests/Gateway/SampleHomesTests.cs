using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors.Simulated;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Gateway;

public sealed class SampleHomesTests
{
    private static readonly string File = Tree.At("firmware-config", "profiles", "sample-homes.json");
    private readonly HomeScenario scenario = HomeScenario.TryRead(System.IO.File.ReadAllBytes(File), File, out IReadOnlyList<string> problems)
        ?? throw new InvalidOperationException(string.Join('\n', problems));

    [Theory]
    [InlineData("gw-home-1001", "green")]
    [InlineData("gw-home-1002", "green")]
    public void A_steady_home_stays_green_for_an_hour(string gateway, string expected)
    {
        (List<ScoreItem> scores, List<AlertItem> alerts) = Judge(gateway, TimeSpan.FromHours(1));
        Assert.Empty(alerts);
        Assert.All(scores, score => Assert.Equal((expected, 0), (score.Triage, score.Missing.Count)));
        Assert.True(scores.Count > 400);
    }

    [Fact]
    public void The_worsening_home_is_not_red_at_first_and_red_within_a_minute()
    {
        Assert.Empty(Judge("gw-home-1003", TimeSpan.Zero).Alerts);
        Assert.Contains(Judge("gw-home-1003", TimeSpan.FromSeconds(59)).Alerts, alert => alert.Triage == TriageWord.Of(Triage.Red));
    }

    private (List<ScoreItem> Scores, List<AlertItem> Alerts) Judge(string gateway, TimeSpan until)
    {
        ScriptedHome script = scenario.Homes.Single(home => home.Gateway == gateway);
        FirmwareConfig firmware = FirmwareConfig.Load(Tree.At("firmware-config"), out IReadOnlyList<string> problems) ?? throw new InvalidOperationException(string.Join('\n', problems));
        var settings = new JudgeSettings { Assignment = 1, Charts = [.. firmware.Charts.Values], Sensors = firmware.Sensors };
        var home = new SimulatedHome(script, new SimClock());
        long tick = 0;
        var course = new RuleCourse(settings, "boot-1", () => ++tick);
        var made = new List<OutboxItem>();
        for (double second = 0; second <= until.TotalSeconds; second += script.PeriodSeconds)
        {
            course.Take(home.Measure(second), TimeSpan.FromSeconds(second), DateTimeOffset.UnixEpoch.AddSeconds(second), made);
        }
        List<Item> items = [.. made.Select(one => WireItems.TryRead(one.Bytes, out Item? item, out string problem) ? item! : throw new InvalidOperationException(problem))];
        return ([.. items.OfType<ScoreItem>()], [.. items.OfType<AlertItem>()]);
    }
}
