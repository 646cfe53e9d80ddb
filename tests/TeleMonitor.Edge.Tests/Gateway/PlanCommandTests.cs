using System.Xml.Linq;
using TeleMonitor.Gateway;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>The plan simulator: what a nurse reads of a plan before it goes to a citizen.</summary>
public sealed class PlanCommandTests
{
    private static TextLine[] Simulate(string plan, string from, string zone = "Europe/Copenhagen")
    {
        Assert.Empty(PlanCommand.Simulate(Shipped.Config.Content, plan, from, zone, out IReadOnlyList<TextLine> lines));
        return [.. lines];
    }

    [Fact]
    public void Fourteen_days_are_printed_with_who_has_not_approved_and_when_missing_data_counts()
    {
        TextLine[] lines = Simulate("copd-intensive", "2026-11-02");
        Assert.Equal("Plan copd-intensive, version 2026-11-2: KOL, intensivt forløb", lines[0].Danish);
        Assert.Equal(("ikke godkendt", "not approved"), (lines[1].Danish, lines[1].English));
        Assert.Equal(("Borgeren måler: puls, iltmætning.", "The citizen measures: pulse, oxygen saturation."), (lines[2].Danish, lines[2].English));
        Assert.Equal("Ukendt 02:00 efter tiden, sag efter 04:00.", lines[4].Danish);
        string[] days = [.. lines.Skip(6).Select(line => line.Danish)];
        Assert.Equal(28, days.Length);
        Assert.Equal("man 2026-11-02 08:00: mål fra 06:00, ukendt 10:00, sag 12:00", days[0]);
        Assert.Equal("søn 2026-11-15 20:00: mål fra 18:00, ukendt 22:00, sag 00:00 (+1)", days[^1]);
        Assert.Equal("Sun 2026-11-15 20:00: measure from 18:00, unknown 22:00, case 00:00 (+1)", lines[^1].English);
    }

    [Fact]
    public void A_plan_in_a_later_phase_shows_the_days_on_which_nothing_is_asked()
    {
        TextLine[] lines = Simulate("after-discharge", "2026-11-02");
        Assert.Equal(3 * 2 + 11, lines.Length - 6);
        Assert.DoesNotContain(lines, line => line.Danish.EndsWith("intet", StringComparison.Ordinal));
        Assert.Contains(Simulate("heart-failure", "2026-11-02"), line => line.Danish == "Ingen spørgsmål.");
        Assert.StartsWith("Personalet måler: puls, vejrtrækning, temperatur, blodtryk, bevidsthed.", Simulate("infection-watch", "2026-11-02")[2].Danish, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2027-03-25", "Natten har 23 timer: sommertid begynder.", "søn 2027-03-28 08:00")]
    [InlineData("2027-10-28", "Natten har 25 timer: sommertid slutter.", "søn 2027-10-31 08:00")]
    public void The_two_nights_of_summer_time_are_named_before_their_day(string from, string named, string after)
    {
        string[] lines = [.. Simulate("copd-intensive", from).Select(line => line.Danish)];
        int place = Array.IndexOf(lines, named);
        Assert.True(place > 0);
        Assert.StartsWith(after, lines[place + 1], StringComparison.Ordinal);
        Assert.Equal(6 + 28 + 1, lines.Length);
        Assert.Equal(6 + 28, Simulate("copd-intensive", from, "UTC").Length);
    }

    [Fact]
    public void Every_wrong_argument_is_named_at_once()
    {
        IReadOnlyList<string> problems = PlanCommand.Simulate(Shipped.Config.Content, "kol", "2. november", "Europe/Aabenraa", out IReadOnlyList<TextLine> lines);
        Assert.Equal(["plan 'kol' is not one of after-discharge, copd-intensive, heart-failure, infection-watch", "--from '2. november' must be a day as yyyy-MM-dd, from 1990 to 2200",
            "--zone 'Europe/Aabenraa' is not known; Europe/Copenhagen is"], problems);
        Assert.Empty(lines);
    }

    [Fact]
    public void Check_names_every_file_and_who_has_approved_it()
    {
        IReadOnlyList<TextLine> lines = PlanText.Checked(Shipped.Config.Content);
        Assert.Equal(10, lines.Count);
        Assert.Equal("plan after-discharge 2026-11-1: ikke godkendt", lines[0].Danish);
        Assert.Contains(lines, line => line.English == "questionnaire cat 2026-11-1: not approved");
    }

    [Fact]
    public void Both_languages_have_the_same_texts()
    {
        string[] Keys(string file) => [.. XDocument.Load(Tree.At("edge", "TeleMonitor.Gateway", file)).Root!.Elements("data").Select(data => data.Attribute("name")!.Value)];
        Assert.Equal(Keys("PlanText.resx"), Keys("PlanText.en.resx"));
    }
}
