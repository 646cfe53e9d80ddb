using System.Net;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Boards;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.People.Citizens;

namespace TeleMonitor.Cloud.Tests.People.Citizens;

/// <summary>A nurse in need opens a citizen who is not hers: with a reason, for an hour, every look written down, a coordinator told.</summary>
public sealed class BreakGlassTests : IAsyncLifetime
{
    private const string Citizen = "c-100068", Why = "Borgeren ringede til os fra Vejle, svært ved at trække vejret";
    private BoardHost host = null!;

    public async Task InitializeAsync()
    {
        host = await BoardHost.StartAsync();
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Red); // case 1
        host.AddPerson("vejle", new Grant(PersonRole.AcuteNurse, UnitKind.Team, "akut-vejle", DateTimeOffset.UnixEpoch, null));
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [InlineData(Citizen)]
    [InlineData("1")]
    public async Task With_a_reason_the_case_is_hers_for_an_hour_and_each_look_is_written_down_as_broken(string typed)
    {
        using BoardBrowser nurse = host.Browser("vejle");
        Assert.Equal(HttpStatusCode.NotFound, (await nurse.Open("/api/v1/cases/1")).StatusCode);
        await nurse.Open("/break-glass");
        HttpResponseMessage answer = await nurse.Send("/break-glass", ("who", typed), ("why", Why));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(typed == "1" ? "/?team=all&case=1" : $"/citizens/{Citizen}", answer.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await nurse.Open("/api/v1/cases/1")).StatusCode);
        await nurse.Open("/?team=all");
        Assert.Contains(Citizen, nurse.Html, StringComparison.Ordinal);
        AuditEntry[] lines = [.. Lines().Where(line => line.Person == "vejle" && line.Citizen == Citizen && line.Outcome != AuditOutcome.Denied)];
        Assert.All(lines, line => Assert.Equal(AuditOutcome.Broken, line.Outcome));
        Assert.Equal(["break-glass", "case", "list"], lines.Select(line => line.Kind).Distinct().Order(StringComparer.Ordinal));
        Assert.All(lines, line => Assert.Equal("acute-nurse", line.Role));
        host.Clock.Now += BreakGlassRules.Holds;
        using BoardBrowser later = host.Browser("vejle");
        Assert.Equal(HttpStatusCode.NotFound, (await later.Open("/api/v1/cases/1")).StatusCode);
    }

    [Fact]
    public async Task What_she_does_to_the_case_is_written_down_as_broken_too()
    {
        BreakGlass.Open(host.Store, Viewer("vejle"), "1", Why);
        using BoardBrowser nurse = host.Browser("vejle");
        await nurse.Open("/?team=all&case=1");
        await nurse.Send("/cases/1/note", ("text", "ringer op"));
        Assert.Contains(Lines(), line => line is { Person: "vejle", Act: "note", Outcome: AuditOutcome.Broken });
    }

    [Fact]
    public async Task Somebody_there_is_not_answers_alike_opens_nothing_and_is_written_down()
    {
        using BoardBrowser nurse = host.Browser("vejle");
        foreach ((string typed, string leads) in new[] { ("c-999999", "/citizens/c-999999"), ("4711", "/?team=all&case=4711") })
        {
            await nurse.Open("/break-glass");
            HttpResponseMessage answer = await nurse.Send("/break-glass", ("who", typed), ("why", Why));
            Assert.Equal((HttpStatusCode.SeeOther, leads), (answer.StatusCode, answer.Headers.Location!.OriginalString));
        }
        Assert.Single(host.Store.Read(read => read.GrantsOf("vejle")));
        Assert.Equal(["c-999999", "case 4711"], Lines().Where(line => line is { Person: "vejle", Kind: "break-glass", Outcome: AuditOutcome.Denied }).Select(line => line.Why));
    }

    [Theory]
    [InlineData(Citizen, "kort")]
    [InlineData(Citizen, "          ")]
    [InlineData("251248-9996", Why)]
    [InlineData("2512489996", Why)]
    [InlineData("Nancy Ann Berggren", Why)]
    public async Task Without_a_reason_or_a_pseudonym_nothing_opens_and_what_was_typed_is_written_nowhere(string who, string why)
    {
        using BoardBrowser nurse = host.Browser("vejle");
        await nurse.Open("/break-glass");
        Assert.Equal(HttpStatusCode.BadRequest, (await nurse.Send("/break-glass", ("who", who), ("why", why))).StatusCode);
        Assert.Contains("id=\"problem\"", nurse.Html, StringComparison.Ordinal);
        Assert.Single(host.Store.Read(read => read.GrantsOf("vejle")));
        Assert.DoesNotContain(Lines(), line => line.ToString().Contains("251248", StringComparison.Ordinal) || line.ToString().Contains("Nancy", StringComparison.Ordinal));
        Assert.Contains(Lines(), line => line is { Person: "vejle", Kind: "break-glass", Outcome: AuditOutcome.Denied });
    }

    [Fact]
    public async Task A_coordinator_of_the_place_is_told_until_one_has_seen_it_and_a_foreign_one_is_not()
    {
        host.AddPerson("ko-her", new Grant(PersonRole.Coordinator, UnitKind.Team, "akut-aabenraa", DateTimeOffset.UnixEpoch, null));
        host.AddPerson("ko-der", new Grant(PersonRole.Coordinator, UnitKind.Team, "akut-vejle", DateTimeOffset.UnixEpoch, null));
        BreakGlass.Open(host.Store, Viewer("vejle"), Citizen, Why);
        using BoardBrowser here = host.Browser("ko-her"), there = host.Browser("ko-der");
        await here.Open("/?team=all");
        Assert.Contains("id=\"broken-note\"", here.Html, StringComparison.Ordinal);
        await there.Open("/people");
        Assert.DoesNotContain(Citizen, there.Html, StringComparison.Ordinal);
        await there.Open("/people");
        Assert.Equal(HttpStatusCode.Conflict, (await there.PostBeside("/people/broken/1/seen")).StatusCode);
        await here.Open("/people");
        Assert.Contains(Why, here.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Send("/people/broken/1/seen")).StatusCode);
        await here.Open("/people");
        Assert.DoesNotContain("broken-note", here.Html, StringComparison.Ordinal);
        Assert.Contains("Set af", here.Text, StringComparison.Ordinal);
        Assert.Equal("ko-her", Assert.Single(host.Store.ReadAs(Viewer("ko-her"), read => read.Broken(DateTimeOffset.UnixEpoch))).SeenBy);
    }

    [Fact]
    public void Where_nobody_coordinates_the_finding_stands_until_somebody_has_seen_it()
    {
        host.Store.Write(write =>
        {
            foreach (Account account in write.Accounts())
            {
                foreach ((long id, Grant grant) in write.GrantsOf(account.Person).Where(one => one.Grant.Role == PersonRole.Coordinator))
                {
                    write.EndGrant(id, host.Clock.Now);
                }
            }
        });
        Assert.Equal(BreakGlassAnswer.Opened, BreakGlass.Open(host.Store, Viewer("vejle"), Citizen, Why));
        Assert.Contains(host.Store.Read(read => read.OpenFindings("", 99)), row => row.Code == BreakGlass.Unseen && !row.Detail.Contains(Citizen, StringComparison.Ordinal));
        host.AddPerson("ny-ko", new Grant(PersonRole.Coordinator, UnitKind.Hub, "", DateTimeOffset.UnixEpoch, null));
        Assert.True(BreakGlass.See(host.Store, Viewer("ny-ko"), 1));
        Assert.False(BreakGlass.See(host.Store, Viewer("ny-ko"), 1));
        Assert.DoesNotContain(host.Store.Read(read => read.OpenFindings("", 99)), row => row.Code == BreakGlass.Unseen);
    }

    [Fact]
    public void What_was_opened_in_need_opens_nothing_more_and_whoever_answers_needs_it_not()
    {
        host.AddPerson("her", new Grant(PersonRole.AcuteNurse, UnitKind.Team, "akut-aabenraa", DateTimeOffset.UnixEpoch, null));
        Assert.Equal(BreakGlassAnswer.NotNeeded, BreakGlass.Open(host.Store, Viewer("her"), Citizen, Why));
        host.AddPerson("gik", new Grant(PersonRole.AcuteNurse, UnitKind.Team, "akut-vejle", DateTimeOffset.UnixEpoch, host.Clock.Now.AddMinutes(1)));
        Assert.Equal(BreakGlassAnswer.Opened, BreakGlass.Open(host.Store, Viewer("gik"), Citizen, Why));
        host.Clock.Now += TimeSpan.FromMinutes(2);
        Assert.Equal(BreakGlassAnswer.NoRole, BreakGlass.Open(host.Store, Viewer("gik"), "c-200002", Why));
    }

    private Viewer Viewer(string person) => new(person, "s", "test", host.Clock.Now);

    private AuditEntry[] Lines() => [.. host.Store.Read(read => read.AuditFrom(1, 100_000)).Select(line => line.Entry)];
}
