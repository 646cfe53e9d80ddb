using TeleMonitor.Care.Devices;
using TeleMonitor.Hub;

namespace TeleMonitor.Cloud.Tests.Devices;

public sealed class PartRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private static readonly HubData Data = HubData.Load(HubData.Find(null)!, out _)!;

    [Theory]
    [InlineData(59, false)]
    [InlineData(60, true)]
    public void A_case_worker_that_does_nothing_for_a_minute_is_a_finding(int seconds, bool found) =>
        Assert.Equal(found, Codes(Seen(worker: Now.AddSeconds(-seconds))).Contains(PartRules.WorkerSilent));

    [Fact]
    public void One_that_has_not_begun_is_given_its_minute_from_the_start() =>
        Assert.Equal((false, true), (Codes(Seen(worker: null, up: Now.AddSeconds(-59))).Contains(PartRules.WorkerSilent), Codes(Seen(worker: null, up: Now.AddSeconds(-60))).Contains(PartRules.WorkerSilent)));

    [Theory]
    [InlineData(299, false)]
    [InlineData(300, true)]
    public void A_page_that_no_channel_carries_for_as_long_as_a_rung_is_a_finding(int seconds, bool found) =>
        Assert.Equal(found, Codes(Seen(worker: Now, waiting: Now.AddSeconds(-seconds))).Contains(PartRules.NotifierSilent));

    [Fact]
    public void After_a_start_what_lay_gets_its_time_anew_and_what_stood_stands()
    {
        PartsSeen after = Seen(worker: Now, up: Now.AddSeconds(-10), waiting: Now.AddHours(-2));
        Assert.DoesNotContain(PartRules.NotifierSilent, Codes(after));
        Assert.Contains(PartRules.NotifierSilent, Codes(after with { Standing = new HashSet<(string, string)> { (PartRules.NotifierSilent, "akut-aabenraa") } }));
        Assert.Contains(PartRules.WorkerSilent, Codes(after with { WorkerAt = null, Standing = new HashSet<(string, string)> { (PartRules.WorkerSilent, "") } }));
        Assert.DoesNotContain(PartRules.WorkerSilent, Codes(after with { Standing = new HashSet<(string, string)> { (PartRules.WorkerSilent, "") } }));
    }

    [Fact]
    public void A_team_on_whose_list_nobody_stands_is_a_finding()
    {
        Care.Routing.People without = Data.People with { All = [.. Data.People.All.Where(person => person.Team != "akut-toender")] };
        Assert.Equal(new SilentPart(PartRules.DutyListEmpty, "akut-toender", Now.AddDays(-1)), Assert.Single(PartRules.Silent(Seen(worker: Now), Data.Topology, without, Now)));
    }

    [Fact]
    public void All_is_well_with_the_lists_that_we_ship() => Assert.Empty(PartRules.Silent(Seen(worker: Now), Data.Topology, Data.People, Now));

    private static string[] Codes(PartsSeen seen) => [.. PartRules.Silent(seen, Data.Topology, Data.People, Now).Select(part => part.Code)];

    private static PartsSeen Seen(DateTimeOffset? worker, DateTimeOffset? up = null, DateTimeOffset? waiting = null) =>
        new(up ?? Now.AddDays(-1), worker, waiting is { } since ? [new Undelivered("akut-aabenraa", since)] : [], new HashSet<(string, string)>());
}
