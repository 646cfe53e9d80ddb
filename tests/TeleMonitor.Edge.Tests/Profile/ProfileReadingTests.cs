using System.Security.Cryptography;
using System.Text;
using TeleMonitor.Gateway.Profile;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Profile;

/// <summary>A good and a bad bundle for each rule.</summary>
public sealed class ProfileReadingTests : IDisposable
{
    private readonly Signer signer = new();

    public void Dispose() => signer.Dispose();

    private static IReadOnlyList<Chart> ShippedCharts => [Shipped.News2, Shipped.Tobs];

    private ProfileVerdict Read(byte[] bytes, ProfileStanding? standing = null, ProfileTrust? trust = null) =>
        ProfileReading.Read(bytes, Signer.Gateway, standing ?? ProfileStanding.None, trust ?? signer.Trust, ShippedCharts);

    private string Why(ProfileBundle bundle, ProfileStanding? standing = null) => Read(bundle.Write(), standing).Reasons;

    private ProfileStanding After(int version) =>
        Read(signer.Bytes(version)).Profile is { } taken ? new ProfileStanding(taken.Version, taken.Hash, taken.ApprovedAt) : throw new InvalidOperationException("it was refused");

    [Fact]
    public void A_good_bundle_is_taken_whole()
    {
        byte[] bytes = signer.Bytes(17);
        ProfileVerdict verdict = Read(bytes);
        Assert.Empty(verdict.Problems);
        TakenProfile taken = verdict.Profile!;
        Assert.Equal((17, ProfileBundle.HashOf(bytes), Signer.IssuedAt, Signer.ApprovedAt), (taken.Version, taken.Hash, taken.IssuedAt, taken.ApprovedAt));
        Assert.Equal(["news2", "tobs"], taken.Charts.Select(chart => chart.Id));
        CitizenSettings citizen = Assert.Single(taken.Citizens).Settings;
        Assert.Equal((1, 2, "Dr. B", 88m), (citizen.Assignment, citizen.Scale, citizen.ScaleSigned!.By, citizen.Limits![0].LowYellow));
        Assert.Null(taken.NewKey);
    }

    [Fact]
    public void Loans_that_are_over_are_read_and_nobody_has_both_settings_and_an_end()
    {
        Assert.Empty(Read(signer.Bytes(17)).Profile!.Ended);
        signer.Ended = [3, 4];
        Assert.Equal([3, 4], Read(signer.Bytes(17)).Profile!.Ended);
        foreach (int wrong in new[] { 0, -1, 1 })
        {
            signer.Ended = [3, wrong];
            ProfileVerdict refused = Read(signer.Bytes(17));
            Assert.Equal(ProfileReason.Settings, refused.Reasons);
            Assert.Contains($"citizens.ended: {wrong} ", Assert.Single(refused.Problems).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_higher_version_follows_a_lower_one_with_any_step()
    {
        ProfileStanding standing = After(17);
        Assert.Equal("", Why(signer.Bundle(18), standing));
        Assert.Equal("", Why(signer.Bundle(900), standing));
    }

    [Fact]
    public void The_same_again_is_neither_taken_nor_refused()
    {
        byte[] bytes = signer.Bytes(17);
        TakenProfile taken = Read(bytes).Profile!;
        ProfileVerdict again = Read(bytes, new ProfileStanding(17, taken.Hash, taken.ApprovedAt));
        Assert.Empty(again.Problems);
        Assert.Null(again.Profile);
    }

    [Fact]
    public void The_same_is_taken_again_where_only_its_version_was_kept()
    {
        byte[] bytes = signer.Bytes(17);
        Assert.NotNull(Read(bytes, new ProfileStanding(17, ProfileBundle.HashOf(bytes), null)).Profile);
        Assert.Equal(ProfileReason.SameVersion, Read(signer.Bytes(17), new ProfileStanding(17, ProfileBundle.HashOf(bytes), null)).Reasons); // signed anew: other bytes
    }

    [Fact]
    public void An_older_version_and_the_same_version_with_other_bytes_are_refused()
    {
        ProfileStanding standing = After(17);
        Assert.Equal(ProfileReason.Older, Why(signer.Bundle(16), standing));
        signer.Citizens = [Signer.Settings with { Scale = 1, ScaleSigned = null }];
        Assert.Equal(ProfileReason.SameVersion, Why(signer.Bundle(17), standing));
    }

    [Fact]
    public void A_bundle_of_another_gateway_is_refused_also_when_only_the_outside_was_changed()
    {
        ProfileBundle own = signer.Bundle(17);
        byte[] others = (own with { Gateway = "gw-test-0002", Citizens = Jws.Write(new CitizensPart("gw-test-0002", 17, signer.Citizens).Write(), signer.Hub) }).Write();
        Assert.Equal(ProfileReason.Gateway, Read(others).Reasons);
        Assert.Equal(ProfileReason.Mismatch, Why(own with { Citizens = Jws.Write(new CitizensPart("gw-test-0002", 17, signer.Citizens).Write(), signer.Hub) }));
    }

    [Fact]
    public void A_version_that_was_only_raised_outside_is_refused()
    {
        ProfileStanding standing = After(17);
        Assert.Equal(ProfileReason.Mismatch, Why(signer.Bundle(16) with { Version = 18 }, standing));
    }

    [Fact]
    public void A_part_with_another_signature_or_other_content_is_refused()
    {
        ProfileBundle good = signer.Bundle(17);
        Assert.Equal(ProfileReason.HubSignature, Why(good with { Citizens = Signer.Forged(good.Citizens) }));
        Assert.Equal(ProfileReason.HubSignature, Why(good with { Citizens = Signer.Altered(good.Citizens, "\"low_red\":85", "\"low_red\":15") }));
        Assert.Equal(ProfileReason.ApproverSignature, Why(good with { Clinical = Signer.Forged(good.Clinical) }));
        Assert.Equal(ProfileReason.ApproverSignature, Why(good with { Clinical = Signer.Altered(good.Clinical, "Dr. A", "Dr. X") }));
        Assert.Equal($"{ProfileReason.ApproverSignature} {ProfileReason.HubSignature}", Why(good with { Clinical = good.Citizens, Citizens = good.Clinical }));
    }

    [Fact]
    public void The_hub_cannot_sign_for_the_approver_nor_the_approver_for_the_hub()
    {
        ProfileBundle good = signer.Bundle(17);
        Assert.Equal(ProfileReason.ApproverSignature, Why(good with { Clinical = Jws.Write(signer.Clinical.Write(), signer.Hub) }));
        Assert.Equal(ProfileReason.HubSignature, Why(good with { Citizens = Jws.Write(new CitizensPart(Signer.Gateway, 17, signer.Citizens).Write(), signer.Approver) }));
    }

    [Fact]
    public void Without_a_pinned_key_nothing_is_believed()
    {
        byte[] good = signer.Bytes(17);
        Assert.Equal(ProfileReason.NoKey, Read(good, trust: ProfileTrust.Nobody).Reasons);
        Assert.Equal(ProfileReason.NoKey, Read(good, trust: signer.Trust with { Approver = null }).Reasons);
    }

    [Fact]
    public void Every_truncated_bundle_is_refused()
    {
        byte[] good = signer.Bytes(17);
        for (int length = 0; length < good.Length; length += 97)
        {
            Assert.Equal(ProfileReason.Unreadable, Read(good[..length]).Reasons);
        }
        Assert.Equal(ProfileReason.Unreadable, Read(good[..^1]).Reasons);
    }

    [Fact]
    public void A_bundle_fills_its_limit_and_not_one_byte_more()
    {
        byte[] good = signer.Bytes(17);
        byte[] full = [.. good[..^1], .. Encoding.UTF8.GetBytes(new string(' ', ProfileBundle.MaxBytes - good.Length)), (byte)'}'];
        Assert.Equal(ProfileBundle.MaxBytes, full.Length);
        Assert.NotNull(Read(full).Profile);
        Assert.Equal(ProfileReason.Oversized, Read([.. full[..^1], (byte)' ', (byte)'}']).Reasons);
    }

    [Fact]
    public void Another_version_of_the_wire_is_refused() => Assert.Equal(ProfileReason.Unreadable, Why(signer.Bundle(17) with { V = 2 }));

    [Fact]
    public void One_chart_that_cannot_be_read_refuses_all()
    {
        signer.Clinical = signer.Clinical with { Charts = [Signer.Chart("news2"), Signer.Changed(Signer.Chart("tobs"), chart => chart.Remove("red"))] };
        ProfileVerdict verdict = Read(signer.Bytes(17));
        Assert.Equal(ProfileReason.Clinical, verdict.Reasons);
        Assert.Contains("clinical.charts[1]", verdict.Problems[0].Text, StringComparison.Ordinal);
        Assert.Null(verdict.Profile);
    }

    [Fact]
    public void What_stands_twice_or_is_not_known_in_the_clinical_part_refuses_all()
    {
        signer.Clinical = signer.Clinical with { Charts = [Signer.Chart("tobs"), Signer.Chart("tobs")] };
        Assert.Equal(ProfileReason.Clinical, Why(signer.Bundle(17)));
        ProfileBundle good = signer.Bundle(17);
        byte[] strange = Encoding.UTF8.GetBytes("""{"id":"c","version":"1","approved":{"by":"a","at":"2026-11-01T09:00:00Z"},"plans":[],"charts":[],"questions":[],"later":1}""");
        Assert.Equal(ProfileReason.Clinical, Why(good with { Clinical = Jws.Write(strange, signer.Approver) }));
        signer.Clinical = signer.Clinical with { Charts = [], Approved = new ContentApproval("", Signer.ApprovedAt) };
        Assert.Equal(ProfileReason.Clinical, Why(signer.Bundle(17)));
    }

    [Fact]
    public void A_clinical_part_approved_before_the_one_in_force_is_refused_and_the_same_is_not()
    {
        ProfileStanding standing = After(17);
        Assert.Equal("", Why(signer.Bundle(18), standing));
        signer.Clinical = signer.Clinical with { Approved = new ContentApproval("Dr. A", Signer.ApprovedAt.AddSeconds(-1)) };
        Assert.Equal(ProfileReason.ClinicalOlder, Why(signer.Bundle(18), standing));
    }

    [Fact]
    public void The_wrong_settings_of_one_citizen_refuse_those_of_all_and_every_problem_is_named()
    {
        signer.Citizens = [Signer.Settings, Signer.Settings with { Assignment = 2, ScaleSigned = null, Zone = "Mars/Phobos", Limits = [new Limit("spo2", "%", LowRed: 95, LowYellow: 88)] }];
        ProfileVerdict verdict = Read(signer.Bytes(17));
        Assert.Equal(ProfileReason.Settings, verdict.Reasons);
        Assert.Equal(3, verdict.Problems.Count);
        Assert.All(verdict.Problems, problem => Assert.StartsWith("citizens.citizens[1].", problem.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_settings_of_one_citizen_must_follow_each_other()
    {
        DateTimeOffset change = Signer.IssuedAt.AddDays(3);
        signer.Citizens = [Signer.Settings with { To = change }, Signer.Settings with { From = change }];
        Assert.Equal("", Why(signer.Bundle(17)));
        signer.Citizens = [Signer.Settings, Signer.Settings with { From = change }];
        Assert.Equal(ProfileReason.Settings, Why(signer.Bundle(17)));
    }

    [Fact]
    public void A_plan_that_the_approver_did_not_sign_cannot_be_followed()
    {
        signer.Citizens = [Signer.Settings with { Plan = "copd-intensive", PlanVersion = "2026-11-2" }];
        Assert.Equal(ProfileReason.Settings, Why(signer.Bundle(17)));
    }

    [Fact]
    public void A_plan_is_taken_with_its_questions_and_not_without()
    {
        signer.FollowCopd();
        Assert.Equal("copd-intensive", Assert.Single(Read(signer.Bytes(17)).Profile!.Citizens).Plan!.Id);
        signer.Clinical = signer.Clinical with { Questions = [] };
        Assert.Equal(ProfileReason.Clinical, Why(signer.Bundle(17)));
    }

    [Fact]
    public void A_plan_that_cannot_be_read_or_names_a_chart_that_is_not_there_refuses_all_also_where_nobody_follows_it()
    {
        signer.FollowCopd(plan => plan.Remove("grace"));
        signer.Citizens = [Signer.Settings];
        Assert.Equal(ProfileReason.Clinical, Why(signer.Bundle(17)));
        signer.FollowCopd(plan => plan["charts"] = new System.Text.Json.Nodes.JsonArray("later"));
        signer.Citizens = [Signer.Settings];
        Assert.Equal(ProfileReason.Clinical, Why(signer.Bundle(17)));
    }

    [Fact]
    public void Another_version_of_a_plan_than_the_signed_one_cannot_be_followed()
    {
        signer.FollowCopd();
        signer.Citizens = [signer.Citizens[0] with { PlanVersion = "2026-10-1" }];
        Assert.Equal(ProfileReason.Settings, Why(signer.Bundle(17)));
    }

    [Theory]
    [InlineData(ProfileRole.Approver)]
    [InlineData(ProfileRole.Hub)]
    public void A_key_that_its_predecessor_names_signs_from_there_on(string role)
    {
        using var next = new Signer();
        ECDsa before = role is ProfileRole.Approver ? signer.Approver : signer.Hub;
        ECDsa after = role is ProfileRole.Approver ? next.Approver : next.Hub;
        ProfileBundle Signed(int version, string? keys) => (role is ProfileRole.Approver
            ? signer.Bundle(version) with { Clinical = Jws.Write(signer.Clinical.Write(), after) }
            : signer.Bundle(version) with { Citizens = Jws.Write(new CitizensPart(Signer.Gateway, version, signer.Citizens).Write(), after) }) with { Keys = keys };

        TakenProfile taken = Read(Signed(17, Signer.Follow(role, after, before)).Write()).Profile!;
        Assert.Equal(role, taken.NewKey!.Value.Role);
        ProfileTrust trust = signer.Trust.With(role, taken.NewKey.Value.Key);
        Assert.NotNull(Read(Signed(18, null).Write(), trust: trust).Profile);
        // a hub goes on naming the change for those that come late: nothing new to those that know it
        Assert.Null(Read(Signed(19, Signer.Follow(role, after, before)).Write(), trust: trust).Profile!.NewKey);
        Assert.NotEqual("", Read(signer.Bytes(20), trust: trust).Reasons); // the old key is over
        Assert.NotEqual("", Why(Signed(17, null)));
    }

    [Fact]
    public void A_change_of_key_that_the_old_key_did_not_sign_refuses_all()
    {
        using var foreign = new Signer();
        ProfileBundle bundle = signer.Bundle(17) with { Clinical = Jws.Write(signer.Clinical.Write(), foreign.Approver) };
        string forged = Signer.Follow(ProfileRole.Approver, foreign.Approver, foreign.Approver), byHub = Signer.Follow(ProfileRole.Approver, foreign.Approver, signer.Hub);
        Assert.Equal($"{ProfileReason.Keys} {ProfileReason.ApproverSignature}", Why(bundle with { Keys = forged }));
        Assert.Equal($"{ProfileReason.Keys} {ProfileReason.ApproverSignature}", Why(bundle with { Keys = byHub }));
        Assert.Equal(ProfileReason.Keys, Why(signer.Bundle(17) with { Keys = "no.jws" }));
        Assert.Equal(ProfileReason.Keys, Why(signer.Bundle(17) with { Keys = Jws.Write("""{"role":"nurse","key":"AA=="}"""u8, signer.Hub) }));
    }
}
