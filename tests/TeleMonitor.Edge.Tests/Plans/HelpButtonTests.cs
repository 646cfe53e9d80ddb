using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Plans;

/// <summary>The citizen asks for help (design.md section 6): the first press goes at once, and no press is forgotten.</summary>
public sealed class HelpButtonTests
{
    private const double Seconds = 1.0 / 60;

    private static HelpItem Press(JudgedHome home, double minutes) => Assert.IsType<HelpItem>(Assert.Single(home.At(minutes, Burst.HelpPressed)));

    [Fact]
    public void A_press_before_anything_was_measured_is_Red_at_once()
    {
        HelpItem help = Press(new JudgedHome(), 0);
        Assert.Equal(("help", "alert/help", "red", (int?)null, 1), (help.Kind, help.Code, help.Triage, help.Presses, help.Assignment));
        Assert.Equal(["help"], help.Reasons);
        Assert.Empty(help.Inputs);
        Assert.Empty(help.Scores);
    }

    [Fact]
    public void A_press_brings_what_was_measured_last_with_its_age()
    {
        var home = new JudgedHome(JudgedHome.TobsOnly);
        home.Row(0, [.. JudgedHome.Complete(pulse: 80)]);
        HelpItem help = Press(home, 20);
        Assert.Equal((5, 1200L, false), (help.Inputs.Count, help.Inputs.Select(input => input.AgeSeconds).Distinct().Single(), help.Interim));
        Assert.Equal((0, "green"), (help.Scores.Single().Total!.Value, help.Scores.Single().Triage));
        home.Reads(21, JudgedHome.Number(Vital.Pulse, 82));
        Assert.True(Press(home, 22) is { Interim: true, Inputs: [{ Value: 82, AgeSeconds: 60 }] }); // of the set that is open
    }

    [Fact]
    public void Presses_soon_after_one_another_are_said_together_when_their_time_is_over()
    {
        var home = new JudgedHome(serialises: true);
        Press(home, 0);
        Assert.Null(home.NextDue); // one press owes nothing more
        Assert.Empty(home.At(5 * Seconds, Burst.HelpPressed));
        Assert.Empty(home.At(10 * Seconds, Burst.HelpPressed));
        Assert.Equal(TimeSpan.FromSeconds(30), home.NextDue);
        Assert.Equal(2, Assert.IsType<HelpItem>(Assert.Single(home.At(0.5))).Presses);
        Assert.Null(home.NextDue);
        Assert.Empty(home.At(0.6, Burst.HelpPressed)); // joins what was just said
        Assert.Null(Assert.IsType<HelpItem>(Assert.Single(home.At(1))).Presses); // one press again
    }

    [Fact]
    public void A_press_after_the_time_for_joining_goes_at_once()
    {
        var home = new JudgedHome();
        Press(home, 0);
        Press(home, 0.5);
        Assert.Empty(home.At(3));
        Press(home, 3);
    }

    [Fact]
    public void Presses_that_a_reboot_interrupted_are_said_at_the_next_start()
    {
        var home = new JudgedHome(serialises: true);
        Press(home, 60);
        home.At(60 + (5 * Seconds), Burst.HelpPressed);
        home.Reboots();
        Assert.Null(Assert.IsType<HelpItem>(Assert.Single(home.At(1))).Presses);
        home.Reboots();
        Press(home, 0); // and nothing joins over a reboot
    }

    [Fact]
    public void A_press_says_nothing_about_what_was_measured()
    {
        var home = new JudgedHome(JudgedHome.TobsOnly);
        home.Row(0, [.. JudgedHome.Complete(respiration: 35)]);
        Judgement standing = home.State.Standing;
        Press(home, 1);
        Assert.Equal((standing, true, TimeSpan.Zero), (home.State.Standing, home.State.Alerting, home.State.LastAlert));
        Assert.Equal("cleared", home.Row(2, JudgedHome.Complete()).OfType<AlertItem>().Single().Kind);
        Assert.Empty(home.At(3).OfType<AlertItem>());
    }

    [Fact]
    public void A_press_comes_with_readings_of_the_same_message()
    {
        IReadOnlyList<Item> items = new JudgedHome(JudgedHome.TobsOnly).At(0, new Burst([JudgedHome.Number(Vital.Pulse, 72)], Help: true));
        Assert.Equal(["help", "reading"], items.Select(item => item.Kind));
    }

    [Fact]
    public void A_plan_that_leaves_the_button_out_makes_no_alert_of_a_press()
    {
        var home = new JudgedHome(JudgedHome.Settings with { HelpButton = false });
        Assert.Empty(home.At(0, Burst.HelpPressed));
        Assert.Empty(home.At(1));
        Assert.Null(home.State.Help);
    }

    [Fact]
    public void A_press_in_a_self_test_carries_its_mark() =>
        Assert.True(Press(new JudgedHome(JudgedHome.Settings with { SelfTest = true }), 0).Test);

    [Theory]
    [InlineData("\"triage\":\"red\"", "\"triage\":\"yellow\"")]
    [InlineData("\"reasons\":[\"help\"]", "\"reasons\":[]")]
    [InlineData("\"code\":\"alert/help\"", "\"code\":\"alert/clinical\"")]
    [InlineData("\"presses\":3", "\"presses\":0")]
    public void A_help_press_that_is_no_Red_call_for_help_is_refused(string was, string instead)
    {
        string golden = System.Text.Encoding.UTF8.GetString(Wire.GoldenWireTests.Golden("help-repeated.json"));
        // scores follow with triages of their own: only the first is the press's
        int at = golden.IndexOf(was, StringComparison.Ordinal);
        string changed = golden[..at] + instead + golden[(at + was.Length)..];
        Assert.False(WireItems.TryRead(System.Text.Encoding.UTF8.GetBytes(changed), out _, out string problem));
        Assert.StartsWith("a help press must have", problem, StringComparison.Ordinal);
    }
}
