using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Cloud.Tests.People;

/// <summary>Who may read what, over the real store: own, foreign, former and future, at the minute of the change.</summary>
public sealed class ScopeTests : IDisposable
{
    private static readonly DateTimeOffset Change = new(2026, 12, 31, 23, 0, 0, TimeSpan.Zero); // 2027-01-01 00:00 in Copenhagen
    private readonly TestHub hub = new();

    public void Dispose() => hub.Dispose();

    [Fact]
    public void A_nurse_sees_her_teams_case_and_the_next_teams_nurse_does_not()
    {
        long id = Open("c-test-1", "akut-aabenraa", hub.Now);
        Give("own", PersonRole.AcuteNurse, UnitKind.Team, "akut-aabenraa");
        Give("foreign", PersonRole.AcuteNurse, UnitKind.Team, "akut-toender");
        Assert.NotNull(As("own", read => read.CaseOf(id)));
        Assert.Single(As("own", read => read.OpenCases(null)));
        Assert.Null(As("foreign", read => read.CaseOf(id)));
        Assert.Empty(As("foreign", read => read.OpenCases(null)));
        Assert.Empty(As("foreign", read => read.OpenCases("akut-aabenraa")));
        Assert.Null(As("nobody", read => read.CaseOf(id)));
    }

    [Theory]
    [InlineData(PersonRole.SupportWorker)]
    [InlineData(PersonRole.Administrator)]
    [InlineData(PersonRole.Auditor)]
    [InlineData(PersonRole.Machine)]
    public void A_role_without_health_sees_no_case_whatever_its_unit(PersonRole role)
    {
        long id = Open("c-test-1", "akut-aabenraa", hub.Now);
        foreach ((UnitKind kind, string unit) in new[] { (UnitKind.Hub, ""), (UnitKind.Team, "akut-aabenraa"), (UnitKind.Authority, "aabenraa"), (UnitKind.Citizen, "c-test-1"), (UnitKind.Cluster, "soenderjylland") })
        {
            Give("blind", role, kind, unit);
        }
        Assert.Null(As("blind", read => read.CaseOf(id)));
        Assert.Empty(As("blind", read => read.OpenCases(null)));
        Assert.Equal(0, As("blind", read => read.CitizensInCare()));
    }

    [Fact]
    public void Until_midnight_the_old_authority_sees_an_open_case_and_from_then_on_the_new_one()
    {
        Give("old", PersonRole.MonitoringNurse, UnitKind.Authority, "aabenraa");
        Give("new", PersonRole.MonitoringNurse, UnitKind.Authority, "region-syddanmark");
        long closed = Open("c-test-1", "akut-aabenraa", Change.AddDays(-3)), open = Open("c-test-1", "akut-aabenraa", Change.AddHours(-1));
        Close(closed, Change.AddDays(-2));
        (string Who, DateTimeOffset At, bool Closed, bool Open)[] told =
        [
            ("old", Change.AddMinutes(-1), true, true), ("new", Change.AddMinutes(-1), false, false),
            ("old", Change, true, false), ("new", Change, true, true),
        ];
        Assert.All(told, one =>
        {
            Assert.Equal((one.Closed, one.Open), (As(one.Who, read => read.CaseOf(closed), one.At) is not null, As(one.Who, read => read.CaseOf(open), one.At) is not null));
            Assert.Equal(one.Open ? 1 : 0, As(one.Who, read => read.OpenCases(null).Count, one.At));
        });
        Close(open, Change.AddHours(2));
        Assert.Null(As("old", read => read.CaseOf(open), Change.AddHours(3))); // it ended in the other's time
        Assert.NotNull(As("new", read => read.CaseOf(open), Change.AddHours(3)));
    }

    [Fact]
    public void A_team_that_a_citizen_moved_from_keeps_what_was_closed_in_its_time_and_gets_nothing_newer()
    {
        Give("old", PersonRole.AcuteNurse, UnitKind.Team, "akut-aabenraa");
        Give("new", PersonRole.AcuteNurse, UnitKind.Team, "akut-toender");
        long before = Open("c-test-1", "akut-aabenraa", hub.Now);
        Close(before, hub.Now.AddHours(1));
        hub.Store.Write(write => write.MoveHome("c-test-1", "toender", hub.Now.AddDays(1)));
        long after = Open("c-test-1", "akut-toender", hub.Now.AddDays(2));
        Close(after, hub.Now.AddDays(3));
        DateTimeOffset then = hub.Now.AddDays(4);
        Assert.Equal([before], As("old", read => read.ClosedCases(null, 9), then).Select(@case => long.Parse(@case.Id)));
        Assert.Equal([after, before], As("new", read => read.ClosedCases(null, 9), then).Select(@case => long.Parse(@case.Id)));
    }

    [Fact]
    public void A_grant_that_has_not_begun_or_is_over_shows_nothing()
    {
        long id = Open("c-test-1", "akut-aabenraa", hub.Now);
        Give("future", PersonRole.AcuteNurse, UnitKind.Team, "akut-aabenraa", hub.Now.AddMinutes(1));
        Give("past", PersonRole.AcuteNurse, UnitKind.Team, "akut-aabenraa", hub.Now.AddDays(-2), hub.Now);
        Assert.Null(As("future", read => read.CaseOf(id)));
        Assert.NotNull(As("future", read => read.CaseOf(id), hub.Now.AddMinutes(1)));
        Assert.Null(As("past", read => read.CaseOf(id)));
        Assert.NotNull(As("past", read => read.CaseOf(id), hub.Now.AddMilliseconds(-1)));
    }

    [Fact]
    public void Whoever_is_called_sees_the_case_while_it_is_open_and_no_longer()
    {
        long id = Open("c-test-1", "akut-aabenraa", hub.Now);
        Give("udv", PersonRole.Coordinator, UnitKind.Team, hub.Data.Topology.Fallback.Id);
        Assert.Null(As("udv", read => read.CaseOf(id)));
        hub.Store.Write(write => write.AddPage(id, new Care.Paging.PageTo(Receiver.Fallback, hub.Data.Topology.Fallback.Id, 3), Care.Paging.PageReason.NobodyTook, hub.Now));
        Assert.NotNull(As("udv", read => read.CaseOf(id)));
        Close(id, hub.Now.AddMinutes(5));
        Assert.Null(As("udv", read => read.CaseOf(id), hub.Now.AddMinutes(6)));
    }

    [Fact]
    public void Every_look_and_every_refusal_is_written_down_and_looking_on_is_not_looking_again()
    {
        long id = Open("c-test-1", "akut-aabenraa", hub.Now);
        Give("own", PersonRole.AcuteNurse, UnitKind.Team, "akut-aabenraa");
        As("own", read => read.CaseOf(id));
        As("own", read => read.CaseOf(id), hub.Now.AddMinutes(14));
        As("own", read => read.CaseOf(id), hub.Now.AddMinutes(16));
        As("stranger", read => read.CaseOf(id));
        As("stranger", read => read.CaseOf(999));
        IReadOnlyList<AuditLine> lines = hub.Store.Read(read => read.AuditFrom(1, 99));
        Assert.Equal(
            [
                ("own", "acute-nurse", "akut-aabenraa", "c-test-1", AuditOutcome.Done), ("own", "acute-nurse", "akut-aabenraa", "c-test-1", AuditOutcome.Done),
                ("stranger", "", "", "c-test-1", AuditOutcome.Denied), ("stranger", "", "", "", AuditOutcome.Denied),
            ], lines.Select(line => (line.Entry.Person, line.Entry.Role, line.Entry.Unit, line.Entry.Citizen, line.Entry.Outcome)));
        Assert.Empty(AuditChain.Problems(lines, []));
    }

    [Fact]
    public void What_was_not_read_in_scope_cannot_be_read_into()
    {
        long id = Open("c-test-1", "akut-aabenraa", hub.Now);
        Assert.Throws<InvalidOperationException>(() => As("stranger", read => read.EventsOf(id)));
        Assert.Throws<InvalidOperationException>(() => As("stranger", read => read.NewestItemsOf(id, 9)));
        Assert.Throws<InvalidOperationException>(() => As("stranger", read => read.NewestAlertOf(id)));
    }

    [Fact]
    public void An_older_register_file_moves_nobody_back()
    {
        hub.Store.Write(write => write.RegisterAssignment(new Assignment(7, TestHub.OtherGateway, "c-test-3", "toender", hub.Now.AddDays(-1), null, false)));
        hub.Store.Write(write => write.RegisterAssignment(new Assignment(3, TestHub.Gateway, "c-test-3", "aabenraa", hub.Now.AddDays(-9), hub.Now.AddDays(-5), false), hub.Now));
        Give("old", PersonRole.AcuteNurse, UnitKind.Team, "akut-aabenraa");
        Give("new", PersonRole.AcuteNurse, UnitKind.Team, "akut-toender");
        long id = Open("c-test-3", "akut-toender", hub.Now);
        Assert.Null(As("old", read => read.CaseOf(id)));
        Assert.NotNull(As("new", read => read.CaseOf(id)));
    }

    private void Give(string person, PersonRole role, UnitKind kind, string unit, DateTimeOffset? from = null, DateTimeOffset? to = null) =>
        hub.Store.Write(write => write.Give(person, new Grant(role, kind, unit, from ?? DateTimeOffset.UnixEpoch, to), "test", hub.Now));

    private T As<T>(string person, Func<ScopedRead, T> work, DateTimeOffset? at = null)
    {
        hub.Store.Write(write => write.Answer(hub.Data.Topology, 99));
        return hub.Store.ReadAs(new Viewer(person, "session-1", "test", at ?? hub.Now), work);
    }

    private long Open(string citizen, string team, DateTimeOffset at) => hub.Store.Write(write =>
    {
        long id = write.NextCaseId();
        write.SaveCase(
            new CareCase
            {
                Id = $"{id}", Citizen = citizen, Kind = CaseKind.Clinical, Area = "aabenraa", Team = team, Version = 1, State = CaseState.Open, Triage = Triage.Red,
                Reasons = ["tobs/total"], OpenedAt = at, LastAlertAt = at, Rung = 1, NextRungAt = at.AddMinutes(5),
            }, 1);
        write.AddCaseEvent(id, at, null, CaseChange.Opened, "");
        return id;
    });

    private void Close(long id, DateTimeOffset at) => hub.Store.Write(write =>
    {
        write.SaveCase(write.CaseOf(id)! with { State = CaseState.Closed, NextRungAt = null, Version = 2 }, 1);
        write.AddCaseEvent(id, at, "mlk", CaseChange.Closed, "");
    });
}
