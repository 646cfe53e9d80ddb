using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.People.Citizens;

/// <summary>Why something was not done to the register. The words, in kebab case, name the sentences that say it.</summary>
public enum RegisterProblem : byte
{
    /// <summary>It was done.</summary>
    None,
    /// <summary>There is no such citizen, or it is not the viewer's: the two are told apart by nobody.</summary>
    NoCitizen,
    /// <summary>The viewer's role does not change this citizen.</summary>
    NotYours,
    /// <summary>A token cannot do it: a person stands behind every act.</summary>
    NoPerson,
    /// <summary>Somebody else has changed the citizen since.</summary>
    Stale,
    /// <summary>Nobody has written down who the citizen is; that comes first.</summary>
    NoIdentity,
    /// <summary>No personal number was typed.</summary>
    NumberEmpty,
    /// <summary>It has not ten characters.</summary>
    NumberLength,
    /// <summary>It is neither ten digits nor a replacement number.</summary>
    NumberForm,
    /// <summary>Its first six digits are no date.</summary>
    NumberDate,
    /// <summary>Another citizen has it.</summary>
    NumberTaken,
    /// <summary>No name was typed.</summary>
    NameMissing,
    /// <summary>A field is longer than it may be.</summary>
    TextTooLong,
    /// <summary>A telephone number is no telephone number.</summary>
    TelephoneForm,
    /// <summary>A relative has no name, or there are too many.</summary>
    RelativeForm,
    /// <summary>The topology knows no such place.</summary>
    AreaUnknown,
    /// <summary>None of the viewer's units answers there.</summary>
    AreaNotYours,
    /// <summary>The kind is none that there is.</summary>
    KindUnknown,
    /// <summary>The citizen has agreed to it already.</summary>
    ConsentGiven,
    /// <summary>The citizen has not agreed to it.</summary>
    ConsentNotGiven,
    /// <summary>Without consent to monitoring no kit is lent.</summary>
    ConsentNeeded,
    /// <summary>A time is missing or no time.</summary>
    TimeForm,
    /// <summary>The end must come after the beginning.</summary>
    TimeOrder,
    /// <summary>It would be over already.</summary>
    TimePast,
    /// <summary>It would last longer than it may.</summary>
    TimeLong,
    /// <summary>The citizen is somewhere else for a while then.</summary>
    StayOverlaps,
    /// <summary>There is no such stay, or it is over.</summary>
    StayUnknown,
    /// <summary>The citizen lives there already.</summary>
    SameHome,
    /// <summary>The kit is not free, or has not said that it is wiped.</summary>
    KitNotFree,
    /// <summary>The citizen has a kit; that loan ends first.</summary>
    HasKit,
    /// <summary>The citizen has no kit.</summary>
    NoKit,
    /// <summary>There is no such plan in that version.</summary>
    PlanUnknown,
    /// <summary>Another plan begins at that time.</summary>
    PlanTaken,
    /// <summary>The citizen follows no plan.</summary>
    NoPlan,
    /// <summary>The plan is not paused now.</summary>
    NotPaused,
    /// <summary>Monitoring of the citizen has ended.</summary>
    Ended,
    /// <summary>It has not ended.</summary>
    NotEnded,
}

/// <summary>What is known of a citizen when somebody acts.</summary>
/// <param name="Row">What the register holds; null where nobody has written down who it is.</param>
/// <param name="Places">Where they were, are and will be.</param>
/// <param name="Consents">What they have agreed to.</param>
/// <param name="Loans">Their kits.</param>
public sealed record CitizenFacts(CitizenRow? Row, IReadOnlyList<Place> Places, IReadOnlyList<Consent> Consents, IReadOnlyList<Assignment> Loans)
{
    /// <summary>True while the citizen agrees to it.</summary>
    public bool Agrees(ConsentKind kind) => Consents.Any(consent => consent.Kind == kind && consent.WithdrawnAt is null);

    /// <summary>The loan that runs, the latest where there are several; null without one.</summary>
    public Assignment? OpenLoan(DateTimeOffset now) => Loans.LastOrDefault(loan => loan.To is null || loan.To > now);

    /// <summary>Where they live now; null where nobody has said.</summary>
    public Place? Home(DateTimeOffset now) => Places.LastOrDefault(place => place.Kind == PlaceKind.Home && place.HoldsAt(now));
}

/// <summary>What may be done to the register, and why not. Pure.</summary>
public static class RegisterRules
{
    /// <summary>Nobody is somewhere "for a while" for longer: they live there. As the longest planned absence.</summary>
    public static readonly TimeSpan LongestStay = Vitals.Plans.PlanPause.Longest;

    /// <summary>An identity from what was typed.</summary>
    public static (Identity? Identity, RegisterProblem Problem) Identity(string number, string name, string address, string telephone, IReadOnlyList<Relative> relatives)
    {
        PersonalIdReading read = PersonalId.Read(number);
        RegisterProblem problem = read.Problem switch
        {
            PersonalIdProblem.Empty => RegisterProblem.NumberEmpty,
            PersonalIdProblem.Length => RegisterProblem.NumberLength,
            PersonalIdProblem.Form => RegisterProblem.NumberForm,
            PersonalIdProblem.Date => RegisterProblem.NumberDate,
            _ => Texts(name, address, telephone, relatives),
        };
        return problem != RegisterProblem.None ? (null, problem)
            : (new Identity(read.Id!, name.Trim(), address.Trim(), telephone.Trim(), [.. relatives.Select(one => new Relative(one.Name.Trim(), one.Telephone.Trim(), one.Relation.Trim()))]), problem);
    }

    /// <summary>True where a topology knows a municipality or a postcode.</summary>
    public static bool IsArea(Topology topology, string area) => topology.Municipalities.Any(one => one.Slug == area) || topology.Postcodes.Any(one => one.Code == area);

    /// <summary>Another home.</summary>
    public static RegisterProblem Move(CitizenFacts facts, Topology topology, string area, DateTimeOffset now) =>
        !IsArea(topology, area) ? RegisterProblem.AreaUnknown : facts.Home(now)?.Area == area ? RegisterProblem.SameHome : RegisterProblem.None;

    /// <summary>A stay somewhere else, or in hospital.</summary>
    public static RegisterProblem Stay(CitizenFacts facts, Topology topology, PlaceKind kind, string area, DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset now) => (from, to) switch
    {
        _ when kind == PlaceKind.Home => RegisterProblem.KindUnknown,
        _ when !IsArea(topology, area) => RegisterProblem.AreaUnknown,
        ({ } begins, { } ends) => ends <= begins ? RegisterProblem.TimeOrder : ends <= now ? RegisterProblem.TimePast : ends - begins > LongestStay ? RegisterProblem.TimeLong
            : facts.Places.Any(place => place.Kind != PlaceKind.Home && place.From < ends && begins < place.To) ? RegisterProblem.StayOverlaps : RegisterProblem.None,
        _ => RegisterProblem.TimeForm,
    };

    /// <summary>A kit for a citizen.</summary>
    /// <param name="facts">What is known.</param>
    /// <param name="isFree">True when nobody has the kit and it has said that it is wiped.</param>
    /// <param name="now">Hub time.</param>
    public static RegisterProblem Lend(CitizenFacts facts, bool isFree, DateTimeOffset now) =>
        facts.Row?.EndedAt is not null ? RegisterProblem.Ended
        : !facts.Agrees(ConsentKind.Monitoring) ? RegisterProblem.ConsentNeeded
        : facts.OpenLoan(now) is not null ? RegisterProblem.HasKit
        : facts.Home(now) is null ? RegisterProblem.AreaUnknown
        : isFree ? RegisterProblem.None : RegisterProblem.KitNotFree;

    private static RegisterProblem Texts(string name, string address, string telephone, IReadOnlyList<Relative> relatives)
    {
        IEnumerable<string> all = [name, address, telephone, .. relatives.SelectMany(one => new[] { one.Name, one.Telephone, one.Relation })];
        return all.Any(text => text.Length > Citizens.Identity.MostText || text.Any(char.IsControl)) ? RegisterProblem.TextTooLong
            : Citizens.Identity.WordsOf(name).Count == 0 ? RegisterProblem.NameMissing
            : !IsTelephone(telephone) || !relatives.All(one => IsTelephone(one.Telephone)) ? RegisterProblem.TelephoneForm
            : relatives.Count > Citizens.Identity.MostRelatives || relatives.Any(one => string.IsNullOrWhiteSpace(one.Name)) ? RegisterProblem.RelativeForm : RegisterProblem.None;
    }

    /// <summary>Empty, or digits with a plus before and spaces between: what can be dialled. At most 15 digits [S: ITU-T E.164].</summary>
    private static bool IsTelephone(string telephone)
    {
        string text = telephone.Trim();
        return text.Length == 0 || (text.TrimStart('+').All(letter => char.IsAsciiDigit(letter) || letter == ' ') && text.Count(char.IsAsciiDigit) is >= 3 and <= 15 && text.LastIndexOf('+') <= 0);
    }
}
