using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>From the press to the hub's receipt, and what the citizen is told meanwhile: "sent" is never said before it is.</summary>
public sealed class HelpCallTests : IDisposable
{
    private readonly HelpHome home = new();

    public void Dispose() => home.Dispose();

    private static Item Read(byte[] bytes) => WireItems.TryRead(bytes, out Item? item, out string problem) ? item! : throw new InvalidOperationException(problem);

    [Fact]
    public void A_press_is_sent_before_the_readings_that_wait_and_is_sent_only_when_the_hub_says_so()
    {
        for (int row = 0; row < 200; row++)
        {
            home.Measure(JudgedHome.Number(Vital.Pulse, 70 + (row % 5)));
        }
        home.Pass(1);
        long waiting = home.Outbox.Standing(WireWord.ReadingLane).Waiting;
        Assert.True(waiting >= 200);
        home.Press();
        home.Pass(0.1);
        Assert.Equal((UrgentState.Waiting, 1L), (home.State, home.Outbox.Standing(WireWord.AlertLane).Last)); // committed at once
        home.Link.Connect();
        home.Pass(2);
        Assert.Equal(WireWord.AlertLane, home.Link.Sent[0].Lane);
        Assert.IsType<HelpItem>(Read(home.Hub.Stored(WireWord.AlertLane).Single()));
        Assert.Equal(UrgentState.Sent, home.State);
        Assert.Equal([UrgentState.Waiting, UrgentState.Sent], home.Signals);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_press_or_a_Red_without_the_hubs_receipt_is_not_sent_after_two_minutes_and_not_before(bool press)
    {
        home.Link.Connect();
        home.Pass(1);
        home.Link.BlackHole = true; // the broker may take it: that is no receipt
        if (press)
        {
            home.Press();
        }
        else
        {
            home.Measure(JudgedHome.Complete(respiration: 35));
        }
        home.Pass(119.8);
        Assert.Equal(UrgentState.Waiting, home.State);
        Assert.True(home.Send() <= TimeSpan.FromSeconds(0.3)); // and it asks to be called in time
        home.Pass(0.5);
        Assert.Equal(UrgentState.NotSent, home.State);
        home.Link.BlackHole = false;
        home.Pass(120);
        Assert.Equal(UrgentState.Sent, home.State);
        Assert.Equal([UrgentState.Waiting, UrgentState.NotSent, UrgentState.Sent], home.Signals);
    }

    [Fact]
    public void On_a_card_without_room_the_citizen_still_hears_that_nothing_was_sent_and_what_is_kept_still_goes()
    {
        home.Link.Connect();
        home.Link.BlackHole = true;
        home.Measure(JudgedHome.Number(Vital.Pulse, 70));
        home.Press();
        home.Pass(0.5);
        home.FillCard();
        LinkBatch readings = home.Link.Sent.First(batch => string.Equals(batch.Lane, WireWord.ReadingLane, StringComparison.Ordinal));
        home.Link.Deliver(LinkEventKind.Receipt, WireItems.Write(home.Hub.Take(readings, home.Link.HubTime)!)); // what it says cannot be saved
        home.Pass(121);
        Assert.Equal(UrgentState.NotSent, home.State);
        home.Link.BlackHole = false;
        home.Pass(60);
        Assert.IsType<HelpItem>(Read(home.Hub.Stored(WireWord.AlertLane).Single()));
        Assert.Equal(UrgentState.Sent, home.State);
    }

    [Fact]
    public void A_Yellow_tells_nobody_to_call()
    {
        home.Measure(JudgedHome.Complete(respiration: 22));
        home.Pass(130);
        Assert.Equal((1L, UrgentState.Nothing), (home.Outbox.Standing(WireWord.AlertLane).Waiting, home.State));
        Assert.Empty(home.Signals);
    }

    [Fact]
    public void The_two_minutes_run_on_while_the_program_starts_again()
    {
        home.Press();
        home.Pass(90);
        home.Start();
        home.Pass(29);
        Assert.Equal(UrgentState.Waiting, home.State);
        home.Pass(2);
        Assert.Equal(UrgentState.NotSent, home.State);
        home.Start();
        home.Pass(0.1);
        Assert.Equal(UrgentState.NotSent, home.State); // and what was over stays over
    }

    [Fact]
    public void What_waits_from_before_a_reboot_counts_as_not_sent_because_nobody_knows_for_how_long()
    {
        home.Press();
        home.Pass(1);
        home.Reboot();
        home.Pass(0.1);
        Assert.Equal(UrgentState.NotSent, home.State);
        home.Link.Connect();
        home.Pass(2);
        Assert.Equal(UrgentState.Sent, home.State);
    }

    [Fact]
    public void The_oldest_that_waits_decides_and_not_the_newest()
    {
        home.Press();
        home.Pass(100);
        home.Press();
        home.Pass(25);
        Assert.Equal(UrgentState.NotSent, home.State);
    }

    [Fact]
    public void After_one_that_was_sent_the_next_has_two_minutes_of_its_own()
    {
        home.Link.Connect();
        home.Press();
        home.Pass(60);
        home.Link.Cut();
        home.Press();
        home.Pass(110);
        Assert.Equal(UrgentState.Waiting, home.State);
        home.Pass(15);
        Assert.Equal(UrgentState.NotSent, home.State);
        Assert.Equal([UrgentState.Waiting, UrgentState.Sent, UrgentState.Waiting, UrgentState.NotSent], home.Signals);
    }

    [Fact]
    public void Sent_is_shown_for_a_day_also_after_a_restart()
    {
        home.Link.Connect();
        home.Press();
        home.Pass(2);
        home.Start();
        home.Pass(1);
        Assert.Equal(UrgentState.Sent, home.State);
    }

    [Fact]
    public void The_status_item_carries_the_state_and_no_more()
    {
        home.Link.Connect();
        home.Press();
        home.Pass(70);
        StatusItem[] said = [.. home.Hub.Stored(WireWord.StatusLane).Select(Read).OfType<StatusItem>()];
        Assert.Equal("sent", said[^1].Urgent);
    }

    [Fact]
    public void Where_the_plan_leaves_the_button_out_a_press_is_a_finding_and_no_alert()
    {
        home.Start(JudgedHome.TobsOnly with { HelpButton = false });
        home.Link.Connect();
        home.Press();
        home.Press();
        home.Pass(5);
        Assert.Equal(0, home.Outbox.Standing(WireWord.AlertLane).Last);
        Assert.Equal("help/left-out", Assert.Single(home.Outbox.ReadFindings()).Code);
        Assert.Equal(["finding/help/left-out"], home.Hub.Said(WireWord.StatusLane).Select(item => item.Code));
        Assert.Empty(home.Signals);
        home.Start(); // a plan with the button again
        Assert.Empty(home.Outbox.ReadFindings());
    }

    [Fact]
    public void Status_tells_in_Danish_and_English_that_it_is_not_sent_whom_to_call_and_that_112_is_for_danger()
    {
        home.Press();
        home.Pass(1);
        home.Reboot();
        StatusCommand.Standing standing = StatusCommand.Read("gw-test-0001", home.Path, home.Identity) with { IsOfCare = true, Calls = [new CallNumber("Akutteamet", "+45 00 00 00 00")] };
        string text = StatusCommand.Text(standing, default);
        Assert.Contains("urgent  not sent, made at ", text, StringComparison.Ordinal);
        string[] said = [.. text.Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line.Trim())];
        Assert.Equal(
            [
                "da    Ikke sendt. Ring til nummeret.", "en    Not sent. Call the number.",
                "da    Ring Akutteamet: +45 00 00 00 00", "en    Call Akutteamet: +45 00 00 00 00",
                "da    Hjælpeknappen er ikke et nødopkald. Er du i fare: ring 112.", "en    The help button is not an emergency call. In danger: call 112.",
            ], said);
        Assert.Contains("\"urgent\":{\"state\":\"not-sent\",\"made_at\":\"", StatusCommand.Json(standing), StringComparison.Ordinal);
        Assert.Contains("\"call_numbers\":[{\"label\":\"Akutteamet\",\"number\":\"\\u002B45 00 00 00 00\"}]", StatusCommand.Json(standing), StringComparison.Ordinal);
    }

    [Fact]
    public void Support_reads_in_status_neither_what_was_urgent_nor_who_has_seen_it()
    {
        home.Press();
        home.Pass(1);
        StatusCommand.Standing standing = StatusCommand.Read("gw-test-0001", home.Path, home.Identity) with { Calls = [new CallNumber("Akutteamet", "+45 00 00 00 00")] };
        StatusCommand.Standing seen = standing with { Notices = [new KeptNotice("hub-1", 1, new Notice("taken", 7, "acute-nurse", home.Now, home.Now))] };
        string[] secret = ["urgent", "help button", "notice", "taken", "acute", "Akutteamet", "call_numbers", "plans"];
        Assert.All(secret, word => Assert.DoesNotContain(word, StatusCommand.Text(seen, home.Now) + StatusCommand.Json(seen), StringComparison.Ordinal));
        StatusCommand.Standing ofCare = seen with { IsOfCare = true };
        Assert.All(secret, word => Assert.Contains(word, StatusCommand.Text(ofCare, home.Now) + StatusCommand.Json(ofCare), StringComparison.Ordinal));
        Assert.Contains("alert", StatusCommand.Text(seen, home.Now), StringComparison.Ordinal); // the lane, which support needs
    }

    [Fact]
    public void Every_state_has_its_words_in_both_languages_and_a_button_that_is_left_out_says_so()
    {
        foreach (UrgentState state in Enum.GetValues<UrgentState>())
        {
            Assert.All(HelpText.Of(state, [], helpButton: true), line => Assert.False(line.Danish.Length == 0 || line.Danish == line.English));
        }
        Assert.Contains("Brug nummeret på papiret", HelpText.Of(UrgentState.NotSent, [], helpButton: true)[1].Danish, StringComparison.Ordinal);
        Assert.Contains("et tryk kalder ingen", Assert.Single(HelpText.Of(UrgentState.Nothing, [], helpButton: false)).Danish, StringComparison.Ordinal);
    }
}
