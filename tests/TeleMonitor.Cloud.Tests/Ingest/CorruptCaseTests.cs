using Microsoft.Data.Sqlite;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Cloud.Tests.Ingest;

/// <summary>A case row that cannot be read goes on calling somebody, and hides no other; an act on a version that never was is late.</summary>
public sealed class CorruptCaseTests : IDisposable
{
    private readonly TestHub hub = new();

    public void Dispose() => hub.Dispose();

    [Fact]
    public void A_case_whose_snapshot_is_spoilt_is_shown_called_and_taken_from_what_its_columns_say()
    {
        long spoilt = OpenCase(hub, 1, TestHub.Gateway), whole = OpenCase(hub, 2, TestHub.OtherGateway);
        Spoil(spoilt);
        IReadOnlyList<CareCase> open = hub.Store.Read(read => read.OpenCases(null));
        Assert.Equal(2, open.Count);
        CareCase rebuilt = open.Single(one => one.Id == $"{spoilt}");
        Assert.Equal((Triage.Red, CaseState.Open, "aabenraa", "hub/case/unreadable"), (rebuilt.Triage, rebuilt.State, rebuilt.Area, rebuilt.Reasons.Single()));
        int pages = hub.Store.Read(read => read.PagesOf(spoilt)).Count;
        hub.Now = hub.Now.AddMinutes(5);
        hub.Worker.Work(hub.Now);
        Assert.True(hub.Store.Read(read => read.PagesOf(spoilt)).Count > pages, "the ladder of the spoilt case goes on");
        Person person = hub.Data.People.All[0];
        Assert.Equal(CaseChange.Taken, hub.Worker.Act(spoilt, new Take(person.Id), person, null, "", hub.Now).Step!.Change);
        Assert.NotEqual(spoilt, whole);
    }

    [Fact]
    public void An_act_that_names_a_version_the_case_never_had_is_answered_as_late()
    {
        long id = OpenCase(hub, 1, TestHub.Gateway);
        Person first = hub.Data.People.All[0], second = hub.Data.People.All[1];
        Assert.False(hub.Worker.Act(id, new Take(first.Id), first, 1, "", hub.Now).Conflict);
        Assert.True(hub.Worker.Act(id, new Close(second.Id, "x"), second, 999, "x", hub.Now).Conflict);
    }

    private static long OpenCase(TestHub hub, int assignment, string gateway)
    {
        LaneItems items = new(new TestHome(hub, assignment).Measure((Vital.Pulse, 135)));
        hub.Take(items.Alerts(gateway));
        hub.Worker.Work(hub.Now);
        return hub.Store.Read(read => read.OpenCases(null)).Max(one => long.Parse(one.Id));
    }

    private sealed class LaneItems(IReadOnlyList<TeleMonitor.Vitals.Plans.LaneItem> items)
    {
        public IncomingBatch Alerts(string gateway) => new TestLane("alert", gateway).Add([.. items.Where(item => item.Lane == "alert").Select(item => item.Item)]).PackAll();
    }

    private void Spoil(long id)
    {
        using var other = new SqliteConnection($"Data Source={hub.File}");
        other.Open();
        using SqliteCommand spoil = other.CreateCommand();
        spoil.CommandText = "update care_case set snapshot = '{' || snapshot where id = $id";
        spoil.Parameters.AddWithValue("$id", id);
        Assert.Equal(1, spoil.ExecuteNonQuery());
    }
}
