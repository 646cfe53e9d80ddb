using System.Text.Json.Serialization;

namespace TeleMonitor.Vitals.Wire;

/// <summary>Words of the wire that are not measured values. Version 1 only ever gains optional fields (design.md section 6).</summary>
public static class WireWord
{
    /// <summary>Wire version of every message.</summary>
    public const int Version = 1;
    /// <summary>Lane of alerts: overtakes every backlog.</summary>
    public const string AlertLane = "alert";
    /// <summary>Lane of readings, answers and scores.</summary>
    public const string ReadingLane = "reading";
    /// <summary>Lane of status and findings.</summary>
    public const string StatusLane = "status";
    /// <summary>Item kinds.</summary>
    public const string Reading = "reading", Answer = "answer", Score = "score", Alert = "alert", Cleared = "cleared", Help = "help", Status = "status", Finding = "finding",
        Thinned = "thinned", Gone = "gone", TimeCorrected = "time-corrected", Ended = "ended", Assessment = "assessment";
    /// <summary>Code of a clinical alert item, and of the item that says it is over.</summary>
    public const string ClinicalAlert = "alert/clinical";
    /// <summary>Code of the item that says that the citizen has pressed the help button.</summary>
    public const string HelpPressed = "alert/help";
    /// <summary>Code prefix of scores, followed by the chart's id.</summary>
    public const string ScorePrefix = "score/";
    /// <summary>Code of the item that says what a plan makes of a set.</summary>
    public const string PlanAssessment = "assessment/plan";
    /// <summary>Code prefix of findings.</summary>
    public const string FindingPrefix = "finding/";
    /// <summary>Code of the item that stands for thinned readings.</summary>
    public const string ThinnedReadings = "thinned/reading";
    /// <summary>Code prefix of the items that say what is gone, followed by the lane.</summary>
    public const string GonePrefix = "gone/";
    /// <summary>Code of the item that corrects earlier times.</summary>
    public const string CorrectedTime = "time/corrected";
    /// <summary>Code of the item that says that a loan is over and nothing of it is kept here any more.</summary>
    public const string AssignmentEnded = "assignment/ended";
    /// <summary>Code of the gateway's status item.</summary>
    public const string GatewayStatus = "status/gateway";

    /// <summary>The three upward lanes, most urgent first: the order in which they are sent.</summary>
    public static IReadOnlyList<string> Lanes { get; } = [AlertLane, ReadingLane, StatusLane];
}

/// <summary>What every item carries. Identity is (gateway, boot, tick, code).</summary>
public abstract record Item
{
    /// <summary>What kind of item.</summary>
    [JsonPropertyOrder(-5)] public required string Kind { get; init; }
    /// <summary>Monotonic microseconds of this boot, strictly rising over the life of the boot.</summary>
    [JsonPropertyOrder(-4)] public required long Tick { get; init; }
    /// <summary>What the item is about: LOINC code, score/…, alert/…, status/…, finding/….</summary>
    [JsonPropertyOrder(-3)] public required string Code { get; init; }
    /// <summary>Number of the assignment at the time of measuring; 0 on status items, which belong to nobody.</summary>
    [JsonPropertyOrder(-2), JsonPropertyName("asg")] public required int Assignment { get; init; }
    /// <summary>Wall time at the gateway, whatever its clock said (see the batch's clock state).</summary>
    [JsonPropertyOrder(-1)] public required DateTimeOffset At { get; init; }
    /// <summary>Source of a replayed item; absent on a measured one.</summary>
    [JsonPropertyOrder(100)] public ReplayLabel? Label { get; init; }
}

/// <summary>Where a replayed value comes from.</summary>
/// <param name="Recorded">Recorded time in the source's own unit, e.g. <c>h5</c> for hour 5.</param>
/// <param name="Row">Line number in the source, the header being line 1.</param>
public sealed record ReplayLabel(string Recorded, int Row);

/// <summary>One value of one vital, or one answer.</summary>
public sealed record ReadingItem : Item
{
    /// <summary>The number, shortest text that reads back the same; written as null beside <see cref="Special"/>, absent on a word.</summary>
    public double? Value { get; init; }
    /// <summary>Why there is no number: nan, infinite, not-reached.</summary>
    public string? Special { get; init; }
    /// <summary>The word of an answer.</summary>
    public string? Answer { get; init; }
    /// <summary>UCUM unit; absent for a word.</summary>
    public string? Unit { get; init; }
    /// <summary>Where a temperature was taken.</summary>
    public string? Site { get; init; }
    /// <summary>Model or name of the sensor.</summary>
    public required string Sensor { get; init; }
    /// <summary>The sensor's own time, where it has a clock.</summary>
    public string? SensorAt { get; init; }
    /// <summary>What the sensor's clock showed when it handed the value over: with it the error of that clock cancels out.</summary>
    public string? SensorNow { get; init; }
    /// <summary>good, doubtful or unusable.</summary>
    public required string Grade { get; init; }
    /// <summary>Why not good, or a remark on a good one (an ear temperature).</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];
    /// <summary>The set that this value belongs to, unique within gateway and boot; absent on an unusable value.</summary>
    public string? Set { get; init; }
}

/// <summary>Names one stored reading.</summary>
/// <param name="Tick">Its tick.</param>
/// <param name="Code">Its code.</param>
/// <param name="Boot">Its boot, where a reboot fell between it and this item; absent when it is the batch's own.</param>
public sealed record InputRef(long Tick, string Code, string? Boot = null);

/// <summary>One chart's result for one set.</summary>
public sealed record ScoreItem : Item
{
    /// <summary>The set.</summary>
    public required string Set { get; init; }
    /// <summary>Chart id.</summary>
    public required string Chart { get; init; }
    /// <summary>Version of the chart data.</summary>
    public required string ChartVersion { get; init; }
    /// <summary>SpO2 scale, 1 or 2.</summary>
    public required int Scale { get; init; }
    /// <summary>The readings it was made of.</summary>
    public required IReadOnlyList<InputRef> Inputs { get; init; }
    /// <summary>Points per known part.</summary>
    public required IReadOnlyDictionary<string, int> Parts { get; init; }
    /// <summary>Names of the parts that are missing.</summary>
    public required IReadOnlyList<string> Missing { get; init; }
    /// <summary>The total, or null while anything is missing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required int? Total { get; init; }
    /// <summary>Lowest possible total.</summary>
    public required int Lowest { get; init; }
    /// <summary>Highest possible total.</summary>
    public required int Highest { get; init; }
    /// <summary>This chart's triage.</summary>
    public required string Triage { get; init; }
    /// <summary>The missing part that would narrow the total most; absent when nothing is missing.</summary>
    public string? Next { get; init; }
    /// <summary>Tick of the alert that this set raised, or null when it raised none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required long? Alert { get; init; }
    /// <summary>Boot of that alert, where a reboot fell between it and this item; absent when it is the batch's own.</summary>
    public string? AlertBoot { get; init; }
    /// <summary>True for a set that a sensor had stored and handed over later: it says how things were, not how they stand.</summary>
    public bool? History { get; init; }
    /// <summary>What the plan's occasion asks for, as vital names: it decides between Green and Unknown. Absent without a plan: every part.</summary>
    public IReadOnlyList<string>? Required { get; init; }
    /// <summary>False for a chart that the plan does not ask for: it decides nothing but Red. Absent where it counts.</summary>
    public bool? Asked { get; init; }
}

/// <summary>What a citizen's plan makes of a set and of what still counts beside it: charts, limits, symptoms, trends, ages.</summary>
public sealed record AssessmentItem : Item
{
    /// <summary>The set.</summary>
    public required string Set { get; init; }
    /// <summary>Plan id.</summary>
    public required string Plan { get; init; }
    /// <summary>Version of the plan.</summary>
    public required string PlanVersion { get; init; }
    /// <summary>Version of the signed profile; absent where none was taken.</summary>
    public int? Profile { get; init; }
    /// <summary>The suggested triage.</summary>
    public required string Triage { get; init; }
    /// <summary>Reason codes (<see cref="Readings.Reason"/>).</summary>
    public required IReadOnlyList<string> Reasons { get; init; }
    /// <summary>Names of required vitals without a value that may count.</summary>
    public required IReadOnlyList<string> Missing { get; init; }
    /// <summary>Of them, those whose value is too old.</summary>
    public required IReadOnlyList<string> Stale { get; init; }
    /// <summary>What to measure next; absent when nothing is missing.</summary>
    public string? Next { get; init; }
    /// <summary>True when limits are past their review or rest on a baseline that does not stand.</summary>
    public bool? LimitsNeeded { get; init; }
    /// <inheritdoc cref="ScoreItem.Alert"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required long? Alert { get; init; }
    /// <inheritdoc cref="ScoreItem.AlertBoot"/>
    public string? AlertBoot { get; init; }
    /// <summary>
    /// Until when a Yellow on limits alone waits to be measured again before it is an alert; absent where it does not. The alert is owed from then on,
    /// with this set's id, unless a later assessment names this set in <see cref="Repeats"/>.
    /// </summary>
    public DateTimeOffset? WaitsUntil { get; init; }
    /// <summary>Id of the set that waited and is answered by this one: by an alert of its own, or by <see cref="Cleared"/>; absent where none did.</summary>
    public string? Repeats { get; init; }
    /// <summary>Reasons that waited and were not there again; absent where none were.</summary>
    public IReadOnlyList<string>? Cleared { get; init; }
}

/// <summary>A reading inside an alert: by value, so that the hub can judge while the reading lane is days behind.</summary>
public sealed record AlertInput
{
    /// <summary>Tick of the reading item.</summary>
    public required long Tick { get; init; }
    /// <inheritdoc cref="InputRef.Boot"/>
    public string? Boot { get; init; }
    /// <summary>Code of the reading item.</summary>
    public required string Code { get; init; }
    /// <inheritdoc cref="ReadingItem.Value"/>
    public double? Value { get; init; }
    /// <inheritdoc cref="ReadingItem.Answer"/>
    public string? Answer { get; init; }
    /// <inheritdoc cref="ReadingItem.Unit"/>
    public string? Unit { get; init; }
    /// <inheritdoc cref="ReadingItem.Site"/>
    public string? Site { get; init; }
    /// <inheritdoc cref="ReadingItem.Sensor"/>
    public string? Sensor { get; init; }
    /// <inheritdoc cref="ReadingItem.SensorAt"/>
    public string? SensorAt { get; init; }
    /// <inheritdoc cref="ReadingItem.Grade"/>
    public required string Grade { get; init; }
    /// <inheritdoc cref="ReadingItem.Reasons"/>
    public IReadOnlyList<string> Reasons { get; init; } = [];
    /// <summary>Whole seconds since it was measured, at the time of the alert.</summary>
    public required long AgeSeconds { get; init; }
}

/// <summary>A chart's result inside an alert.</summary>
public sealed record AlertScore
{
    /// <inheritdoc cref="ScoreItem.Chart"/>
    public required string Chart { get; init; }
    /// <inheritdoc cref="ScoreItem.ChartVersion"/>
    public required string ChartVersion { get; init; }
    /// <inheritdoc cref="ScoreItem.Scale"/>
    public required int Scale { get; init; }
    /// <inheritdoc cref="ScoreItem.Parts"/>
    public required IReadOnlyDictionary<string, int> Parts { get; init; }
    /// <inheritdoc cref="ScoreItem.Missing"/>
    public required IReadOnlyList<string> Missing { get; init; }
    /// <inheritdoc cref="ScoreItem.Total"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required int? Total { get; init; }
    /// <inheritdoc cref="ScoreItem.Lowest"/>
    public required int Lowest { get; init; }
    /// <inheritdoc cref="ScoreItem.Highest"/>
    public required int Highest { get; init; }
    /// <inheritdoc cref="ScoreItem.Triage"/>
    public required string Triage { get; init; }
    /// <inheritdoc cref="ScoreItem.Next"/>
    public string? Next { get; init; }
    /// <inheritdoc cref="ScoreItem.Required"/>
    public IReadOnlyList<string>? Required { get; init; }
    /// <inheritdoc cref="ScoreItem.Asked"/>
    public bool? Asked { get; init; }
}

/// <summary>The gateway's statement that a human is needed, or (kind cleared) no longer.</summary>
public sealed record AlertItem : Item
{
    /// <summary>Most severe triage over the charts that count.</summary>
    public required string Triage { get; init; }
    /// <summary>Reason codes (<see cref="Readings.Reason"/>).</summary>
    public required IReadOnlyList<string> Reasons { get; init; }
    /// <summary>True while the set is still open: bounds so far.</summary>
    public required bool Interim { get; init; }
    /// <summary>Why this item goes now: became-yellow, became-red, new-reason, still-red, confirmed, not-confirmed, cleared.</summary>
    public required string Because { get; init; }
    /// <summary>The set that was judged.</summary>
    public required string Set { get; init; }
    /// <summary>The readings, by value.</summary>
    public required IReadOnlyList<AlertInput> Inputs { get; init; }
    /// <summary>The charts' results, by value.</summary>
    public required IReadOnlyList<AlertScore> Scores { get; init; }
    /// <summary>Reasons that were not there when the last alert was sent; absent without a plan.</summary>
    public IReadOnlyList<string>? New { get; init; }
    /// <summary>What to measure next to be surer; absent when nothing required is missing, and without a plan (each score has its own).</summary>
    public string? Next { get; init; }
    /// <summary>Plan id and version, as <c>id version</c>; absent without a plan.</summary>
    public string? Plan { get; init; }
    /// <inheritdoc cref="AssessmentItem.Profile"/>
    public int? Profile { get; init; }
    /// <summary>Until when a confirming measurement is awaited; the hub holds its own due time. Absent when the Red counts at once.</summary>
    public DateTimeOffset? ConfirmingUntil { get; init; }
    /// <summary>True from a self-test; the hub believes it of an assignment that its register calls synthetic, and of no other.</summary>
    public bool? Test { get; init; }
}

/// <summary>
/// The citizen asks for help: always Red, whatever was measured. What was measured last goes with it by value, since the reading lane may
/// be days behind; it may be nothing.
/// </summary>
public sealed record HelpItem : Item
{
    /// <summary>red; no other is taken.</summary>
    public required string Triage { get; init; }
    /// <summary>Holds <see cref="Readings.Reason.Help"/>.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }
    /// <summary>True while the set that was measured last is still open.</summary>
    public required bool Interim { get; init; }
    /// <summary>How many presses this item stands for, from 1: those that came soon after one another are said together. Absent: one.</summary>
    public int? Presses { get; init; }
    /// <summary>The readings of the newest set, by value; may be none.</summary>
    public required IReadOnlyList<AlertInput> Inputs { get; init; }
    /// <summary>What the charts say of them; one per chart, or none.</summary>
    public required IReadOnlyList<AlertScore> Scores { get; init; }
    /// <inheritdoc cref="AlertItem.Test"/>
    public bool? Test { get; init; }
}

/// <summary>How a lane stands at the gateway.</summary>
/// <param name="Lane">Lane.</param>
/// <param name="Waiting">Items not yet receipted.</param>
/// <param name="Last">Number of the newest item.</param>
public sealed record LaneState(string Lane, long Waiting, long Last);

/// <summary>The gateway's own state; no health data.</summary>
public sealed record StatusItem : Item
{
    /// <summary>Seconds since the program started.</summary>
    public required long UptimeSeconds { get; init; }
    /// <summary>How the lanes stand.</summary>
    public required IReadOnlyList<LaneState> Lanes { get; init; }
    /// <summary>Hub whose notices are counted; absent before the first.</summary>
    public string? NoticeHub { get; init; }
    /// <summary>Number of the newest notice kept; 0 before the first.</summary>
    public long NoticeThrough { get; init; }
    /// <summary>What is known about the wall clock; absent from a gateway that does not say.</summary>
    public ClockStanding? Clock { get; init; }
    /// <summary>What the outbox takes of its disk limit; absent from a gateway that does not say.</summary>
    public DiskStanding? Disk { get; init; }
    /// <summary>Codes of the findings that are open; absent when there are none.</summary>
    public IReadOnlyList<string>? Findings { get; init; }
    /// <summary>How the newest Red or help press stands: nothing, waiting, sent, not-sent; absent from a gateway that does not say.</summary>
    public string? Urgent { get; init; }
    /// <summary>The signed settings in force; absent while there are none.</summary>
    public ProfileState? Profile { get; init; }
}

/// <summary>Which signed settings are in force.</summary>
/// <param name="Version">Version of the bundle, from 1.</param>
/// <param name="Hash">SHA-256 of its bytes, 64 hex digits.</param>
public sealed record ProfileState(int Version, string Hash);

/// <summary>What is known about a gateway's wall clock.</summary>
/// <param name="State">synchronised, holdover or unset.</param>
/// <param name="Source">What it was last set or checked by: ntp, receipt, none.</param>
/// <param name="OffsetSeconds">Hub time minus wall time at the last receipt; absent before the first.</param>
public sealed record ClockStanding(string State, string Source, double? OffsetSeconds = null);

/// <summary>The outbox on its disk.</summary>
/// <param name="UsedBytes">Bytes in use.</param>
/// <param name="LimitBytes">Bytes allowed.</param>
/// <param name="Thinned">Items that were thinned since the outbox was made.</param>
public sealed record DiskStanding(long UsedBytes, long LimitBytes, long Thinned);

/// <summary>A fact about a device's or the system's health; no health data.</summary>
public sealed record FindingItem : Item
{
    /// <summary>Names and numbers that make the fact precise.</summary>
    public IReadOnlyDictionary<string, string> Detail { get; init; } = new Dictionary<string, string>();
    /// <summary>True when it is over; absent when it began or goes on.</summary>
    public bool? Over { get; init; }
}

/// <summary>
/// The last that a gateway says of an assignment: all of it was receipted, and items, rules, notices and paired devices of it are wiped. It is
/// the first item of an outbox made anew; the hub takes it also of an assignment that is closed already (design.md rule 11).
/// </summary>
public sealed record EndedItem : Item;
