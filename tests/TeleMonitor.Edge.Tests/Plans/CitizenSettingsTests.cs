using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Edge.Tests.Plans;

public sealed class CitizenSettingsTests
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly CitizenSettings Good = new(12, Begin, "Europe/Copenhagen", "copd-intensive", "2026-11-1", Scale: 2, ScaleSigned: new ContentApproval("Dr. B", Begin), Floor: "yellow",
        Limits: [new Limit("spo2", "%", LowRed: 85, LowYellow: 88), new Limit("pulse", "/min", HighYellow: 110)], Pauses: [new PlanPause(Begin, Begin.AddDays(3), "holiday", "nurse-7")]);

    private static List<string> Problems(CitizenSettings settings)
    {
        var found = new List<string>();
        settings.Check("it", found);
        return found;
    }

    public static TheoryData<string, CitizenSettings> Wrong => new()
    {
        { "it.assignment", Good with { Assignment = 0 } },
        { "it.to", Good with { To = Begin } },
        { "it.zone", Good with { Zone = "Europe/Kjoebenhavn" } },
        { "it.plan", Good with { PlanVersion = null } },
        { "it.plan", Good with { Plan = null } },
        { "it.plan", Good with { Plan = "" } },
        { "it.scale", Good with { Scale = 3 } },
        { "it.scale_signed", Good with { ScaleSigned = null } },
        { "it.floor", Good with { Floor = "Red" } },
        { "it.limits[1].vital", Good with { Limits = [Good.Limits![0], Good.Limits[0] with { LowRed = 80 }] } },
        { "it.limits[0].low_yellow", Good with { Limits = [new Limit("spo2", "%", LowRed: 90, LowYellow: 88)] } },
        { "it.pauses[0]", Good with { Pauses = [new PlanPause(Begin, Begin, "holiday", "nurse-7")] } },
        { "it.pauses[0]", Good with { Pauses = [new PlanPause(Begin, Begin.AddDays(1), "holiday", "")] } },
    };

    [Fact]
    public void What_is_whole_has_no_problem()
    {
        Assert.Empty(Problems(Good));
        Assert.Empty(Problems(new CitizenSettings(1, Begin, "Europe/Copenhagen")));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Each_wrong_field_is_named(string place, CitizenSettings settings) => Assert.StartsWith(place, Assert.Single(Problems(settings)), StringComparison.Ordinal);

    [Fact]
    public void Its_time_begins_with_the_first_moment_and_ends_before_the_last()
    {
        CitizenSettings day = Good with { To = Begin.AddDays(1) };
        Assert.Equal([false, true, true, false], new[] { Begin.AddTicks(-1), Begin, Begin.AddDays(1).AddTicks(-1), Begin.AddDays(1) }.Select(day.Holds));
        Assert.True(Good.Holds(DateTimeOffset.MaxValue));
    }

    [Theory]
    [InlineData("green", Triage.Yellow)]
    [InlineData("yellow", Triage.Yellow)]
    [InlineData("red", Triage.Red)]
    public void A_floor_raises_what_is_yellow_and_nothing_else(string floor, Triage least) => Assert.Equal(least, (Good with { Floor = floor }).LeastTriage);

    [Fact]
    public void What_is_written_is_read_back_the_same_and_an_unknown_field_is_refused()
    {
        byte[] written = new CitizensPart("gw-test-0001", 17, [Good]).Write();
        var problems = new List<string>();
        CitizensPart part = CitizensPart.TryRead(written, "citizens", problems)!;
        Assert.Empty(problems);
        Assert.Equal(written, part.Write());
        Assert.Equal(Good.Limits, part.Citizens[0].Limits);
        Assert.Equal(Good.Pauses, part.Citizens[0].Pauses);
        string strange = System.Text.Encoding.UTF8.GetString(written).Replace("\"floor\"", "\"flour\"", StringComparison.Ordinal);
        Assert.Null(CitizensPart.TryRead(System.Text.Encoding.UTF8.GetBytes(strange), "citizens", problems));
        Assert.Contains("flour", Assert.Single(problems), StringComparison.Ordinal);
    }
}
