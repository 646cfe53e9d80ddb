using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Devices;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests.Ingest;

/// <summary>A gateway that names the settings this hub issued, and judges by others: both sides are named, and the more severe counts.</summary>
public sealed class IssuedRulesTests : IDisposable
{
    private static readonly Limit Spo2 = new("spo2", "%", LowRed: 88, LowYellow: 90);
    private static readonly (Vital, double)[] Low = [(Vital.Pulse, 72), (Vital.Spo2, 87)], Fine = [(Vital.Pulse, 72), (Vital.Spo2, 96)];
    private readonly TestHub hub = new();
    private readonly TestLane readings = new(WireWord.ReadingLane), alerts = new(WireWord.AlertLane);
    private int sentReadings, sentAlerts;

    public void Dispose() => hub.Dispose();

    [Fact]
    public void A_gateway_that_judges_by_what_was_issued_is_believed()
    {
        Issue(Spo2);
        Send(Gateway(["pulse", "spo2"], ["tobs"], Spo2).Judge(Low));
        Assert.Empty(Skews());
        Assert.Equal((0, 0), (hub.Counts.ScoreDifferences, hub.Counts.Skew));
        Assert.Equal((Triage.Red, AlertOrigin.Gateway), (Case()!.Triage, Case()!.LastAlertOrigin));
    }

    [Fact]
    public void A_limit_that_the_gateway_does_not_know_is_the_hubs_own_alert_and_a_finding_without_health_data()
    {
        Issue(Spo2);
        Send(Gateway(["pulse", "spo2"], ["tobs"]).Judge(Low));
        Assert.Equal((Triage.Red, AlertOrigin.Hub), (Case()!.Triage, Case()!.LastAlertOrigin));
        Assert.Equal(["limit/spo2/low-red"], Case()!.Reasons);
        Assert.Equal(["profile 1; limits: gateway and hub do not agree"], Skews());
    }

    [Fact]
    public void A_value_inside_the_limits_raises_nothing_whatever_limits_the_gateway_has()
    {
        Issue(Spo2);
        Send(Gateway(["pulse", "spo2"], ["tobs"]).Judge(Fine));
        Assert.Null(Case());
        Assert.Empty(Skews());
    }

    [Fact]
    public void An_alert_that_overlooks_a_red_limit_is_Red_all_the_same()
    {
        Issue(Spo2);
        Send(Gateway(["pulse", "spo2"], ["tobs"]).Judge([(Vital.Pulse, 112), (Vital.Spo2, 87)]), readingsToo: false); // Yellow by TOBS
        Assert.Equal((Triage.Red, AlertOrigin.Gateway), (Case()!.Triage, Case()!.LastAlertOrigin));
        Assert.Contains("limit/spo2/low-red", Case()!.Reasons);
    }

    [Fact]
    public void Requiring_less_than_the_plan_is_skew_with_both_sides_named_and_never_normal()
    {
        Issue();
        Send(Gateway(["pulse"], ["tobs"]).Judge([(Vital.Pulse, 72)]));
        Assert.Equal(["profile 1; news2 required: gateway pulse, hub pulse spo2", "profile 1; tobs required: gateway pulse, hub pulse spo2"], Skews().Order());
        Assert.Equal((0, 2), (hub.Counts.ScoreDifferences, hub.Counts.Skew));
    }

    [Fact]
    public void A_chart_that_the_plan_asks_for_counts_though_the_gateway_says_that_it_does_not()
    {
        Issue();
        Send([.. Gateway(["pulse", "spo2"], []).Judge([(Vital.Pulse, 112), (Vital.Spo2, 96), (Vital.Temperature, 38.5)]).Where(item => item.Lane == WireWord.ReadingLane)]);
        Assert.Equal((Triage.Yellow, AlertOrigin.Hub), (Case()!.Triage, Case()!.LastAlertOrigin));
        Assert.Contains("profile 1; tobs asked: gateway no, hub yes", Skews());
    }

    [Fact]
    public void Another_plan_than_the_one_that_was_issued_is_named()
    {
        Issue();
        Send(Gateway(["pulse", "spo2"], ["tobs"]).Judge(Fine, planVersion: "2020-1"));
        Assert.Equal(["profile 1; plan: gateway copd-intensive 2020-1, hub copd-intensive issued-1"], Skews());
    }

    [Fact]
    public void Settings_of_a_version_that_is_kept_no_more_or_of_an_unset_clock_are_not_compared()
    {
        Issue(Spo2);
        Send(Gateway(["pulse"], ["tobs"]).Judge(Low), profile: 7);
        Send(Gateway(["pulse"], ["tobs"]).Judge(Low), clock: "unset");
        Assert.Empty(Skews());
        Assert.Null(Case());
    }

    /// <summary>Seed 65 of the simulation: a hub that was put back had issued the same number for something else.</summary>
    [Fact]
    public void Settings_of_the_same_number_and_another_hash_are_not_compared()
    {
        Issue(Spo2);
        hub.Store.Write(write => write.NoteProfile(TestHub.Gateway, new ProfileMark(1, "another"), hub.Now));
        Send(Gateway(["pulse", "spo2"], ["tobs"]).Judge(Low));
        Assert.Empty(Skews());
        Assert.Null(Case());
    }

    [Fact]
    public void A_value_that_the_plan_found_too_old_is_nobodys_fault()
    {
        IssuedRules rules = Rules(Spo2);
        CitizenSettings settings = rules.Of(1, hub.Now)!;
        ReadingItem low = new() { Kind = WireWord.Reading, Tick = 1, Code = VitalCode.Of(Vital.Spo2).Code, Assignment = 1, At = hub.Now, Value = 87, Unit = "%", Sensor = "manual", Grade = "good" };
        Assert.Equal(Triage.Red, rules.ByLimits(settings, [(low, TimeSpan.FromMinutes(13))]).Triage);
        Assert.Equal(Triage.Green, rules.ByLimits(settings, [(low, TimeSpan.FromMinutes(15))]).Triage);
        Assert.Null(rules.Of(1, settings.From.AddSeconds(30)));
        Assert.Null(rules.Of(9, hub.Now));
    }

    [Fact]
    public void A_chart_that_was_approved_and_does_not_ship_is_computed_and_one_that_is_nowhere_is_a_finding_once_for_its_version()
    {
        Approve(ChartOf("2027-1"));
        Send(Judge("2027-1"));
        Assert.Equal((0, 0, 0), (hub.Counts.Skew, hub.Counts.Unverified, hub.Counts.ScoreDifferences));
        Assert.Equal(Triage.Red, Case()!.Triage);
        Send(Judge("2028-1"));
        Send(Judge("2028-1"));
        Assert.Equal((0, 2), (hub.Counts.Skew, hub.Counts.Unverified));
        Assert.Equal(["tobs 2028-1"], hub.Store.Read(read => read.OpenFindings(TestHub.Gateway, 100)).Where(finding => finding.Code == ItemTaking.ChartNotHere).Select(finding => finding.Detail));
    }

    private IReadOnlyList<LaneItem> Judge(string version)
    {
        Assert.True(ChartFile.TryRead(Encoding.UTF8.GetBytes(ChartOf(version).GetRawText()), "tobs.json", out Chart? chart, out _));
        return TestJudge.Step(hub, new JudgeSettings { Assignment = 1, Charts = [chart!], Sensors = TestJudge.Sensors() }, [(Vital.Respiration, 26), (Vital.Temperature, 39.2), (Vital.Pulse, 112)]);
    }

    private TestGateway Gateway(string[] required, string[] asked, params Limit[] limits) => new(hub, required, asked, limits);

    private CareCase? Case()
    {
        while (hub.Worker.Work(hub.Now) > 0)
        {
            // until nothing is owed
        }
        return hub.Store.Read(read => read.OpenCaseOf(TestHub.Citizen, CaseKind.Clinical));
    }

    private string[] Skews() => [.. hub.Store.Read(read => read.OpenFindings(TestHub.Gateway, 100)).Where(finding => finding.Code == IssuedRules.Skew).Select(finding => finding.Detail)];

    private void Send(IReadOnlyList<LaneItem> items, bool readingsToo = true, int profile = 1, string clock = "synchronised")
    {
        BatchContext context = TestLane.Context with { Clock = clock, Versions = new Dictionary<string, string>(TestLane.Context.Versions) { ["profile"] = $"{profile}" } };
        foreach ((string lane, TestLane to) in new[] { (WireWord.AlertLane, alerts), (WireWord.ReadingLane, readings) })
        {
            Item[] of = [.. items.Where(item => item.Lane == lane && (readingsToo || lane == WireWord.AlertLane)).Select(item => item.Item)];
            if (of.Length > 0)
            {
                ref int sent = ref lane == WireWord.AlertLane ? ref sentAlerts : ref sentReadings;
                to.Add(of);
                Assert.Equal(IngestOutcome.Stored, hub.Take(to.Pack(sent + 1, sent + of.Length, context: context)).Outcome);
                sent += of.Length;
            }
        }
    }

    /// <summary>Version 1 for the gateway: the plan from an hour ago, and limits.</summary>
    private void Issue(params Limit[] limits)
    {
        byte[] bundle = Bundle(limits);
        var mark = new ProfileMark(1, ProfileBundle.HashOf(bundle));
        hub.Store.Write(write =>
        {
            write.Issue(new IssuedProfile(TestHub.Gateway, mark, "x", bundle), hub.Now);
            write.NoteProfile(TestHub.Gateway, mark, hub.Now); // its status shows them
        });
    }

    private IssuedRules Rules(params Limit[] limits)
    {
        Issue(limits);
        return hub.Store.Read(read => new SettingsShelf(hub.Data.Charts).Issued(read, TestHub.Gateway, "1"))!;
    }

    private byte[] Bundle(Limit[] limits)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var citizens = new CitizensPart(TestHub.Gateway, 1, [new CitizenSettings(1, hub.Now.AddHours(-1), "Europe/Copenhagen", "copd-intensive", "issued-1", Limits: limits)]);
        return new ProfileBundle(WireWord.Version, TestHub.Gateway, 1, hub.Now.AddHours(-1), Jws.Write(Clinical().Write(), key), Jws.Write(citizens.Write(), key)).Write();
    }

    private void Approve(JsonElement chart)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ClinicalPart part = Clinical() with { Charts = [chart] };
        hub.Store.Write(write => write.TakeClinical(new SignedClinical(part.Id, part.Version, part.Approved, Jws.Write(part.Write(), key)), hub.Now));
    }

    private ClinicalPart Clinical() => new("test", "1", new ContentApproval("Test", hub.Now.AddDays(-1)), [Plan], [], [File("plans", "questions", "copd-daily.json")]);

    /// <summary>As shipped, but that it asks for a chart.</summary>
    private static JsonElement Plan
    {
        get
        {
            JsonNode plan = JsonNode.Parse(File("plans", "copd-intensive.json").GetRawText())!;
            (plan["version"], plan["charts"]) = ("issued-1", new JsonArray("tobs"));
            return JsonElement.Parse(Encoding.UTF8.GetBytes(plan.ToJsonString()));
        }
    }

    private static JsonElement ChartOf(string version) => JsonElement.Parse(Encoding.UTF8.GetBytes(File("charts", "tobs.json").GetRawText().Replace("\"2026-11-1\"", $"\"{version}\"", StringComparison.Ordinal)));

    private static JsonElement File(params string[] path) => JsonElement.Parse(System.IO.File.ReadAllBytes(Path.Combine([HubData.Find(null)!, .. path])));
}

/// <summary>The gateway's rules with a plan, which may ask for other things than were issued.</summary>
internal sealed class TestGateway(TestHub hub, string[] required, string[] asked, Limit[] limits)
{
    public IReadOnlyList<LaneItem> Judge((Vital, double)[] values, string planVersion = "issued-1")
    {
        var assessor = new Assessor(new AssessmentRules { Charts = [.. hub.Data.NewestCharts], Asked = asked, Required = VitalMask.Of(required), Limits = limits });
        return TestJudge.Step(hub, new JudgeSettings
        {
            Assignment = 1, Charts = [.. hub.Data.NewestCharts], Sensors = TestJudge.Sensors(), Profile = 1,
            Plan = new JudgingPlan("copd-intensive", planVersion, assessor, TimeZoneInfo.FindSystemTimeZoneById("Europe/Copenhagen")),
        }, values);
    }
}

/// <summary>One set through the gateway's rules.</summary>
internal static class TestJudge
{
    private static long tick = 5_000_000;

    public static IReadOnlyList<LaneItem> Step(TestHub hub, JudgeSettings settings, (Vital Vital, double Value)[] values)
    {
        long first = Interlocked.Add(ref tick, 1000);
        var burst = new Burst([.. values.Select(value => new Measured(value.Vital, value.Value, VitalCode.Of(value.Vital).Unit, "manual"))], ClosesSet: true);
        return Vitals.Plans.Judge.Step(JudgeState.Empty, burst, new Moment("boot-1", TimeSpan.FromMinutes(first), hub.Now), settings, () => ++first).Items;
    }

    public static Dictionary<string, SensorFile> Sensors()
    {
        string file = Path.Combine(HubData.Find(null)!, "sensors", "manual.json");
        SensorFile.TryRead(File.ReadAllBytes(file), file, out SensorFile? sensor, out _);
        return new Dictionary<string, SensorFile> { ["manual"] = sensor! };
    }
}
