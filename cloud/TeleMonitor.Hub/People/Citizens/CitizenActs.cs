using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Hub.People.Citizens;

/// <summary>What can be done to a citizen of the register.</summary>
public enum CitizenAct : byte
{
    /// <summary>Write down anew who they are.</summary>
    Identity,
    /// <summary>They agree to something.</summary>
    Consent,
    /// <summary>They no longer do.</summary>
    Withdraw,
    /// <summary>They live somewhere else.</summary>
    Move,
    /// <summary>They are somewhere for a while, or in hospital.</summary>
    Stay,
    /// <summary>A stay ends early.</summary>
    Leave,
    /// <summary>Somebody has seen to it that a stay ends.</summary>
    Answer,
    /// <summary>They get a kit.</summary>
    Lend,
    /// <summary>They give it back; monitoring goes on.</summary>
    Return,
    /// <summary>They follow a plan.</summary>
    Plan,
    /// <summary>Nothing is asked of them for a while.</summary>
    Pause,
    /// <summary>It is asked again.</summary>
    Resume,
    /// <summary>Monitoring ends.</summary>
    End,
    /// <summary>It begins again.</summary>
    Again,
}

/// <summary>What a person filled in; of each act only what it needs.</summary>
public sealed record CitizenInput
{
    /// <summary>Personal number.</summary>
    public string Number { get; init; } = "";
    /// <summary>Full name.</summary>
    public string Name { get; init; } = "";
    /// <summary>Address.</summary>
    public string Address { get; init; } = "";
    /// <summary>Telephone.</summary>
    public string Telephone { get; init; } = "";
    /// <summary>Who may be rung.</summary>
    public IReadOnlyList<Relative> Relatives { get; init; } = [];
    /// <summary>A consent, a place, a reason to end or to pause: its word.</summary>
    public string Kind { get; init; } = "";
    /// <summary>Municipality slug or postcode.</summary>
    public string Area { get; init; } = "";
    /// <summary>From when.</summary>
    public DateTimeOffset? From { get; init; }
    /// <summary>Until when.</summary>
    public DateTimeOffset? To { get; init; }
    /// <summary>Number of a stay.</summary>
    public long Place { get; init; }
    /// <summary>Number of a kit.</summary>
    public string Kit { get; init; } = "";
    /// <summary>A plan and its version with a space between.</summary>
    public string Plan { get; init; } = "";
    /// <summary>With a stay in hospital: nothing is asked meanwhile.</summary>
    public bool Pauses { get; init; }

    /// <summary>Nothing of what was typed.</summary>
    public override string ToString() => "what was typed";
}

/// <summary>What became of an act.</summary>
/// <param name="Problem">Why it was not done.</param>
/// <param name="Citizen">Whom it was about; empty where nobody.</param>
/// <param name="Version">The citizen's version as it now is.</param>
public sealed record CitizenAnswer(RegisterProblem Problem, string Citizen, long Version);

/// <summary>Carries out what a person did to the register, each in one transaction with its line of the audit.</summary>
/// <param name="store">Store.</param>
/// <param name="data">Topology and plans.</param>
/// <param name="keys">Closes identities.</param>
public sealed class CitizenActs(HubStore store, HubData data, IdentityKeys keys)
{
    /// <summary>A new citizen, who lives where one of the viewer's units answers.</summary>
    /// <param name="viewer">Who registers.</param>
    /// <param name="input">Identity and area; kind is <c>monitoring</c> where the citizen agrees to that at once.</param>
    /// <param name="pseudonym">A pseudonym that nobody has, as <see cref="NewPseudonym"/> makes it.</param>
    public CitizenAnswer Register(Viewer viewer, CitizenInput input, string pseudonym) => store.WriteAs(viewer, (view, write) =>
    {
        (Identity? identity, RegisterProblem problem) = RegisterRules.Identity(input.Number, input.Name, input.Address, input.Telephone, input.Relatives);
        problem = problem != RegisterProblem.None ? problem
            : write.AccountOf(viewer.Person) is null ? RegisterProblem.NoPerson
            : !RegisterRules.IsArea(data.Topology, input.Area) ? RegisterProblem.AreaUnknown
            : !view.MayRegisterFor(ResponsibilityRules.Of(data.Topology, [new Stay(input.Area, viewer.Now, null)])) ? RegisterProblem.AreaNotYours : RegisterProblem.None;
        if (problem == RegisterProblem.None && write.SaveIdentity(pseudonym, keys.Close(identity!), viewer.Person, viewer.Now) is { } taken)
        {
            view.Did(taken, "register", AuditOutcome.Denied);
            return new CitizenAnswer(RegisterProblem.NumberTaken, "", 0);
        }
        if (problem != RegisterProblem.None)
        {
            view.Did("", "register", AuditOutcome.Denied);
            return new CitizenAnswer(problem, "", 0);
        }
        write.MoveHome(pseudonym, input.Area, viewer.Now);
        write.Answer(data.Topology, pseudonym);
        if (input.Kind == CaseWord.Of(ConsentKind.Monitoring))
        {
            write.GiveConsent(pseudonym, ConsentKind.Monitoring, viewer.Person, viewer.Now);
        }
        view.Did(pseudonym, "register", AuditOutcome.Done);
        return new CitizenAnswer(RegisterProblem.None, pseudonym, 1);
    });

    /// <summary>Does something to a citizen whom the viewer answers for.</summary>
    /// <param name="viewer">Who acts.</param>
    /// <param name="citizen">Whom.</param>
    /// <param name="act">What.</param>
    /// <param name="seen">Version that the person saw; 0 where nobody has written down who the citizen is.</param>
    /// <param name="input">What they filled in.</param>
    public CitizenAnswer Do(Viewer viewer, string citizen, CitizenAct act, long seen, CitizenInput input) => store.WriteAs(viewer, (view, write) =>
    {
        if (view.CitizenOf(citizen) is not { } one)
        {
            return new CitizenAnswer(RegisterProblem.NoCitizen, "", 0);
        }
        long version = one.Row?.Version ?? 0;
        var facts = new CitizenFacts(one.Row, write.PlacesOf(citizen), write.ConsentsOf(citizen), write.AssignmentsOfCitizen(citizen));
        RegisterProblem problem = !view.MayChange(citizen) ? RegisterProblem.NotYours
            : write.AccountOf(viewer.Person) is null ? RegisterProblem.NoPerson
            : seen != version ? RegisterProblem.Stale
            : one.Row is null && act != CitizenAct.Identity ? RegisterProblem.NoIdentity
            : Step(write, viewer, citizen, facts, act, input);
        view.Did(citizen, CaseWord.Of(act), problem == RegisterProblem.None ? AuditOutcome.Done : AuditOutcome.Denied);
        if (problem == RegisterProblem.None && act != CitizenAct.Identity)
        {
            write.CountAct(citizen);
        }
        return new CitizenAnswer(problem, citizen, problem == RegisterProblem.None ? version + 1 : version);
    });

    /// <summary>A pseudonym that says nothing of anybody: 64 random bits.</summary>
    public static string NewPseudonym() => $"c-{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8))}";

    private RegisterProblem Step(StoreTransaction write, Viewer viewer, string citizen, CitizenFacts facts, CitizenAct act, CitizenInput input) => act switch
    {
        CitizenAct.Identity => Change(write, viewer, citizen, input),
        CitizenAct.Consent => !CaseWord.TryRead(input.Kind, out ConsentKind kind) ? RegisterProblem.KindUnknown
            : write.GiveConsent(citizen, kind, viewer.Person, viewer.Now) ? RegisterProblem.None : RegisterProblem.ConsentGiven,
        CitizenAct.Withdraw => !CaseWord.TryRead(input.Kind, out ConsentKind kind) ? RegisterProblem.KindUnknown
            : write.WithdrawConsent(citizen, kind, viewer.Person, viewer.Now) ? RegisterProblem.None : RegisterProblem.ConsentNotGiven,
        CitizenAct.Move => Move(write, viewer, citizen, facts, input),
        CitizenAct.Stay => Stay(write, viewer, citizen, facts, input),
        CitizenAct.Leave => Answered(write, citizen, write.EndStay(citizen, input.Place, viewer.Person, viewer.Now)),
        CitizenAct.Answer => Answered(write, citizen, write.AnswerStay(citizen, input.Place, viewer.Person, viewer.Now)),
        CitizenAct.Lend => Lend(write, viewer, citizen, facts, input),
        CitizenAct.Return when facts.OpenLoan(viewer.Now) is { } loan => Over(() => write.EndLoanBy(loan, viewer.Person, viewer.Now)),
        CitizenAct.Plan or CitizenAct.Pause or CitizenAct.Resume when facts.OpenLoan(viewer.Now) is { } loan => Course(write, viewer, loan, act, input),
        CitizenAct.Return or CitizenAct.Plan or CitizenAct.Pause or CitizenAct.Resume => RegisterProblem.NoKit,
        CitizenAct.End => End(write, viewer, citizen, facts, input),
        CitizenAct.Again => facts.Row!.EndedAt is null ? RegisterProblem.NotEnded : Over(() => write.BeginMonitoring(citizen)),
        _ => throw new ArgumentOutOfRangeException(nameof(act), act, "no act"),
    };

    private RegisterProblem Change(StoreTransaction write, Viewer viewer, string citizen, CitizenInput input)
    {
        (Identity? identity, RegisterProblem problem) = RegisterRules.Identity(input.Number, input.Name, input.Address, input.Telephone, input.Relatives);
        return problem != RegisterProblem.None ? problem
            : write.SaveIdentity(citizen, keys.Close(identity!), viewer.Person, viewer.Now) is null ? RegisterProblem.None : RegisterProblem.NumberTaken;
    }

    private RegisterProblem Move(StoreTransaction write, Viewer viewer, string citizen, CitizenFacts facts, CitizenInput input)
    {
        RegisterProblem problem = RegisterRules.Move(facts, data.Topology, input.Area, viewer.Now);
        return problem != RegisterProblem.None ? problem : Over(() =>
        {
            write.MoveHome(citizen, input.Area, viewer.Now);
            write.MoveLoans(citizen, input.Area, viewer.Now);
            write.Answer(data.Topology, citizen);
        });
    }

    private RegisterProblem Stay(StoreTransaction write, Viewer viewer, string citizen, CitizenFacts facts, CitizenInput input)
    {
        if (!CaseWord.TryRead(input.Kind, out PlaceKind kind))
        {
            return RegisterProblem.KindUnknown;
        }
        string area = kind == PlaceKind.Admitted ? facts.Home(viewer.Now)?.Area ?? "" : input.Area; // whichever hospital: those at home still answer
        RegisterProblem problem = RegisterRules.Stay(facts, data.Topology, kind, area, input.From, input.To, viewer.Now);
        return problem != RegisterProblem.None ? problem : Over(() =>
        {
            write.StayAt(citizen, kind, area, input.From!.Value, input.To!.Value);
            write.Answer(data.Topology, citizen);
            if (kind == PlaceKind.Admitted && input.Pauses && facts.OpenLoan(viewer.Now) is { } loan)
            {
                Pause(write, viewer, loan, new PlanPause(input.From!.Value, input.To!.Value, CaseWord.Of(kind), viewer.Person));
            }
        });
    }

    private RegisterProblem Lend(StoreTransaction write, Viewer viewer, string citizen, CitizenFacts facts, CitizenInput input)
    {
        Kit? kit = write.FreeKits(viewer.Now).FirstOrDefault(free => free.Number == input.Kit);
        RegisterProblem problem = RegisterRules.Lend(facts, kit is not null, viewer.Now);
        return problem != RegisterProblem.None ? problem : Over(() =>
        {
            write.RegisterAssignment(new Assignment(write.NextAssignment(), kit!.Gateway, citizen, facts.Home(viewer.Now)!.Area, viewer.Now, null, false));
            write.LookAtProfile(kit.Gateway);
        });
    }

    private RegisterProblem Course(StoreTransaction write, Viewer viewer, Assignment loan, CitizenAct act, CitizenInput input)
    {
        if (act == CitizenAct.Plan)
        {
            return Follow(write, viewer, loan, input);
        }
        if (!write.PlansOf(loan.Number).Any(plan => plan.To is null || plan.To > viewer.Now))
        {
            return RegisterProblem.NoPlan;
        }
        if (act == CitizenAct.Resume)
        {
            return write.PausesOf(loan.Number).LastOrDefault(pause => pause.Holds(viewer.Now) && pause.From < viewer.Now) is not { } running ? RegisterProblem.NotPaused
                : Over(() => Pause(write, viewer, loan, running with { To = viewer.Now }));
        }
        if (input is not { From: { } from, To: { } to })
        {
            return RegisterProblem.TimeForm;
        }
        var pause = new PlanPause(from, to, input.Kind, viewer.Person);
        return to <= from ? RegisterProblem.TimeOrder : to <= viewer.Now ? RegisterProblem.TimePast : to - from > PlanPause.Longest ? RegisterProblem.TimeLong
            : pause.Problem.Length > 0 ? RegisterProblem.KindUnknown : Over(() => Pause(write, viewer, loan, pause));
    }

    private RegisterProblem Follow(StoreTransaction write, Viewer viewer, Assignment loan, CitizenInput input)
    {
        string[] named = input.Plan.Split(' ');
        DateTimeOffset from = input.From ?? viewer.Now;
        if (named.Length != 2 || data.Content.Plans.GetValueOrDefault(named[0])?.Version != named[1])
        {
            return RegisterProblem.PlanUnknown;
        }
        if (from < loan.From)
        {
            return RegisterProblem.TimeOrder;
        }
        var entry = new RegisterFile.AssignmentEntry(loan.Number, loan.Citizen, loan.Area, loan.From, null, false, new RegisterFile.PlanEntry(named[0], named[1], from, data.Topology.Zone.Id));
        return RegisterFile.PlanRefusals(write, entry, data.Content).Any() ? RegisterProblem.PlanTaken : Over(() =>
        {
            RegisterFile.RegisterPlan(write, entry, viewer.Now);
            write.LookAtProfile(loan.Gateway);
        });
    }

    private static RegisterProblem End(StoreTransaction write, Viewer viewer, string citizen, CitizenFacts facts, CitizenInput input)
    {
        if (facts.Row!.EndedAt is not null || !CaseWord.TryRead(input.Kind, out EndReason reason))
        {
            return facts.Row.EndedAt is not null ? RegisterProblem.Ended : RegisterProblem.KindUnknown;
        }
        // every loan and plan; open cases stay open until a person has closed them, and what the citizen agreed to stays what it was
        foreach (Assignment loan in facts.Loans.Where(loan => loan.To is null || loan.To > viewer.Now))
        {
            write.EndLoanBy(loan, viewer.Person, viewer.Now);
        }
        write.EndMonitoring(citizen, reason, viewer.Now);
        return RegisterProblem.None;
    }

    private static void Pause(StoreTransaction write, Viewer viewer, Assignment loan, PlanPause pause)
    {
        write.RegisterPause(loan.Number, pause);
        write.LookAtPlan(loan.Number, viewer.Now);
        write.LookAtProfile(loan.Gateway);
    }

    private RegisterProblem Answered(StoreTransaction write, string citizen, bool found)
    {
        write.Answer(data.Topology, citizen);
        return found ? RegisterProblem.None : RegisterProblem.StayUnknown;
    }

    private static RegisterProblem Over(Action done)
    {
        done();
        return RegisterProblem.None;
    }
}
