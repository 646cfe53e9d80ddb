using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.People.Citizens;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Cloud.Tests.People.Citizens;

/// <summary>Who lists and finds whom: own, foreign, former, future, restricted; and that a search for somebody else's citizen is as one for nobody.</summary>
public sealed class CitizenScopeTests : IDisposable
{
    private const string Own = "c-test-1", Foreign = "c-test-2";
    private readonly TestHub hub = new();
    private readonly IdentityKeys keys = IdentityKeys.InMemory();

    public CitizenScopeTests()
    {
        hub.Store.Write(write =>
        {
            write.TopologyIs(hub.Data.Topology);
            Assert.Null(write.SaveIdentity(Own, keys.Close(Of("2512489996", "Borger Et", "00 00 00 11")), "lne", hub.Now));
            Assert.Null(write.SaveIdentity(Foreign, keys.Close(Of("0201919990", "Borger To", "00 00 00 12")), "lne", hub.Now));
        });
        Give("own", PersonRole.AcuteNurse, UnitKind.Team, "akut-aabenraa");
        Give("coordinator", PersonRole.Coordinator, UnitKind.Team, "akut-aabenraa");
        Give("foreign", PersonRole.AcuteNurse, UnitKind.Team, "akut-toender");
        Give("everywhere", PersonRole.MonitoringNurse, UnitKind.Hub, "");
        hub.Store.Write(write => write.Give("future", new Grant(PersonRole.AcuteNurse, UnitKind.Team, "akut-aabenraa", hub.Now.AddHours(1), null), "test", hub.Now));
        Settle();
    }

    public void Dispose() => hub.Dispose();

    [Fact]
    public void A_list_holds_the_citizens_of_the_viewers_units_now_and_nobody_else()
    {
        Assert.Equal([Own, "c-test-3"], List("own"));
        Assert.Equal([Foreign], List("foreign"));
        Assert.Equal([Own, Foreign, "c-test-3"], List("everywhere"));
        Assert.Empty(List("future"));
        Assert.Empty(List("nobody"));
        Give("support", PersonRole.SupportWorker, UnitKind.Hub, "");
        Assert.Empty(List("support"));
    }

    [Theory]
    [InlineData("251248-9996")]
    [InlineData("251248")]
    [InlineData("et")]
    [InlineData("BORGER  et")]
    [InlineData("+45 00000011")]
    [InlineData(Own)]
    public void A_citizen_is_found_by_what_they_are_known_by(string typed)
    {
        Assert.Equal([Own], Find("own", typed));
        Assert.Empty(Find("foreign", typed));
        Assert.Empty(Find("future", typed));
    }

    [Theory]
    [InlineData("borg")]
    [InlineData("borger to")]
    [InlineData("12345")]
    [InlineData("!!!")]
    [InlineData("c-test-9")]
    public void Half_words_and_what_is_nobodys_find_nobody(string typed) => Assert.Empty(Find("own", typed));

    [Fact]
    public void A_search_for_somebody_elses_citizen_answers_as_for_nobody_and_is_written_down()
    {
        CitizenList foreign = Search("own", "0201919990", out AuditLine[] ofForeign), nobody = Search("own", "3001749995", out AuditLine[] ofNobody);
        Assert.Equal((0, null, 0, null), (foreign.Citizens.Count, foreign.Next, nobody.Citizens.Count, nobody.Next));
        Assert.Equal((AuditOutcome.Denied, "register", "search", Foreign), Told(Assert.Single(ofForeign)));
        Assert.Equal((AuditOutcome.Denied, "register", "search", ""), Told(Assert.Single(ofNobody)));
        Assert.All(hub.Store.Read(read => read.AuditFrom(1, 1000)), line => Assert.DoesNotContain("0201919990", $"{line}", StringComparison.Ordinal));

        static (AuditOutcome, string, string, string) Told(AuditLine line) => (line.Entry.Outcome, line.Entry.Kind, line.Entry.Why, line.Entry.Citizen);
    }

    [Fact]
    public void Each_citizen_listed_is_one_line_and_looking_on_is_not_looking_again()
    {
        Search("own", "", out AuditLine[] first);
        Search("own", "", out AuditLine[] second);
        Assert.Equal([(Own, "register", AuditOutcome.Done), ("c-test-3", "register", AuditOutcome.Done)], first.Select(line => (line.Entry.Citizen, line.Entry.Kind, line.Entry.Outcome)));
        Assert.Empty(second);
    }

    [Fact]
    public void A_list_is_paged_by_pseudonym_without_a_gap_and_without_a_count()
    {
        for (int number = 0; number < 25; number++)
        {
            string citizen = $"c-many-{number:00}";
            hub.Store.Write(write => write.MoveHome(citizen, number % 2 == 0 ? "aabenraa" : "toender", hub.Now));
        }
        Settle();
        var all = new List<string>();
        string? after = "";
        while (after is not null)
        {
            CitizenList page = As("everywhere", read => read.Citizens(null, after, 7));
            Assert.InRange(page.Citizens.Count, 1, 7);
            all.AddRange(page.Citizens.Select(one => one.Citizen));
            after = page.Next;
        }
        Assert.Equal(28, all.Count);
        Assert.Equal(all.Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal), all);
    }

    [Fact]
    public void Who_moved_away_is_no_longer_listed_and_the_former_unit_keeps_its_own_period()
    {
        hub.Store.Write(write =>
        {
            write.GiveConsent(Own, ConsentKind.Monitoring, "lne", hub.Now);
            write.MoveHome(Own, "toender", hub.Now.AddHours(1));
            write.GiveConsent(Own, ConsentKind.Sharing, "lne", hub.Now.AddHours(2));
            write.WithdrawConsent(Own, ConsentKind.Monitoring, "lne", hub.Now.AddHours(2));
        });
        Settle();
        hub.Now = hub.Now.AddHours(3);
        Assert.Equal(["c-test-3"], List("own"));
        Assert.Equal([Own, Foreign], List("foreign"));
        Assert.Equal([Own], Find("own", "2512489996")); // their own, by its whole number
        Assert.Empty(Find("own", "et")); // but not by what is true today
        (SeenCitizen one, IReadOnlyList<Place> places, IReadOnlyList<Consent> consents, string? identity) =
            As("own", read => read.CitizenOf(Own) is { } seen ? (seen, read.PlacesOf(seen), read.ConsentsOf(seen), read.IdentityOf(Own)) : default);
        Assert.Equal((CitizenStanding.Former, hub.Now.AddHours(-2)), (one.Standing, one.Until));
        Assert.Equal(["aabenraa"], places.Select(place => place.Area));
        Assert.Equal([(ConsentKind.Monitoring, (DateTimeOffset?)null)], consents.Select(consent => (consent.Kind, consent.WithdrawnAt)));
        Assert.Null(identity);
        Assert.Equal(CitizenStanding.Present, As("foreign", read => read.CitizenOf(Own))!.Standing);
    }

    [Fact]
    public void One_whose_data_is_only_kept_is_seen_by_those_who_keep_it_and_in_an_open_case()
    {
        Restrict(Own);
        Assert.Equal(["c-test-3"], List("own"));
        Assert.Empty(Find("own", "2512489996"));
        Assert.Empty(Find("own", "et"));
        Assert.Null(As("own", read => read.CitizenOf(Own)));
        Assert.Equal([Own, "c-test-3"], List("coordinator"));
        Assert.Equal([Own], Find("coordinator", "et"));
        OpenCase(Own, "akut-aabenraa");
        Assert.Equal(CitizenStanding.Case, As("own", read => read.CitizenOf(Own))!.Standing);
        Assert.NotNull(As("own", read => read.IdentityOf(Own)));
        Assert.False(As("own", read => read.MayChange(Own)));
    }

    [Fact]
    public void Whoever_is_called_to_a_case_sees_its_citizen_while_it_is_open()
    {
        Assert.Null(As("own", read => read.CitizenOf(Foreign)));
        Assert.Null(As("own", read => read.IdentityOf(Foreign)));
        OpenCase(Foreign, "akut-aabenraa");
        Assert.Equal(CitizenStanding.Case, As("own", read => read.CitizenOf(Foreign))!.Standing);
        Assert.Equal("Borger To", keys.OpenText(As("own", read => read.IdentityOf(Foreign))!)!.Name);
        Assert.Equal("identity", hub.Store.Read(read => read.AuditOf(Foreign))[^1].Entry.Kind);
        Assert.Equal(["c-test-1", "c-test-3"], List("own")); // a case is no responsibility
    }

    [Fact]
    public void Whom_there_is_not_and_whom_one_may_not_see_are_written_down_alike()
    {
        long before = hub.Store.Read(read => read.AuditEnd()).Number;
        Assert.Null(As("own", read => read.CitizenOf(Foreign)));
        Assert.Null(As("own", read => read.CitizenOf("c-made-up")));
        Assert.Equal([(Foreign, AuditOutcome.Denied), ("", AuditOutcome.Denied)], hub.Store.Read(read => read.AuditFrom(before + 1, 9)).Select(line => (line.Entry.Citizen, line.Entry.Outcome)));
    }

    private string[] List(string person) => [.. As(person, read => read.Citizens(null, "", 50)).Citizens.Select(one => one.Citizen)];

    private string[] Find(string person, string typed) => [.. As(person, read => read.Citizens(CitizenQuery.Of(typed, keys), "", 50)).Citizens.Select(one => one.Citizen)];

    private CitizenList Search(string person, string typed, out AuditLine[] told)
    {
        long before = hub.Store.Read(read => read.AuditEnd()).Number;
        CitizenList list = As(person, read => read.Citizens(CitizenQuery.Of(typed, keys), "", 50));
        told = [.. hub.Store.Read(read => read.AuditFrom(before + 1, 99))];
        return list;
    }

    private T As<T>(string person, Func<ScopedRead, T> work) => hub.Store.ReadAs(new Viewer(person, "s-1", "test", hub.Now), work);

    private void Give(string person, PersonRole role, UnitKind kind, string unit) =>
        hub.Store.Write(write => write.Give(person, new Grant(role, kind, unit, DateTimeOffset.UnixEpoch, null), "test", hub.Now));

    private void Settle() => hub.Store.Write(write =>
    {
        while (write.AnswersAreDue())
        {
            write.Answer(hub.Data.Topology, 100);
        }
    });

    private void OpenCase(string citizen, string team) => hub.Store.Write(write => write.SaveCase(new CareCase
    {
        Id = $"{write.NextCaseId()}", Citizen = citizen, Kind = CaseKind.Clinical, Area = "aabenraa", Team = team, Version = 1, State = CaseState.Open,
        Triage = Vitals.Readings.Triage.Red, Reasons = ["tobs/total"], OpenedAt = hub.Now, LastAlertAt = hub.Now, Rung = 1, NextRungAt = hub.Now.AddMinutes(5),
    }, 1));

    /// <summary>As the rights do: the column stands in this slice's table.</summary>
    private void Restrict(string citizen)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={hub.StoreFile}");
        connection.Open();
        using Microsoft.Data.Sqlite.SqliteCommand command = connection.CreateCommand();
        command.CommandText = "update citizen set restricted_ms = 1 where citizen = $citizen";
        command.Parameters.AddWithValue("$citizen", citizen);
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    private static Identity Of(string number, string name, string telephone) => new(PersonalId.Read(number).Id!, name, "", telephone, []);
}
