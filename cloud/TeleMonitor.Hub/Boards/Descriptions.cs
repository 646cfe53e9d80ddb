using TeleMonitor.Care.Cases;

namespace TeleMonitor.Hub.Boards;

/// <summary>One row for each endpoint, by method and route. An endpoint without a row is in the document by its route alone, and fails a test.</summary>
public static partial class Descriptions
{
    private static readonly Taken Language = new("lang", "Language of the answer; else the browser's.", 2) { Words = ["da", "en"] };
    private static readonly Taken Team = new("team", "Id of a team; absent: all of the viewer's.", 64);
    private static readonly Taken Cluster = new("cluster", "Slug of a cluster; absent: all of the viewer's.", 64);
    private static readonly Taken Act = new("act", "What the person does.", 16) { Words = [.. CaseWord.All<Act>()] };
    private static readonly Taken Text = new("text", "Assessment, note or reason; compulsory for note and close.", Acts.MostText);
    private static readonly Taken To = new("to", "Address of this hub to go to afterwards.", 2048);
    private static readonly Taken[] Worklist =
    [
        new("team", "Id of a team, or all.", 64), new("show", "Which cases.", 16) { Words = [.. CaseWord.All<BoardFilter>()] }, new("case", "Number of the opened case.", 19) { IsNumber = true },
        new("done", "What was just done, for the sentence about it.", 64), Language,
    ];

    // made when it is first asked for: what the rows name stands in two files, of which either may be made ready first
    private static readonly Lazy<Dictionary<string, Described>> All = new(() => new Dictionary<string, Described>(OfBoards.Concat(OfPeople), StringComparer.Ordinal));

    /// <summary>The rows.</summary>
    public static IReadOnlyDictionary<string, Described> Rows => All.Value;

    private static Dictionary<string, Described> OfBoards => new(StringComparer.Ordinal)
    {
        ["GET /"] = new("The worklist; whoever has none is led to support.") { Query = Worklist },
        ["POST /cases/{id:long}/{act}"] = new("Does something to a case, from the page's form.")
        {
            Path = [Act], Query = Worklist, Form = [new("version", "Version of the case that was seen.", 19) { IsNumber = true, IsRequired = true }, Text], Status = StatusCodes.Status303SeeOther,
        },
        ["POST /tests/{id:long}/acknowledge"] = new("Acknowledges the team's daily TEST, from the page's form.") { Query = Worklist, Form = [], Status = StatusCodes.Status303SeeOther },
        ["GET /events"] = new("Tells that something changed which the viewer may see. Events joined, changed, alive; the data is a mark of the state, not a count.")
            { Query = [new("team", "Team or support whose board this is; one that the viewer does not work for is left out.", 64)], Media = "text/event-stream" },
        ["GET /support"] = new("Gateways and the hub's own parts.") { Query = [Cluster, Language] },
        ["GET /sign-in"] = new("The page to sign in.") { Query = [new("said", "What was just done.", 32), To, Language] },
        ["POST /sign-in"] = new("Signs in; the answer sets the session's cookie.")
        {
            Query = [Language], Status = StatusCodes.Status303SeeOther,
            Form = [new("user", "Id.") { IsRequired = true }, new("password", "Password.") { IsRequired = true }, new("code", "Six digits of the authenticator."), To],
        },
        ["POST /sign-out"] = new("Ends the session.") { Form = [], Status = StatusCodes.Status303SeeOther },
        ["GET /session"] = new("Says whether the session holds, without using it.") { Status = StatusCodes.Status204NoContent },
        ["POST /session"] = new("Says that the session is used.") { Status = StatusCodes.Status204NoContent },
        ["GET /join"] = new("The page of an invitation.") { Query = [Language] },
        ["POST /join"] = new("Chooses password and authenticator by an invitation.")
        {
            Query = [Language], Status = StatusCodes.Status303SeeOther,
            Form =
            [
                new("invitation", "Code of the invitation.") { IsRequired = true }, new("password", "The new password.") { IsRequired = true }, new("key", "The page's closed key.", 2048) { IsRequired = true },
                new("digits", "Six digits of the authenticator."), new("later", "Without an authenticator, where that is allowed.", 3) { Words = ["yes"] },
            ],
        },
        ["GET /api/v1/openapi.json"] = new("This document.") { Media = "application/json" },
        ["GET /api/v1/cases"] = new("Cases, in the order of the worklist.")
            { Query = [Team, new("state", "Which; absent: open.", 8) { Words = ["open", "closed"] }], Gives = BoardJson.Default.CasesShape },
        ["GET /api/v1/cases/{id:long}"] = new("One case with its history; its version is the ETag.") { Gives = BoardJson.Default.CaseDetailShape },
        ["POST /api/v1/cases/{id:long}/{act}"] = new("Does something to a case, as the person who has signed in.")
            { Path = [Act], IsMatched = true, Body = BoardJson.Default.ActShape, Gives = BoardJson.Default.CaseShape },
        ["GET /api/v1/unknown"] = new("Citizens who are Unknown for want of data while no case of it is open.") { Query = [Team], Gives = BoardJson.Default.UnknownsShape },
        ["GET /api/v1/findings"] = new("What was found about the viewer's kits and the hub's own parts, latest first.") { Gives = BoardJson.Default.FindingsShape },
        ["POST /api/v1/tests/{id:long}/acknowledge"] = new("Acknowledges the team's daily TEST, as the person who has signed in.") { Gives = BoardJson.Default.TestShape },
        ["GET /api/v1/gateways"] = new("Gateways by kit number.") { Query = [Cluster], Gives = SupportJson.Default.GatewaysShape },
        ["GET /healthz"] = new("Whether the hub works.") { Media = "text/plain" },
        ["GET /readyz"] = new("Whether the hub works and a broker is connected.") { Media = "text/plain" },
        ["GET /metrics"] = new("What the hub counts about itself.") { Media = "text/plain" },
    };
}
