using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using TeleMonitor.Care.Devices;
using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Notify;
using TeleMonitor.Hub.Store;
using TeleMonitor.Mqtt;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests;

/// <summary>From what people set to a signed bundle at the broker, and what the hub does with what gateways show.</summary>
public sealed class ProfileIssueTests : IDisposable
{
    private static readonly string Charts = Path.Combine(HubData.Find(null)!, "charts");

    private readonly TestHub hub = new();
    private readonly ECDsa approver = ECDsa.Create(ECCurve.NamedCurves.nistP256), key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly List<MqttPublish> published = [];
    private readonly TestLane lane = new(WireWord.StatusLane);
    private ProfileIssue issue;
    private int ticks;

    public ProfileIssueTests() => issue = new ProfileIssue(hub.Store, key, hub.Data.NewestCharts);

    public void Dispose()
    {
        approver.Dispose();
        key.Dispose();
        hub.Dispose();
    }

    private ClinicalPart Clinical(double approvedHoursAgo = 1)
    {
        ClinicalPart? part = ProfileFiles.Read([Charts], "clinical", "2026-11-1", new ContentApproval("Dr. A", hub.Now.AddHours(-approvedHoursAgo)), out IReadOnlyList<string> problems);
        Assert.Empty(problems);
        return part!;
    }

    private bool Take(ClinicalPart part) =>
        hub.Store.Write(write => write.TakeClinical(new SignedClinical(part.Id, part.Version, part.Approved, Jws.Write(part.Write(), approver)), hub.Now));

    private void Set(int scale = 1, decimal red = 85, double fromDays = -1) => hub.Store.Write(write =>
    {
        write.RegisterLimits(1, new CitizenLimits(hub.Now.AddDays(fromDays), "Europe/Copenhagen", scale, scale == 2 ? new ContentApproval("Dr. B", hub.Now) : null, "green",
            [new Limit("spo2", "%", LowRed: red)]));
        write.LookAtProfile(TestHub.Gateway);
    });

    private IssuedProfile? Issued(string gateway = TestHub.Gateway)
    {
        issue.Round(hub.Now);
        return hub.Store.Read(read => read.ProfileOf(gateway));
    }

    private CitizensPart Citizens(IssuedProfile issued)
    {
        ProfileBundle bundle = ProfileBundle.TryRead(issued.Bundle, out string problem)!;
        Assert.Empty(problem);
        var problems = new List<string>();
        CitizensPart part = CitizensPart.TryRead(Jws.Read(bundle.Citizens, key), "citizens", problems)!;
        Assert.Empty(problems);
        Assert.Equal((issued.Gateway, issued.Mark.Version), (part.Gateway, part.Version));
        return part;
    }

    private void Show(ProfileMark? mark)
    {
        lane.Add(new StatusItem
        {
            Kind = WireWord.Status, Tick = ++ticks, Code = WireWord.GatewayStatus, Assignment = 0, At = hub.Now, UptimeSeconds = ticks, Lanes = [],
            Profile = mark is null ? null : new ProfileState(mark.Version, mark.Hash),
        });
        hub.Take(lane.Pack(ticks, ticks));
    }

    private void Publish(MqttReason answer = MqttReason.Success) => new ProfileSender(hub.Store, new HubTimes(this), NullLogger.Instance).Send(message =>
    {
        published.Add(message);
        return Task.FromResult(answer);
    });

    private sealed class HubTimes(ProfileIssueTests test) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => test.hub.Now;
    }

    private IReadOnlyList<FindingRow> Open(string code) => [.. hub.Store.Read(read => read.OpenFindings(TestHub.Gateway, int.MaxValue)).Where(row => row.Code == code)];

    [Fact]
    public void Before_anything_was_approved_nothing_is_issued()
    {
        Set();
        Assert.Null(Issued());
    }

    [Fact]
    public void A_bundle_holds_what_the_approver_signed_and_what_holds_for_those_whose_loan_runs()
    {
        ClinicalPart part = Clinical();
        Assert.True(Take(part));
        Set(scale: 2);
        IssuedProfile issued = Issued()!;
        ProfileBundle bundle = ProfileBundle.TryRead(issued.Bundle, out _)!;
        Assert.Equal((1, TestHub.Gateway, 1, hub.Now), (bundle.V, bundle.Gateway, bundle.Version, bundle.IssuedAt));
        Assert.Equal(part.Write(), Jws.Read(bundle.Clinical, approver)!);
        CitizenSettings citizen = Assert.Single(Citizens(issued).Citizens);
        Assert.Equal((1, 2, "Dr. B", 85m), (citizen.Assignment, citizen.Scale, citizen.ScaleSigned!.By, citizen.Limits![0].LowRed));
        Assert.Equal(ProfileBundle.HashOf(issued.Bundle), issued.Mark.Hash);
        Assert.Empty(Citizens(Issued(TestHub.OtherGateway)!).Citizens);
    }

    [Fact]
    public void A_loan_that_is_over_is_told_as_soon_as_it_is_and_its_settings_are_not()
    {
        Take(Clinical());
        Set();
        Assert.Equal([3], Citizens(Issued()!).Ended!);
        Assert.Null(Citizens(Issued(TestHub.OtherGateway)!).Ended);
        string file = $$"""{"gateways":[{"gateway":"{{TestHub.Gateway}}","kit":"kit-1","assignments":[{"assignment":1,"citizen":"{{TestHub.Citizen}}","area":"aabenraa","from":"{{hub.Now.AddDays(-1):O}}","to":"{{hub.Now.AddHours(1):O}}"}]}]}""";
        Assert.Empty(RegisterFile.TryRead(System.Text.Encoding.UTF8.GetBytes(file), "register.json", out _)!.Apply(hub.Store, hub.Now));
        hub.Worker.Work(hub.Now);
        Assert.Equal([3], Citizens(Issued()!).Ended!);
        hub.Now = hub.Now.AddHours(1);
        hub.Worker.Work(hub.Now);
        CitizensPart after = Citizens(Issued()!);
        Assert.Equal([1, 3], after.Ended!);
        Assert.Empty(after.Citizens);
    }

    [Fact]
    public void The_version_rises_when_something_else_is_said_and_not_otherwise()
    {
        Take(Clinical());
        Set();
        Assert.Equal(1, Issued()!.Mark.Version);
        Set();
        Assert.Equal(1, Issued()!.Mark.Version);
        Set(red: 86);
        Assert.Equal(2, Issued()!.Mark.Version);
        Take(Clinical(approvedHoursAgo: 0));
        Assert.Equal(3, Issued()!.Mark.Version);
        Assert.Equal(2, Issued(TestHub.OtherGateway)!.Mark.Version);
        hub.Store.Write(write => { write.EndLoan(1, hub.Now); });
        Assert.Empty(Citizens(Issued()!).Citizens);
        Assert.Equal(4, Issued()!.Mark.Version);
    }

    [Fact]
    public void A_later_entry_follows_an_earlier_one_and_both_are_told()
    {
        Take(Clinical());
        Set();
        Set(red: 80, fromDays: 2);
        IReadOnlyList<CitizenSettings> both = Citizens(Issued()!).Citizens;
        Assert.Equal([(85m, (DateTimeOffset?)hub.Now.AddDays(2)), (80m, null)], both.Select(one => (one.Limits![0].LowRed!.Value, one.To)));
    }

    [Fact]
    public void Plan_and_limits_that_change_at_different_times_are_told_one_after_the_other()
    {
        DateTimeOffset At(int day) => hub.Now.AddDays(day);
        var assignment = new Assignment(1, TestHub.Gateway, TestHub.Citizen, "aabenraa", At(-9), At(30), false);
        CitizenPlan[] plans = [new(1, "copd-intensive", "1", At(0), At(14), "Europe/Copenhagen"), new(1, "after-discharge", "2", At(20), null, "Europe/Copenhagen")];
        CitizenLimits[] limits = [new(At(-5), "Europe/Copenhagen", 1, null, "green", []), new(At(7), "Europe/Copenhagen", 2, new ContentApproval("Dr. B", At(7)), "red", [])];
        PlanPause pause = new(At(8), At(10), "holiday", "nurse-7");
        Assert.Equal(
            [(-5, 0, null, 1, 0), (0, 7, "copd-intensive", 1, 0), (7, 14, "copd-intensive", 2, 1), (14, 20, null, 2, 0), (20, 30, "after-discharge", 2, 0)],
            ProfileIssue.Compose(assignment, plans, limits, [pause]).Select(one => ((int)(one.From - hub.Now).TotalDays, (int)(one.To!.Value - hub.Now).TotalDays, one.Plan, one.Scale, one.Pauses!.Count)));
        Assert.Empty(ProfileIssue.Compose(assignment, [], [], [pause]));
        Assert.Null(Assert.Single(ProfileIssue.Compose(assignment with { To = null }, [], [limits[0]], [])).To);
    }

    [Fact]
    public void A_plan_that_was_registered_is_followed_once_it_was_approved()
    {
        hub.Store.Write(write =>
        {
            write.RegisterPlan(new CitizenPlan(1, "copd-intensive", "2026-11-2", hub.Now.AddDays(-1), null, "Europe/Copenhagen"), hub.Now);
            write.LookAtProfile(TestHub.Gateway);
        });
        Take(Clinical()); // charts only
        Assert.Null(Issued());
        Assert.Equal("settings", Assert.Single(Open(ProfileRules.NotIssued)).Detail);
        ClinicalPart? whole = ProfileFiles.Read([HubData.Find(null)!], "clinical", "2026-11-2", new ContentApproval("Dr. A", hub.Now), out IReadOnlyList<string> problems);
        Assert.Empty(problems);
        Take(whole!);
        CitizenSettings citizen = Assert.Single(Citizens(Issued()!).Citizens);
        Assert.Equal(("copd-intensive", "2026-11-2"), (citizen.Plan, citizen.PlanVersion));
        Assert.True(Issued()!.Bundle.Length < ProfileBundle.MaxBytes / 2, $"{Issued()!.Bundle.Length} bytes");
        Assert.Empty(Open(ProfileRules.NotIssued));
    }

    [Fact]
    public void What_was_approved_earlier_never_replaces_what_was_approved_later()
    {
        Assert.True(Take(Clinical(approvedHoursAgo: 1)));
        Assert.False(Take(Clinical(approvedHoursAgo: 2)));
        Assert.False(Take(Clinical(approvedHoursAgo: 1))); // the same time, signed anew: other bytes
        Assert.True(Take(Clinical(approvedHoursAgo: 0.5)));
    }

    [Fact]
    public void It_is_published_retained_until_a_broker_has_it_and_then_no_more()
    {
        Take(Clinical());
        IssuedProfile issued = Issued()!;
        Publish(MqttReason.QuotaExceeded);
        hub.Now = hub.Now.AddSeconds(20);
        Publish();
        Publish();
        MqttPublish[] own = [.. published.Where(message => message.Topic == $"tm/v1/{TestHub.Gateway}/down/profile")];
        Assert.Equal(2, own.Length);
        Assert.All(own, message => Assert.True(message.Retain && message.Qos == 1 && message.Payload.Span.SequenceEqual(issued.Bundle)));
    }

    [Fact]
    public void A_gateway_that_shows_none_or_an_older_one_gets_it_again_and_one_that_has_it_does_not()
    {
        Take(Clinical());
        IssuedProfile issued = Issued()!;
        Publish();
        published.Clear();
        Show(null);
        Publish();
        Assert.Single(published);
        Show(issued.Mark);
        Publish();
        Assert.Single(published);
        Set();
        Issued();
        Publish();
        Show(issued.Mark);
        Publish();
        Assert.Equal(3, published.Count);
    }

    [Fact]
    public void A_gateway_that_has_a_later_one_of_a_store_before_gets_one_above_it()
    {
        Take(Clinical());
        Assert.Equal(1, Issued()!.Mark.Version);
        Show(new ProfileMark(41, new string('a', 64)));
        Assert.Equal(42, Issued()!.Mark.Version);
        Show(new ProfileMark(42, new string('b', 64)));
        Assert.Equal(43, Issued()!.Mark.Version);
        Show(Issued()!.Mark);
        Assert.Equal(43, Issued()!.Mark.Version);
    }

    [Fact]
    public void Of_a_gateway_that_was_heard_before_anything_was_issued_the_version_begins_above_what_it_has()
    {
        Show(new ProfileMark(7, new string('a', 64)));
        Take(Clinical());
        Assert.Equal(8, Issued()!.Mark.Version);
    }

    [Fact]
    public void A_gateway_without_its_settings_for_long_is_a_finding_until_it_has_them()
    {
        Take(Clinical());
        IssuedProfile issued = Issued()!;
        Show(null);
        hub.Now += ProfileRules.FindingAfter - TimeSpan.FromSeconds(1);
        Show(null);
        Assert.Empty(Open(ProfileRules.NotInForce));
        hub.Now += TimeSpan.FromSeconds(1);
        Show(null);
        Assert.Equal("", Assert.Single(Open(ProfileRules.NotInForce)).Detail);
        Show(issued.Mark);
        Assert.Empty(Open(ProfileRules.NotInForce));
        hub.Now += ProfileRules.FindingAfter;
        Show(null);
        Assert.Empty(Open(ProfileRules.NotInForce)); // its time begins anew
    }

    [Fact]
    public void A_refusal_brings_the_hubs_own_to_the_broker_again()
    {
        Take(Clinical());
        Issued();
        Publish();
        published.Clear();
        lane.Add(new FindingItem
        {
            Kind = WireWord.Finding, Tick = ++ticks, Code = ProfileRules.Refused, Assignment = 0, At = hub.Now, Detail = new Dictionary<string, string> { ["reason"] = "hub-signature" },
        });
        hub.Take(lane.Pack(ticks, ticks));
        Publish();
        Assert.Single(published);
        Assert.Equal("reason hub-signature", Assert.Single(Open(ProfileRules.Refused)).Detail);
    }

    [Fact]
    public void What_a_gateway_would_refuse_is_not_issued_and_is_a_finding_until_it_can_be()
    {
        Take(Clinical());
        Set();
        int before = Issued()!.Mark.Version;
        Set(scale: 3);
        Assert.Equal(before, Issued()!.Mark.Version);
        Assert.Equal("settings", Assert.Single(Open(ProfileRules.NotIssued)).Detail);
        Set(red: 80);
        Assert.Equal(before + 1, Issued()!.Mark.Version);
        Assert.Empty(Open(ProfileRules.NotIssued));
    }

    [Fact]
    public void Another_key_of_the_hub_signs_all_anew()
    {
        Take(Clinical());
        Assert.Equal(1, Issued()!.Mark.Version);
        issue.Begin();
        Assert.Equal(1, Issued()!.Mark.Version);
        using ECDsa next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        issue = new ProfileIssue(hub.Store, next, hub.Data.NewestCharts);
        issue.Begin();
        string keys = Jws.Write(new ProfileKeys(ProfileRole.Hub, Convert.ToBase64String(next.ExportSubjectPublicKeyInfo())).Write(), key);
        hub.Store.Write(write => write.TakeProfileKey(ProfileRole.Hub, keys, hub.Now));
        IssuedProfile issued = Issued()!;
        Assert.Equal(2, issued.Mark.Version);
        ProfileBundle bundle = ProfileBundle.TryRead(issued.Bundle, out _)!;
        Assert.Equal(keys, bundle.Keys);
        Assert.NotNull(Jws.Read(bundle.Citizens, next));
    }

    [Fact]
    public void What_is_registered_is_checked_as_a_gateway_will_and_reaches_the_bundle()
    {
        Take(Clinical());
        Assert.Equal(2, Register("""{"from":"2026-11-01T00:00:00Z","scale":2,"limits":[{"vital":"spo2","unit":"%","low_red":95,"low_yellow":88}]}""").Problems.Count);
        Assert.Empty(Register("""{"from":"2026-11-01T00:00:00Z","scale":2,"scale_signed":{"by":"Dr. B","at":"2026-10-30T12:00:00Z"},"floor":"red","limits":[{"vital":"spo2","unit":"%","low_red":85,"low_yellow":88,"review":"2027-02-01"}]}""").Applied!);
        CitizenSettings citizen = Assert.Single(Citizens(Issued()!).Citizens);
        Assert.Equal((2, "red", 88m, new DateOnly(2027, 2, 1)), (citizen.Scale, citizen.Floor, citizen.Limits![0].LowYellow, citizen.Limits[0].Review));
    }

    private (IReadOnlyList<string> Problems, IReadOnlyList<string>? Applied) Register(string settings)
    {
        string file = $$"""
            {"gateways":[{"gateway":"{{TestHub.Gateway}}","kit":"kit-0001","assignments":[{"assignment":1,"citizen":"{{TestHub.Citizen}}","area":"aabenraa","from":"2026-11-21T10:00:00Z","settings":{{settings}}}]}]}
            """;
        RegisterFile? read = RegisterFile.TryRead(Encoding.UTF8.GetBytes(file), "register.json", out IReadOnlyList<string> problems);
        return (problems, read?.Apply(hub.Store, hub.Now));
    }
}
