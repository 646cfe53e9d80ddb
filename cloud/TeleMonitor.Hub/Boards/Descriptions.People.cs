using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People.Citizens;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.Boards;

// people, the register, rights and the audit
public static partial class Descriptions
{
    private static readonly Taken Citizen = new("citizen", "Pseudonym.", 64), Why = new("why", "Reason, at least ten characters.", 500) { IsRequired = true };
    private static readonly Taken Version = new("version", "Version of the citizen that was seen.", 19) { IsNumber = true, IsRequired = true };
    private static readonly Taken From = new("from", "First day or moment.", 32), Until = new("to", "Last day, or moment at which it is over.", 32);
    private static readonly Taken[] Found = [new("q", "Personal number, birth date, words of a name, telephone or pseudonym; absent: all."), new("after", "The page begins after this pseudonym.", 64)];
    private static readonly Taken[] Identity =
    [
        new("number", "Personal number.", 16), new("name", "Full name.", People.Citizens.Identity.MostText), new("address", "Address.", People.Citizens.Identity.MostText), new("telephone", "Telephone.", 32),
        new("relative-name", "Who may be rung; several times.", People.Citizens.Identity.MostText), new("relative-telephone", "Their telephones, in the same order.", 32),
        new("relation", "What they are to the citizen, in the same order.", People.Citizens.Identity.MostText), new("area", "Municipality slug or postcode.", 64),
    ];

    private static Dictionary<string, Described> OfPeople => new(StringComparer.Ordinal)
    {
        ["GET /sign-in/workplace/{id}"] = new("Leads to the sign-in of a workplace.") { Query = [To, Language], Status = StatusCodes.Status303SeeOther },
        ["GET /sign-in/workplace/{id}/back"] = new("Where a workplace leads back to.")
        {
            Query = [new("code", "What the workplace exchanges for who it is.", 2048), new("state", "What it was led there with.", 256), new("error", "Why it refused.", 256), new("iss", "Who answers (RFC 9207).", 2048), Language],
            Status = StatusCodes.Status303SeeOther,
        },
        ["GET /people"] = new("Who may do what, as far as the viewer manages it.") { Query = [new("said", "What was just done.", 32), Language] },
        ["POST /people"] = new("Adds somebody.") { Form = [new("person", "Id.", 40) { IsRequired = true }, new("initials", "Initials, no name.", 8) { IsRequired = true }], Status = StatusCodes.Status303SeeOther },
        ["POST /people/{person}/give"] = new("Gives a role for a unit.")
        {
            Form = [new("role", "What they work as.", 32) { Words = [.. CaseWord.All<PersonRole>()], IsRequired = true }, new("unit", "hub, or authority:, team: or cluster: with one of the topology.", 64) { IsRequired = true }, From, Until],
            Status = StatusCodes.Status303SeeOther,
        },
        ["POST /people/{person}/invite"] = new("Makes a code to choose a password with, shown once.") { Form = [] },
        ["POST /people/{person}/end"] = new("Ends an account and every role of it.") { Form = [], Status = StatusCodes.Status303SeeOther },
        ["POST /people/grants/{id:long}/end"] = new("Ends a role.") { Form = [], Status = StatusCodes.Status303SeeOther },
        ["POST /people/broken/{id:long}/seen"] = new("Says that a coordinator has seen a break-glass opening.") { Form = [], Status = StatusCodes.Status303SeeOther },
        ["GET /break-glass"] = new("The page to open a citizen out of scope.") { Query = [Language] },
        ["POST /break-glass"] = new("Opens a citizen out of scope for an hour; the coordinators are told.")
            { Form = [new("who", "Pseudonym, or number of a case.", 64) { IsRequired = true }, Why], Status = StatusCodes.Status303SeeOther },
        ["GET /audit"] = new("Who saw or did what, the newest first.")
        {
            Query =
            [
                new("who", "Id of a person or a token, or hub.", 40), Citizen, From, Until, new("outcome", "How it ended.", 16) { Words = [.. CaseWord.All<AuditOutcome>()] },
                new("before", "The page begins before this line.", 19) { IsNumber = true }, Language,
            ],
        },
        ["GET /citizens/{citizen}/looked"] = new("Who has looked at a citizen's data, without names.") { Path = [Citizen], Query = [Language] },
        ["GET /citizens/{citizen}/looked.csv"] = new("The same as a file.") { Path = [Citizen], Query = [Language], Media = "text/csv" },
        ["GET /citizens"] = new("Citizens of the viewer's units, by initials and birth date.") { Query = [Found[1], Language] },
        ["POST /citizens/search"] = new("The same by what is typed, which stands in no address.") { Query = [Language], Form = Found },
        ["GET /citizens/new"] = new("The page to register somebody.") { Query = [Language] },
        ["POST /citizens"] = new("Registers somebody.")
            { Form = [.. Identity, new("kind", "monitoring where they agree to that at once.", 16) { Words = [CaseWord.Of(ConsentKind.Monitoring)] }], Status = StatusCodes.Status303SeeOther },
        ["GET /citizens/{citizen}"] = new("One citizen of the register; name, number and relatives only when they are asked for.") { Path = [Citizen], Query = [new("done", "What was just done.", 32), Language] },
        ["POST /citizens/{citizen}/{act}"] = new("Changes the register of a citizen, or shows who they are.")
        {
            Path = [Citizen, new("act", "What the person does.", 16) { Words = [.. CaseWord.All<CitizenAct>(), CitizenPages.Reveal] }], Status = StatusCodes.Status303SeeOther,
            Form =
            [
                Version, .. Identity, new("kind", "A consent, a place, a reason: its word.", 32), new("place", "Number of a stay.", 19) { IsNumber = true }, new("kit", "Number of a kit.", 64),
                new("plan", "A plan and its version.", 128), new("pauses", "With a stay in hospital: nothing is asked meanwhile.", 3) { Words = ["yes"] }, From, Until,
            ],
        },
        ["GET /api/v1/citizens"] = new("Citizens of the viewer's units, by pseudonym.") { Query = Found, Gives = CitizenJson.Default.CitizensShape },
        ["GET /api/v1/citizens/{citizen}"] = new("One citizen of the register, without name and number; its version is the ETag.") { Path = [Citizen], Gives = CitizenJson.Default.CitizenDetailShape },
        ["GET /citizens/{citizen}/rights"] = new("What a citizen may ask for.") { Path = [Citizen], Query = [new("said", "What was just done.", 32), Language] },
        ["GET /citizens/{citizen}/export.json"] = new("Everything about a citizen.") { Path = [Citizen], Media = "application/json" },
        ["GET /citizens/{citizen}/export.html"] = new("The same to be read.") { Path = [Citizen] },
        ["POST /citizens/{citizen}/restrict"] = new("Lets a citizen's data only be kept.") { Path = [Citizen], Form = [Why], Status = StatusCodes.Status303SeeOther },
        ["POST /citizens/{citizen}/lift"] = new("Lets it be used again.") { Path = [Citizen], Form = [Why], Status = StatusCodes.Status303SeeOther },
        ["POST /citizens/{citizen}/delete"] = new("Deletes everything about a citizen.") { Path = [Citizen], Form = [Why], Status = StatusCodes.Status303SeeOther },
    };
}
