namespace TeleMonitor.Care.Cases;

/// <summary>What a case is about. A citizen has at most one open case of each kind.</summary>
public enum CaseKind : byte
{
    /// <summary>Readings, answers or scores of the citizen.</summary>
    Clinical,
    /// <summary>An alert arrived that could not be read: somebody must call the citizen (design.md rule 7).</summary>
    UnreadableAlert,
    /// <summary>A Red that only tests the path. In the place of a citizen stands the authority: at most one is open for each. Never shown to a nurse.</summary>
    SelfTest,
    /// <summary>The citizen has pressed the help button: always Red, whatever was measured.</summary>
    Help,
    /// <summary>Nothing came that the citizen's plan asks for, and by the plan somebody must look: triage Unknown.</summary>
    MissingData,
}

/// <summary>Where a case stands. Escalated is a fact (rung, overdue), not a state.</summary>
public enum CaseState : byte
{
    /// <summary>Somebody must take it: the ladder runs. With an owner it was taken once and has opened again.</summary>
    Open,
    /// <summary>It has an owner who must assess it by <see cref="CareCase.RespondBy"/>; the ladder stands.</summary>
    Taken,
    /// <summary>A person closed it; nothing more is due.</summary>
    Closed,
}

/// <summary>What has happened because the owner's respond-by passed.</summary>
public enum Overdue : byte
{
    /// <summary>It has not passed, or there is none.</summary>
    No,
    /// <summary>The owner was paged; the ladder opens for all at <see cref="CareCase.OpensForAllAt"/>.</summary>
    OwnerPaged,
    /// <summary>The ladder is open for all; anybody may take the case.</summary>
    OpenForAll,
}

/// <summary>Who judged.</summary>
public enum AlertOrigin : byte
{
    /// <summary>The gateway sent the alert.</summary>
    Gateway,
    /// <summary>The hub's own result was more severe, or the gateway sent none (design.md rule 8).</summary>
    Hub,
}

/// <summary>How it stands with the second measurement that a Red waits for (design.md section 8).</summary>
public enum Confirming : byte
{
    /// <summary>None is asked for.</summary>
    None,
    /// <summary>It is awaited: Yellow until it comes or its time is over.</summary>
    Awaited,
    /// <summary>It came and is Red too.</summary>
    Confirmed,
    /// <summary>It came and is not Red: Yellow, with both values.</summary>
    NotConfirmed,
    /// <summary>It did not come in time: Red, unconfirmed.</summary>
    Unanswered,
}

/// <summary>What one step did and why. Goes into the case event, the log, the metric and the test.</summary>
public enum CaseChange : byte
{
    /// <summary>A new case; the first rung is called.</summary>
    Opened,
    /// <summary>An alert joined a taken case: no higher triage and no reason that was not there when taken.</summary>
    JoinedUnchanged,
    /// <summary>An alert joined a case whose ladder already runs, and is not more severe.</summary>
    JoinedUntaken,
    /// <summary>A more severe alert joined a case whose ladder already runs: the higher ladder holds from now.</summary>
    MovedToHigherLadder,
    /// <summary>A taken case opened again: triage is higher than when taken.</summary>
    ReopenedHigherTriage,
    /// <summary>A taken case opened again: a reason came that was not there when taken.</summary>
    ReopenedNewReason,
    /// <summary>The gateway says it is over: recorded, nothing else. Cases latch until a person closes them.</summary>
    ClearedRecorded,
    /// <summary>A person took it.</summary>
    Taken,
    /// <summary>A person assessed it: the respond-by is met.</summary>
    Assessed,
    /// <summary>A person wrote a note.</summary>
    Noted,
    /// <summary>A person closed it.</summary>
    Closed,
    /// <summary>Taken but not assessed in time: the owner is called.</summary>
    RespondByPassed,
    /// <summary>Still not assessed: the ladder runs for everybody.</summary>
    LadderOpenedForAll,
    /// <summary>Nobody took it in time: the next rung is called.</summary>
    RungClimbed,
    /// <summary>Nobody took it in time and there is no further rung: the last is called again.</summary>
    LastRungRepeated,
    /// <summary>A case taken for what was long ago opened again: it is so now.</summary>
    ReopenedIsNow,
    /// <summary>The page of a self-test has reached its sink: the case closes itself.</summary>
    TestPassed,
    /// <summary>A taken case opened again: the citizen has asked for help a third time since.</summary>
    ReopenedThirdRepeat,
    /// <summary>A taken case opened again: the citizen asks for help after it was assessed.</summary>
    ReopenedAfterAssessed,
    /// <summary>A normal set came while the case is Yellow: counted.</summary>
    NormalCounted,
    /// <summary>Enough normal sets have come: a Yellow case closes itself, with that as its reason.</summary>
    ClosedNormal,

    /// <summary>No change: nothing is due yet.</summary>
    NothingDue,
    /// <summary>No change: there is no open case that this could concern.</summary>
    NothingOpen,
    /// <summary>No change: a Green alert opens no case.</summary>
    GreenOpensNothing,
    /// <summary>No change: an alert about a time long past brings neither a higher triage nor a new reason.</summary>
    LateRepeat,
    /// <summary>No change: it has an owner already and its ladder stands. The case names who.</summary>
    AlreadyTaken,

    /// <summary>Refused: there is no such case.</summary>
    NotAllowedNoCase,
    /// <summary>Refused: the case is closed.</summary>
    NotAllowedClosed,
    /// <summary>Refused: only a taken case can be assessed or closed.</summary>
    NotAllowedNotTaken,
    /// <summary>Refused: no person id (design.md rule 16).</summary>
    NotAllowedNoPerson,
    /// <summary>Refused: a note needs text.</summary>
    NotAllowedNoText,
    /// <summary>Refused: closing needs a reason.</summary>
    NotAllowedNoReason,
}

/// <summary>What the caller must do beside storing the case, in the same transaction.</summary>
public enum CaseEffect : byte
{
    /// <summary>Ask <see cref="Paging.PagingRules.Decide"/> and store its pages as rows.</summary>
    Page,
    /// <summary>Pages of this case that are not sent yet are no longer wanted.</summary>
    WithdrawUnsentPages,
    /// <summary>The notice <c>taken</c> goes to the citizen's gateway.</summary>
    NoticeTaken,
}

/// <summary>
/// The stable lower-case words of the enumerations of this assembly, as stored and shown by the API: the member's name in
/// kebab case (<c>reopened-new-reason</c>). A test pins every word, so that renaming a member cannot change stored rows unseen.
/// </summary>
public static class CaseWord
{
    /// <summary>The word of a value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a member.</exception>
    public static string Of<T>(T value) where T : struct, Enum
    {
        int index = Array.IndexOf(Words<T>.Values, value);
        return index >= 0 ? Words<T>.Texts[index] : throw new ArgumentOutOfRangeException(nameof(value), value, "not a member");
    }

    /// <summary>Reads a word; false, and the enumeration's first member, when it is none.</summary>
    public static bool TryRead<T>(string? word, out T value) where T : struct, Enum
    {
        int index = Array.IndexOf(Words<T>.Texts, word);
        value = index < 0 ? default : Words<T>.Values[index];
        return index >= 0;
    }

    /// <summary>All words in the order of the members.</summary>
    public static IReadOnlyList<string> All<T>() where T : struct, Enum => Words<T>.Texts;

    private static class Words<T> where T : struct, Enum
    {
        public static readonly T[] Values = Enum.GetValues<T>();
        public static readonly string[] Texts = [.. Values.Select(value => Kebab(value.ToString()))];
    }

    private static string Kebab(string name) =>
        string.Concat(name.Select((letter, at) => char.IsUpper(letter) ? (at == 0 ? "" : "-") + char.ToLowerInvariant(letter) : letter.ToString()));
}
