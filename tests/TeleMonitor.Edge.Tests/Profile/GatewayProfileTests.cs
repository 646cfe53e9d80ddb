using System.Text;
using Microsoft.Data.Sqlite;
using TeleMonitor.Edge.Tests.Gateway;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Profile;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Profile;

/// <summary>A whole gateway and its outbox file: what is taken is in force, survives, and is named by what is judged under it.</summary>
public sealed class GatewayProfileTests : IDisposable
{
    private readonly Signer signer = new();
    private readonly HelpHome home = new(JudgedHome.Settings);

    public GatewayProfileTests()
    {
        home.Trust = signer.Trust;
        home.Start();
        home.Link.Connect();
        home.Pass(1);
    }

    public void Dispose()
    {
        home.Dispose();
        signer.Dispose();
    }

    private void Publish(byte[] bundle)
    {
        home.Link.Deliver(LinkEventKind.Profile, bundle);
        home.Pass(2);
    }

    private IEnumerable<T> Sent<T>(string lane) where T : Item => home.Hub.Stored(lane).Select(bytes => WireItems.TryRead(bytes, out Item? item, out _) ? item : null).OfType<T>();

    private StatusItem Status => Sent<StatusItem>(WireWord.StatusLane).Last();

    private IReadOnlyList<FindingItem> Told => [.. home.Hub.Said(WireWord.StatusLane).OfType<FindingItem>().Where(one => one.Code == WireWord.FindingPrefix + GatewayCore.ProfileRefused)];

    private AlertItem Red()
    {
        home.Measure(JudgedHome.Complete(respiration: 35));
        home.Pass(2);
        return Sent<AlertItem>(WireWord.AlertLane).Last(alert => alert.Triage == "red");
    }

    private ScoreItem News2() => Sent<ScoreItem>(WireWord.ReadingLane).Last(score => score.Chart == "news2");

    /// <summary>The shipped charts under another version, so that one sees which was used.</summary>
    private void NewCharts(string version) =>
        signer.Clinical = signer.Clinical with { Charts = [.. new[] { "tobs", "news2" }.Select(id => Signer.Changed(Signer.Chart(id), chart => chart["version"] = version))] };

    [Fact]
    public void What_is_taken_is_in_force_from_the_next_reading_on_and_status_names_it()
    {
        Assert.Null(Status.Profile);
        NewCharts("2026-11-9");
        byte[] bytes = signer.Bytes(17);
        Publish(bytes);
        Assert.Equal(new ProfileState(17, ProfileBundle.HashOf(bytes)), Status.Profile);
        AlertItem red = Red();
        Assert.Equal(17, red.Profile);
        Assert.Equal([("news2", "2026-11-9", 2), ("tobs", "2026-11-9", 2)], red.Scores.Select(score => (score.Chart, score.ChartVersion, score.Scale)));
        Assert.Equal("17", home.Outbox.ReadBatch(WireWord.AlertLane, 0, 1)!.Context.Versions["profile"]);
        Assert.Equal("2026-11-9", home.Outbox.ReadBatch(WireWord.AlertLane, 0, 1)!.Context.Versions["chart/tobs"]);
        Assert.Empty(home.Outbox.ReadFindings());
        Assert.Equal(0, home.Link.Unacknowledged);
    }

    private byte[] Bad(string reason)
    {
        switch (reason)
        {
            case ProfileReason.HubSignature:
                return (signer.Bundle(18) with { Citizens = Signer.Forged(signer.Bundle(18).Citizens) }).Write();
            case ProfileReason.Unreadable:
                return signer.Bytes(18)[..^40];
            case ProfileReason.Oversized:
                return [.. signer.Bytes(18), .. Encoding.UTF8.GetBytes(new string(' ', ProfileBundle.MaxBytes))];
            case ProfileReason.Clinical: // half of it is good
                signer.Clinical = signer.Clinical with { Charts = [signer.Clinical.Charts[0], Signer.Json("{}")] };
                return signer.Bytes(18);
            case ProfileReason.Settings:
                signer.Citizens = [Signer.Settings with { Scale = 1, ScaleSigned = null }, Signer.Settings with { Assignment = 2, Scale = 3 }];
                return signer.Bytes(18);
            default:
                return signer.Bytes(reason is ProfileReason.Older ? 16 : 17);
        }
    }

    [Theory]
    [InlineData(ProfileReason.HubSignature)]
    [InlineData(ProfileReason.Older)]
    [InlineData(ProfileReason.SameVersion)]
    [InlineData(ProfileReason.Unreadable)]
    [InlineData(ProfileReason.Oversized)]
    [InlineData(ProfileReason.Clinical)]
    [InlineData(ProfileReason.Settings)]
    public void A_bad_one_changes_nothing_and_is_found_and_a_red_judged_meanwhile_names_what_was_in_force_before(string reason)
    {
        NewCharts("2026-11-9");
        byte[] good = signer.Bytes(17);
        Publish(good);
        NewCharts("2026-12-1");
        Publish(Bad(reason));

        Assert.Equal(new ProfileState(17, ProfileBundle.HashOf(good)), Status.Profile);
        Assert.Contains(GatewayCore.ProfileRefused, Status.Findings!);
        FindingItem told = Assert.Single(Told);
        Assert.Equal((reason, "17", null), (told.Detail["reason"], told.Detail["in_force"], told.Over));
        Assert.Equal(["in_force", "reason"], told.Detail.Keys.Order(StringComparer.Ordinal)); // and no figure of anybody
        Assert.Equal(good, home.Outbox.Profile!.Bundle!);
        AlertItem red = Red();
        Assert.Equal(17, red.Profile);
        Assert.All(red.Scores, score => Assert.Equal(("2026-11-9", 2), (score.ChartVersion, score.Scale)));
    }

    [Fact]
    public void The_finding_is_told_once_for_each_reason_and_is_over_with_the_next_good_one()
    {
        Publish(signer.Bytes(17));
        byte[] forged = (signer.Bundle(18) with { Clinical = Signer.Forged(signer.Bundle(18).Clinical) }).Write();
        Publish(forged);
        Publish(forged);
        Assert.Single(Told);
        Publish(signer.Bytes(3));
        Assert.Equal([null, true, null], Told.Select(one => one.Over));
        Publish(signer.Bytes(18));
        Assert.Equal(true, Told[^1].Over);
        Assert.Empty(home.Outbox.ReadFindings());
        Assert.Equal(18, Status.Profile!.Version);
    }

    [Fact]
    public void The_one_in_force_again_ends_the_finding_too()
    {
        byte[] good = signer.Bytes(17);
        Publish(good);
        Publish(signer.Bytes(16));
        Publish(good);
        Assert.Empty(home.Outbox.ReadFindings());
    }

    [Fact]
    public void A_loan_that_signed_settings_end_is_told_once_it_could_be_written_down_and_another_homes_never()
    {
        var told = new List<int>();
        bool room = false;
        home.LoanEnds = ended =>
        {
            told.AddRange(room ? ended : throw new OutboxException("no room"));
        };
        home.Start();
        home.Link.Connect();
        (signer.Citizens, signer.Ended) = ([], [7]);
        Publish(signer.Bytes(17));
        (signer.Citizens, signer.Ended) = ([], [1, 7]);
        Publish(signer.Bytes(18));
        Assert.Empty(told);
        room = true;
        home.Pass(2);
        home.Pass(2);
        Assert.Equal([1], told);
        home.Start(); // a gateway that went down before it was opened anew is told again
        home.Pass(1);
        Assert.Equal([1, 1], told);
    }

    [Fact]
    public void Neither_a_restart_nor_a_reboot_loses_it_nor_lets_an_older_one_in()
    {
        byte[] good = signer.Bytes(17);
        Publish(good);
        foreach (Action again in new Action[] { () => home.Start(), home.Reboot })
        {
            again();
            home.Link.Connect();
            home.Pass(2);
            Assert.Equal(new ProfileState(17, ProfileBundle.HashOf(good)), Status.Profile);
            Assert.Equal(17, Red().Profile);
            Publish(signer.Bytes(16));
            Assert.Equal(17, Status.Profile!.Version);
            Publish(good);
        }
    }

    [Fact]
    public void What_was_changed_on_the_card_is_not_in_force_after_the_next_start()
    {
        Publish(signer.Bytes(17));
        byte[] kept = home.Outbox.Profile!.Bundle!;
        kept[kept.Length / 2] ^= 1;
        home.Outbox.Keep(home.Outbox.Profile with { Bundle = kept }, null);
        home.Start();
        home.Link.Connect();
        home.Pass(2);
        Assert.Null(Status.Profile);
        Assert.Single(Told);
        Assert.Null(Red().Profile);
    }

    [Fact]
    public void A_citizens_own_limit_makes_red_what_no_chart_does_and_stands_in_the_alert_with_its_version()
    {
        signer.Citizens = [Signer.Settings with { Limits = [new Limit("pulse", "/min", HighYellow: 70, HighRed: 80)] }];
        Publish(signer.Bytes(17));
        home.Measure(JudgedHome.Complete(pulse: 84));
        home.Pass(2);
        AlertItem red = Sent<AlertItem>(WireWord.AlertLane).Last();
        Assert.Equal(("red", 17, $"{InForce.OwnLimits} 17"), (red.Triage, red.Profile, red.Plan));
        Assert.Contains("limit/pulse/high-red", red.Reasons);
    }

    [Fact]
    public void A_plan_judges_from_when_it_is_taken_and_stands_in_the_alert()
    {
        signer.FollowCopd();
        Publish(signer.Bytes(17));
        AlertItem red = Red();
        Assert.Equal((17, "copd-intensive 2026-11-2"), (red.Profile, red.Plan));
        Assert.Equal((17, "copd-intensive"), Sent<AssessmentItem>(WireWord.ReadingLane).Select(item => (item.Profile, item.Plan)).Last());
    }

    [Fact]
    public void Settings_begin_and_end_to_hold_at_their_time()
    {
        home.Measure(JudgedHome.Complete());
        home.Pass(2);
        DateTimeOffset now = News2().At; // by the hub's clock, which the gateway believes
        signer.Citizens = [Signer.Settings with { From = now.AddMinutes(10), To = now.AddMinutes(20) }];
        Publish(signer.Bytes(17));
        int[] scales = new int[3];
        for (int at = 0; at < scales.Length; at++)
        {
            home.Measure(JudgedHome.Complete());
            home.Pass(1);
            scales[at] = News2().Scale;
            home.Pass(600);
        }
        Assert.Equal([1, 2, 1], scales);
    }

    [Fact]
    public void A_key_that_follows_stays_pinned_over_a_restart_until_set_up_names_another()
    {
        using var next = new Signer();
        ProfileBundle Signed(int version) => signer.Bundle(version) with { Citizens = Jws.Write(new CitizensPart(Signer.Gateway, version, signer.Citizens).Write(), next.Hub) };
        Publish((Signed(17) with { Keys = Signer.Follow(ProfileRole.Hub, next.Hub, signer.Hub) }).Write());
        home.Start();
        home.Link.Connect();
        Publish(Signed(18).Write());
        Assert.Equal(18, Status.Profile!.Version);
        Publish(signer.Bytes(19));
        Assert.Equal(18, Status.Profile!.Version); // the old key is over

        home.Trust = next.Trust with { Approver = signer.Trust.Approver };
        home.Start();
        home.Link.Connect();
        Publish(Signed(20).Write());
        Assert.Equal(20, Status.Profile!.Version);
    }

    [Fact]
    public void Without_room_it_is_taken_as_soon_as_there_is_some()
    {
        using (var card = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = home.Path, Pooling = false }.ConnectionString))
        {
            card.Open();
            using SqliteCommand fill = card.CreateCommand();
            fill.CommandText = "create trigger full_profile before insert on profile begin select raise(fail, 'no room'); end";
            fill.ExecuteNonQuery();
            Publish(signer.Bytes(17));
            Assert.Null(Status.Profile);
            fill.CommandText = "drop trigger full_profile";
            fill.ExecuteNonQuery();
        }
        home.Pass(3);
        Assert.Equal(17, home.Outbox.Profile!.Version);
        Assert.Equal(17, Red().Profile);
    }

    [Fact]
    public void Neither_log_nor_finding_holds_a_figure_of_anybody()
    {
        signer.Citizens = [Signer.Settings with { Limits = [new Limit("spo2", "%", LowRed: 77.25m, LowYellow: 66.5m)] }];
        Publish(signer.Bytes(17));
        Assert.Contains(home.Said, said => said.Contains("settings", StringComparison.Ordinal));
        string all = string.Join('\n', home.Said.Concat(home.Outbox.ReadFindings().Select(one => one.Text)).Concat(Told.SelectMany(one => one.Detail.Values)));
        Assert.DoesNotContain("77.25", all, StringComparison.Ordinal);
        Assert.DoesNotContain("66.5", all, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_gives_its_settings_and_keys_to_the_one_that_follows_it()
    {
        using var next = new Signer();
        Publish((signer.Bundle(17) with
        {
            Citizens = Jws.Write(new CitizensPart(Signer.Gateway, 17, signer.Citizens).Write(), next.Hub), Keys = Signer.Follow(ProfileRole.Hub, next.Hub, signer.Hub),
        }).Write());
        home.Outbox.Dispose();
        using (var card = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = home.Path, Pooling = false }.ConnectionString))
        {
            card.Open();
            using SqliteCommand spoil = card.CreateCommand();
            spoil.CommandText = "update lane set last = last + 7 where lane = 'reading'";
            spoil.ExecuteNonQuery();
        }
        home.Start();
        Assert.Contains(home.Outbox.ReadFindings(), finding => finding.Code == "outbox/salvaged");
        home.Link.Connect();
        home.Pass(2);
        Assert.Equal(17, Status.Profile!.Version);
    }
}
