using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.People.Citizens;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests.People.Citizens;

/// <summary>What is done to the register: each act in one transaction with its line of the audit, or refused with a reason that is one too.</summary>
public sealed class CitizenActTests : IDisposable
{
    private const string Known = "c-test-1", Number = "2512489996";
    private readonly TestHub hub = new();
    private readonly IdentityKeys keys = IdentityKeys.InMemory();
    private readonly CitizenActs acts;

    public CitizenActTests()
    {
        acts = new CitizenActs(hub.Store, hub.Data, keys);
        hub.Store.Write(write =>
        {
            write.TopologyIs(hub.Data.Topology);
            write.Answer(hub.Data.Topology, 99);
            write.RegisterGateway("gw-free-0001", "kit-free", hub.Now);
        });
        Person("nurse", PersonRole.MonitoringNurse, "akut-aabenraa");
        Person("acute", PersonRole.AcuteNurse, "akut-aabenraa");
        Person("foreign", PersonRole.Coordinator, "akut-toender");
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Identity, Who()));
    }

    public void Dispose() => hub.Dispose();

    [Fact]
    public void A_citizen_is_registered_under_a_pseudonym_and_is_the_units_at_once()
    {
        CitizenAnswer answer = acts.Register(As("nurse"), Who("0201919990") with { Area = "aabenraa", Kind = "monitoring" }, CitizenActs.NewPseudonym());
        Assert.Equal(RegisterProblem.None, answer.Problem);
        Assert.Matches("^c-[0-9a-f]{16}$", answer.Citizen);
        Assert.NotNull(hub.Store.ReadAs(As("nurse"), read => read.CitizenOf(answer.Citizen)));
        Assert.Equal([ConsentKind.Monitoring], hub.Store.Read(read => read.ConsentsOf(answer.Citizen)).Select(consent => consent.Kind));
        AuditEntry told = Assert.Single(hub.Store.Read(read => read.AuditOf(answer.Citizen)), line => line.Entry.Act == "register").Entry;
        Assert.Equal(("nurse", "monitoring-nurse", "akut-aabenraa", "register", AuditOutcome.Done), (told.Person, told.Role, told.Unit, told.Kind, told.Outcome));
    }

    [Theory]
    [InlineData("aabenraa", Number, "Borger", RegisterProblem.NumberTaken)]
    [InlineData("toender", "0201919990", "Borger", RegisterProblem.AreaNotYours)]
    [InlineData("atlantis", "0201919990", "Borger", RegisterProblem.AreaUnknown)]
    [InlineData("aabenraa", "0230919990", "Borger", RegisterProblem.NumberDate)]
    [InlineData("aabenraa", "", "Borger", RegisterProblem.NumberEmpty)]
    [InlineData("aabenraa", "0201919990", " - ", RegisterProblem.NameMissing)]
    public void What_cannot_be_registered_says_why_and_leaves_nothing_but_a_line(string area, string number, string name, RegisterProblem problem)
    {
        long before = hub.Store.Read(read => read.AuditEnd()).Number;
        Assert.Equal(problem, acts.Register(As("nurse"), Who(number) with { Area = area, Name = name }, "c-never").Problem);
        Assert.False(hub.Store.Read(read => read.IsCitizen("c-never")));
        AuditEntry told = Assert.Single(hub.Store.Read(read => read.AuditFrom(before + 1, 9))).Entry;
        Assert.Equal(("register", AuditOutcome.Denied, problem == RegisterProblem.NumberTaken ? Known : ""), (told.Act, told.Outcome, told.Citizen));
    }

    [Fact]
    public void Only_whoever_answers_and_may_change_changes_and_only_what_they_have_seen()
    {
        Assert.Equal(RegisterProblem.NotYours, Do(CitizenAct.Consent, new() { Kind = "monitoring" }, "acute"));
        Assert.Equal(RegisterProblem.NoCitizen, Do(CitizenAct.Consent, new() { Kind = "monitoring" }, "foreign"));
        Assert.Equal(RegisterProblem.Stale, acts.Do(As("nurse"), Known, CitizenAct.Consent, Version - 1, new() { Kind = "monitoring" }).Problem);
        Assert.Equal(RegisterProblem.Stale, acts.Do(As("nurse"), Known, CitizenAct.Consent, Version + 1, new() { Kind = "monitoring" }).Problem);
        Assert.Equal(RegisterProblem.NoIdentity, acts.Do(As("nurse"), "c-test-3", CitizenAct.Consent, 0, new() { Kind = "monitoring" }).Problem);
        Assert.Empty(hub.Store.Read(read => read.ConsentsOf(Known)));
        Assert.Contains(hub.Store.Read(read => read.AuditOf(Known)), line => line.Entry is { Act: "consent", Person: "acute", Outcome: AuditOutcome.Denied });
        long version = Version;
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Consent, new() { Kind = "monitoring" }));
        Assert.Equal(version + 1, Version);
        Assert.Contains(hub.Store.Read(read => read.AuditOf(Known)), line => line.Entry is { Act: "consent", Person: "nurse", Outcome: AuditOutcome.Done });
    }

    [Fact]
    public void Without_consent_no_kit_and_a_kit_that_has_not_said_that_it_is_wiped_is_not_lent()
    {
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Return));
        Assert.Equal(RegisterProblem.ConsentNeeded, Do(CitizenAct.Lend, new() { Kit = "kit-free" }));
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Consent, new() { Kind = "monitoring" }));
        Assert.Equal(RegisterProblem.KitNotFree, Do(CitizenAct.Lend, new() { Kit = "kit-0002" })); // somebody has it
        Assert.Equal(RegisterProblem.KitNotFree, Do(CitizenAct.Lend, new() { Kit = "kit-9999" }));
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Lend, new() { Kit = "kit-free" }));
        Assignment lent = hub.Store.Read(read => read.AssignmentsOfCitizen(Known))[^1];
        Assert.Equal((4, "gw-free-0001", "aabenraa", true), (lent.Number, lent.Gateway, lent.Area, lent.IsOpen(hub.Now)));
        Assert.Contains("gw-free-0001", hub.Store.Read(read => read.ProfilesDue(99)));
        Assert.Equal(RegisterProblem.HasKit, Do(CitizenAct.Lend, new() { Kit = "kit-0001" }));
    }

    [Fact]
    public void The_end_ends_every_loan_plan_and_pause_and_the_kit_is_asked_until_it_says_that_it_is_wiped()
    {
        Follow();
        Measured();
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Consent, new() { Kind = "monitoring" }));
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Pause, new() { Kind = "travelling", From = hub.Now.AddHours(-1), To = hub.Now.AddDays(3) }));
        hub.Now = hub.Now.AddHours(1);
        Assert.Equal(RegisterProblem.KindUnknown, Do(CitizenAct.End));
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.End, new() { Kind = "completed" }));
        hub.Store.Read(read =>
        {
            Assert.Equal(hub.Now, read.AssignmentOf(1)!.To);
            Assert.All(read.PlansOf(1), plan => Assert.Equal(hub.Now, plan.To));
            Assert.All(read.PausesOf(1), pause => Assert.Equal(hub.Now, pause.To));
            Assert.True(read.IsWipeAwaited(1));
            FindingRow asked = Assert.Single(read.OpenFindings(TestHub.Gateway, 99), row => row.Code == StoreTransaction.WipeAsked);
            Assert.DoesNotContain("c-", asked.Detail, StringComparison.Ordinal); // support reads it
            Assert.Contains(TestHub.Gateway, read.ProfilesDue(99));
            Assert.DoesNotContain(read.FreeKits(hub.Now), kit => kit.Gateway == TestHub.Gateway);
            Assert.Single(read.ConsentsOf(Known), consent => consent.WithdrawnAt is null); // nothing is withdrawn silently
            return true;
        });
        Assert.Equal(RegisterProblem.Ended, Do(CitizenAct.Lend, new() { Kit = "kit-free" }));
        Assert.Equal(RegisterProblem.Ended, Do(CitizenAct.End, new() { Kind = "completed" }));
        hub.Now = hub.Now.AddMinutes(5);
        var ended = new EndedItem { Kind = WireWord.Ended, Tick = 900, Code = WireWord.AssignmentEnded, Assignment = 1, At = hub.Now };
        Assert.Equal(IngestOutcome.Stored, hub.Take(new TestLane(WireWord.StatusLane).Add(ended).PackAll()).Outcome);
        Assert.False(hub.Store.Read(read => read.IsWipeAwaited(1)));
        Assert.DoesNotContain(hub.Store.Read(read => read.OpenFindings(TestHub.Gateway, 99)), row => row.Code == StoreTransaction.WipeAsked);
        Assert.Contains(hub.Store.Read(read => read.FreeKits(hub.Now)), kit => kit.Gateway == TestHub.Gateway);
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Again));
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Lend, new() { Kit = "kit-0001" }));
    }

    [Fact]
    public void A_stay_ends_by_itself_and_is_said_before_until_somebody_has_seen_to_it()
    {
        DateTimeOffset from = hub.Now.AddDays(1), to = hub.Now.AddDays(5);
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Stay, new() { Kind = "temporary", Area = "toender", From = from, To = to }));
        Assert.Equal(RegisterProblem.StayOverlaps, Do(CitizenAct.Stay, new() { Kind = "admitted", From = to.AddHours(-1), To = to.AddDays(1) }));
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Stay, new() { Kind = "admitted", From = to, To = to.AddDays(1) })); // one ends as the other begins
        Assert.Null(At(from.AddMinutes(-1), "foreign"));
        Assert.NotNull(At(from, "foreign")); // whoever answers there answers too
        Assert.NotNull(At(from, "nurse"));
        Assert.Equal(CitizenStanding.Former, At(to, "foreign")!.Standing);
        hub.Worker.Work(to - StoreTransaction.SayBefore - TimeSpan.FromMinutes(1));
        Assert.Empty(Ends(to - StoreTransaction.SayBefore));
        hub.Worker.Work(to - StoreTransaction.SayBefore);
        Place said = Assert.Single(Ends(to - StoreTransaction.SayBefore));
        Assert.Equal((Known, PlaceKind.Temporary, true), (said.Citizen, said.Kind, said.IsSaid));
        Assert.Single(Ends(to.AddDays(30))); // until somebody has
        hub.Now = to;
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Answer, new() { Place = said.Id }));
        Assert.Equal(RegisterProblem.StayUnknown, Do(CitizenAct.Answer, new() { Place = said.Id }));
        Assert.Empty(Ends(to));
    }

    [Fact]
    public void A_stay_that_is_cut_short_is_over_and_reminds_nobody()
    {
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Stay, new() { Kind = "temporary", Area = "toender", From = hub.Now.AddHours(-1), To = hub.Now.AddDays(9) }));
        long id = hub.Store.Read(read => read.PlacesOf(Known)).Single(place => place.Kind == PlaceKind.Temporary).Id;
        hub.Now = hub.Now.AddHours(1);
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Leave, new() { Place = id }));
        Assert.Equal(RegisterProblem.StayUnknown, Do(CitizenAct.Leave, new() { Place = id }));
        hub.Worker.Work(hub.Now.AddDays(20));
        Assert.Empty(Ends(hub.Now.AddDays(20)));
        Assert.Equal(CitizenStanding.Former, At(hub.Now, "foreign")!.Standing);
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Stay, new() { Kind = "temporary", Area = "toender", From = hub.Now, To = hub.Now.AddDays(1) }));
    }

    [Fact]
    public void Times_of_a_stay_are_refused_with_their_reason()
    {
        RegisterProblem Stay(DateTimeOffset? from, DateTimeOffset? to) => Do(CitizenAct.Stay, new() { Kind = "temporary", Area = "toender", From = from, To = to });
        Assert.Equal(RegisterProblem.TimeForm, Stay(null, hub.Now.AddDays(1)));
        Assert.Equal(RegisterProblem.TimeOrder, Stay(hub.Now, hub.Now));
        Assert.Equal(RegisterProblem.TimePast, Stay(hub.Now.AddDays(-2), hub.Now.AddDays(-1)));
        Assert.Equal(RegisterProblem.TimeLong, Stay(hub.Now, hub.Now.AddDays(93)));
        Assert.Equal(RegisterProblem.KindUnknown, Do(CitizenAct.Stay, new() { Kind = "home", Area = "toender", From = hub.Now, To = hub.Now.AddDays(1) }));
        Assert.Equal(RegisterProblem.AreaUnknown, Do(CitizenAct.Stay, new() { Kind = "temporary", Area = "atlantis", From = hub.Now, To = hub.Now.AddDays(1) }));
    }

    [Fact]
    public void Moving_moves_the_loan_too_and_those_who_answered_keep_what_was()
    {
        Assert.Equal(RegisterProblem.SameHome, Do(CitizenAct.Move, new() { Area = "aabenraa" }));
        hub.Now = hub.Now.AddHours(1);
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Move, new() { Area = "toender" }));
        Assert.Equal("toender", hub.Store.Read(read => read.AssignmentOf(1))!.Area);
        Assert.Equal(CitizenStanding.Former, At(hub.Now, "nurse")!.Standing);
        Assert.Equal(CitizenStanding.Present, At(hub.Now, "foreign")!.Standing);
    }

    [Fact]
    public void A_plan_is_followed_paused_and_resumed()
    {
        Assert.Equal(RegisterProblem.NoPlan, Do(CitizenAct.Pause, new() { Kind = "wish", From = hub.Now, To = hub.Now.AddDays(1) }));
        Assert.Equal(RegisterProblem.PlanUnknown, Do(CitizenAct.Plan, new() { Plan = "no-such 1" }));
        Plan plan = Follow();
        Assert.Equal(plan.Id, hub.Store.Read(read => read.PlansOf(1)).Single().Plan);
        Assert.Equal(RegisterProblem.NotPaused, Do(CitizenAct.Resume));
        Assert.Equal(RegisterProblem.KindUnknown, Do(CitizenAct.Pause, new() { Kind = "Not a word", From = hub.Now, To = hub.Now.AddDays(1) }));
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Pause, new() { Kind = "wish", From = hub.Now, To = hub.Now.AddDays(1) }));
        hub.Now = hub.Now.AddHours(1);
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Resume));
        PlanPause pause = Assert.Single(hub.Store.Read(read => read.PausesOf(1)));
        Assert.Equal((hub.Now, "nurse"), (pause.To, pause.Owner));
    }

    [Fact]
    public void Admitted_with_a_pause_asks_nothing_meanwhile()
    {
        Follow();
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Stay, new() { Kind = "admitted", From = hub.Now, To = hub.Now.AddDays(2), Pauses = true }));
        Assert.Equal("admitted", Assert.Single(hub.Store.Read(read => read.PausesOf(1))).Reason);
    }

    [Fact]
    public void No_line_of_the_audit_holds_a_number_or_a_name()
    {
        acts.Register(As("nurse"), Who("0201919990") with { Area = "aabenraa" }, CitizenActs.NewPseudonym());
        acts.Register(As("nurse"), Who() with { Area = "aabenraa" }, CitizenActs.NewPseudonym());
        Do(CitizenAct.Identity, Who() with { Name = "Nyt Navn" });
        string all = string.Join('\n', hub.Store.Read(read => read.AuditFrom(1, 1000)));
        Assert.All(new[] { Number, "251248", "0201919990", "Borger", "Navn", "Prøvevej", "00 00 00" }, secret => Assert.DoesNotContain(secret, all, StringComparison.Ordinal));
        Assert.Empty(AuditChain.Problems(hub.Store.Read(read => read.AuditFrom(1, 1000)), []));
    }

    private long Version => hub.Store.Read(read => read.CitizenRowOf(Known))?.Version ?? 0;

    private RegisterProblem Do(CitizenAct act, CitizenInput? input = null, string person = "nurse") => acts.Do(As(person), Known, act, Version, input ?? new CitizenInput()).Problem;

    private SeenCitizen? At(DateTimeOffset at, string person) => hub.Store.ReadAs(As(person) with { Now = at }, read => read.CitizenOf(Known));

    private IReadOnlyList<Place> Ends(DateTimeOffset at) => hub.Store.ReadAs(As("nurse") with { Now = at }, read => read.StaysThatEnd(9));

    private Viewer As(string person) => new(person, "s-1", "test", hub.Now);

    private void Person(string person, PersonRole role, string team) => hub.Store.Write(write =>
    {
        write.SaveAccount(new Account { Person = person, Initials = person.ToUpperInvariant(), Stamp = "1" });
        write.Give(person, new Grant(role, UnitKind.Team, team, DateTimeOffset.UnixEpoch, null), "test", hub.Now);
    });

    private Plan Follow()
    {
        Plan plan = hub.Data.Content.Plans.Values.OrderBy(one => one.Id, StringComparer.Ordinal).First();
        Assert.Equal(RegisterProblem.None, Do(CitizenAct.Plan, new() { Plan = $"{plan.Id} {plan.Version}" }));
        return plan;
    }

    /// <summary>Something of the citizen is on the kit: it has sent.</summary>
    private void Measured()
    {
        Item[] readings = [.. new TestHome(hub).Measure((Vitals.Readings.Vital.Pulse, 80)).Where(one => one.Lane == WireWord.ReadingLane).Select(one => one.Item)];
        Assert.Equal(IngestOutcome.Stored, hub.Take(new TestLane(WireWord.ReadingLane).Add(readings).PackAll()).Outcome);
    }

    private static CitizenInput Who(string number = Number) => new() { Number = number, Name = "Borger Et", Address = "Prøvevej 1", Telephone = "00 00 00 00", Relatives = [new Relative("Pårørende Et", "00 00 00 00", "ven")] };
}
