using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Uplink;

// what can never come, and what is never given up
public sealed partial class HealingTests
{
    [Fact]
    public void What_a_hub_asks_for_and_is_no_longer_kept_becomes_one_item_that_takes_its_numbers()
    {
        Accept("reading", 10);
        link.Connect();
        Pass(1);
        Accept("reading", 10);
        Pass(1);
        outbox.Remember("reading", hub.Id, 20, outbox.ChainAt("reading", 20)!.Value, 0, link.HubTime.AddDays(40));
        Assert.Equal(19, outbox.Forget(link.HubTime.AddDays(40)));
        hub.Restore(new Random(1)); // to nothing or little
        Accept("reading", 5);
        Pass(10);
        Assert.True(sender.Drained);
        GoneItem gone = Assert.IsType<GoneItem>(hub.Said("reading").Single());
        Assert.Equal((19, "forgotten", outbox.Id), (gone.To, gone.Why, gone.Outbox));
        Assert.Equal((int)gone.From - 1 + 6, hub.Stored("reading").Count);
        Assert.Equal([null, true], Told("finding/lane/reading/gone").Select(finding => finding.Over));
        hub.Restore(new Random(7));
        Accept("alert", 1);
        Accept("reading", 1);
        Pass(10);
        Assert.True(sender.Drained); // asked again from elsewhere, also from inside the range
        Assert.Equal(26, hub.Through(outbox.Id, "reading"));
    }

    [Theory]
    [InlineData("alert")]
    [InlineData("reading")]
    public void One_item_that_a_living_hub_never_answers_is_given_up_alone_with_its_hash_and_kept_aside(string lane)
    {
        Accept(lane, 5);
        hub.Deaf = accepted[2];
        link.Connect();
        string other = lane == "alert" ? "reading" : "alert";
        for (int round = 0; round < 60 && outbox.Standing(lane).Waiting > 0; round++)
        {
            Pass(20);
            Accept(other, 1); // the hub lives: others are answered
        }
        Pass(5);
        Assert.True(sender.Drained);
        GoneItem gone = Assert.IsType<GoneItem>(hub.Said(lane).Single());
        Assert.Equal((3, 3, "unanswered", "gone/" + lane), (gone.From, gone.To, gone.Why, gone.Code));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(accepted[2])), gone.Hash);
        Assert.Equal([accepted[0], accepted[1], accepted[3], accepted[4]], hub.Stored(lane));
        Assert.NotEmpty(Told($"finding/lane/{lane}/unanswered"));
        outbox.Dispose();
        using var file = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={folder.Path};Pooling=False");
        file.Open();
        using Microsoft.Data.Sqlite.SqliteCommand aside = file.CreateCommand();
        aside.CommandText = "select bytes from aside";
        Assert.Equal(accepted[2], aside.ExecuteScalar());
    }

    [Fact]
    public void While_the_hub_is_silent_to_all_nothing_is_given_up_however_long_it_takes()
    {
        Accept("reading", 5);
        Accept("alert", 1);
        link.Weather = Weather.Fair with { Loss = 1 }; // the broker takes everything
        link.Connect();
        Pass(2 * 3600);
        link.Weather = Weather.Fair;
        Pass(120);
        AllIsThere();
        Assert.Empty(hub.Said("reading").Concat(hub.Said("alert")));
    }

    [Fact]
    public void A_new_alert_never_waits_for_an_old_back_off()
    {
        Accept("alert", 1);
        link.Weather = Weather.Fair with { NobodyListens = 1 };
        link.Connect();
        Pass(600);
        int before = link.Sent.Count(batch => batch.Lane == "alert");
        Accept("alert", 1);
        Pass(0.2);
        Assert.Equal(before + 1, link.Sent.Count(batch => batch.Lane == "alert"));
    }

    [Fact]
    public void While_an_alert_waits_the_next_attempt_is_never_more_than_a_minute_away()
    {
        hub.KnowsTheGateway = false;
        Accept("alert", 1);
        Accept("reading", 1);
        link.Connect();
        Pass(1200);
        Assert.InRange(link.Sent.Count(batch => batch.Lane == "alert"), 20, 24);
        Assert.InRange(link.Sent.Count(batch => batch.Lane == "reading"), 1, 3);
    }
}
