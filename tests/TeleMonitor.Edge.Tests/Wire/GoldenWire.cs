using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Wire;

/// <summary>One situation of wire version 1: what it is called, its bytes, how it is read and written again, and the schema that it must satisfy.</summary>
internal sealed record Situation(string Name, string Schema, Func<byte[]> Write, Func<byte[], byte[]> ReadAndWrite);

/// <summary>Every situation of wire version 1. Values are invented; TOBS and NEWS2 figures are those of clinical.md 7 (T14, T23).</summary>
internal static class GoldenWire
{
    public const string Boot = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
    public const string EarlierBoot = "0b1e5c52-3f0a-4c44-9d65-2c1c0d9a7e11";

    public static DateTimeOffset At { get; } = new(2026, 11, 22, 8, 30, 0, 125, TimeSpan.Zero);

    public static BatchContext Context { get; } = new(Boot, "synchronised", new Dictionary<string, string>
    {
        ["gateway"] = "0.1.0", ["engine"] = "1", ["chart/tobs"] = "2026-11-1", ["chart/news2"] = "2026-11-1",
    });

    public static ReadingItem Pulse { get; } = new()
    {
        Kind = WireWord.Reading, Tick = 1_000_001, Code = "8867-4", Assignment = 1, At = At, Value = 112, Unit = "/min", Sensor = "simulated-home",
        Grade = "good", Set = "s1000001",
    };

    public static ReadingItem Temperature { get; } = new()
    {
        Kind = WireWord.Reading, Tick = 1_000_002, Code = "8310-5", Assignment = 1, At = At, Value = 39.2, Unit = "Cel", Site = "rectal", Sensor = "simulated-home",
        SensorAt = "2026-11-22T09:29:58", Grade = "doubtful", Reasons = ["conflict"], Set = "s1000001",
    };

    public static ReadingItem Answered { get; } = new()
    {
        Kind = WireWord.Answer, Tick = 1_000_003, Code = "80288-4", Assignment = 1, At = At, Answer = "voice", Sensor = "simulated-home", Grade = "good", Set = "s1000001",
    };

    /// <summary>The signed parts are no signatures of anybody: what stands outside is what is shown.</summary>
    public static ProfileBundle Profile { get; } = new(1, "gw-test-0001", 17, At, $"{Jws.Header}.e30.{new string('A', 86)}", $"{Jws.Header}.e30.{new string('B', 86)}",
        $"{Jws.Header}.e30.{new string('C', 86)}");

    public static CitizensPart Citizens { get; } = new("gw-test-0001", 17,
    [
        new CitizenSettings(12, At, "Europe/Copenhagen", "copd-intensive", "2026-11-1", At.AddDays(14), 2, new ContentApproval("Dr. B", At), "yellow",
            [new Limit("spo2", "%", LowRed: 85, LowYellow: 88, Margin: 1, Review: new DateOnly(2027, 2, 1)), new Limit("pulse", "/min", HighYellow: 15, HighRed: 30.5m, Relative: true)],
            [new PlanPause(At, At.AddDays(3), "holiday", "nurse-7")]),
        new CitizenSettings(12, At.AddDays(14), "Europe/Copenhagen"),
    ]);

    public static IReadOnlyList<Situation> All { get; } =
    [
        OfItem("reading-good", "item-reading", Pulse),
        OfItem("reading-doubtful", "item-reading", Temperature),
        OfItem("reading-unusable-nan", "item-reading", Pulse with { Value = null, Special = "nan", Grade = "unusable", Reasons = ["nan"], Set = null }),
        OfItem("reading-unusable-not-reached", "item-reading", Pulse with { Value = null, Special = "not-reached", Grade = "unusable", Reasons = ["not-reached"], Set = null }),
        OfItem("reading-unusable-impossible", "item-reading", Pulse with { Value = 400, Grade = "unusable", Reasons = ["impossible"], Set = null }),
        OfItem("reading-replayed", "item-reading", Pulse with { Sensor = "replay", Label = new ReplayLabel("h5", 7) }),
        OfItem("reading-odd-decimals", "item-reading", Temperature with { Value = 37.00000000000001, SensorAt = null, Grade = "good", Reasons = [] }),
        OfItem("reading-ear", "item-reading", Temperature with { Value = 37.1, Site = "ear", SensorAt = null, Grade = "good", Reasons = ["ear-uncorrected"] }),
        OfItem("reading-stored-by-sensor", "item-reading", Temperature with { SensorAt = "2001-01-01T03:10:00", SensorNow = "2001-01-01T08:00:00", Grade = "good", Reasons = [] }),
        OfItem("score-history", "item-score", Score with { History = true }),
        OfItem("answer", "item-reading", Answered),
        OfItem("answer-unknown-word", "item-reading", Answered with { Answer = "sovende", Grade = "unusable", Reasons = ["unknown-word"], Set = null }),
        OfItem("score-complete", "item-score", Score),
        OfItem("score-incomplete", "item-score", Score with
        {
            Inputs = [.. Score.Inputs.Where(input => input.Code is not "80288-4")],
            Parts = new Dictionary<string, int> { ["pulse"] = 2, ["respiration"] = 3, ["temperature"] = 2, ["systolic"] = 1 },
            Missing = ["consciousness"], Total = null, Lowest = 8, Highest = 11, Next = "consciousness", Alert = null,
        }),
        OfItem("score-after-reboot", "item-score", Score with
        {
            Tick = 200, Inputs = [new InputRef(1_000_001, "8867-4", EarlierBoot)], Parts = new Dictionary<string, int> { ["pulse"] = 2 },
            Missing = ["consciousness", "respiration", "temperature", "systolic"], Total = null, Lowest = 2, Highest = 14, Triage = "yellow", Next = "consciousness",
            Alert = 1_000_002, AlertBoot = EarlierBoot,
        }),
        OfItem("alert-interim", "item-alert", Interim),
        OfItem("alert-red", "item-alert", Red),
        OfItem("alert-red-confirming", "item-alert", Red with { ConfirmingUntil = At.AddMinutes(5) }),
        OfItem("alert-still-red-after-reboot", "item-alert", Red with
        {
            Tick = 300, Because = "still-red", Inputs = [.. Red.Inputs.Select(input => input with { Boot = EarlierBoot, AgeSeconds = 1800 })],
        }),
        OfItem("cleared", "item-alert", Cleared),
        OfItem("status", "item-status", Status),
        OfItem("status-before-any-notice", "item-status", Status with { NoticeHub = null, NoticeThrough = 0 }),
        OfItem("finding", "item-finding", new FindingItem
        {
            Kind = WireWord.Finding, Tick = 4_000_000, Code = "finding/clock-step", Assignment = 0, At = At, Detail = new Dictionary<string, string> { ["seconds"] = "-42" },
        }),
        OfItem("finding-over", "item-finding", new FindingItem
        {
            Kind = WireWord.Finding, Tick = 4_000_001, Code = "finding/uplink-lost", Assignment = 0, At = At, Over = true,
        }),
        OfItem("alert-confirmed", "item-alert", Red with { Tick = 1_000_019, Because = "confirmed" }),
        OfItem("alert-test", "item-alert", Red with { Test = true }),
        OfItem("help", "item-help", Help),
        OfItem("help-repeated", "item-help", Help with { Tick = 5_000_004, Presses = 3, Test = true }),
        OfItem("help-before-any-reading", "item-help", Help with { Inputs = [], Scores = [] }),
        OfItem("status-urgent", "item-status", Status with { Urgent = "not-sent" }),
        OfItem("status-whole", "item-status", Status with
        {
            Clock = new ClockStanding("holdover", "receipt", -0.25), Disk = new DiskStanding(8_388_608, 1_073_741_824, 0), Findings = ["finding/uplink-lost"],
        }),
        OfItem("status-profile", "item-status", Status with { Profile = new ProfileState(17, new string('a', 63) + "0") }),
        OfItem("thinned", "item-thinned", Thinned),
        OfItem("thinned-in-another-outbox", "item-thinned", Thinned with
        {
            Outbox = "obx-0001", Vitals = [new ThinnedVital("score/tobs", 25, 0, 0, 0, 0, 0)],
        }),
        OfItem("gone-forgotten", "item-gone", new GoneItem
        {
            Kind = WireWord.Gone, Tick = 5_000_000, Code = "gone/reading", Assignment = 0, At = At, Lane = WireWord.ReadingLane, From = 41, To = 43,
            Outbox = "obx-5d2f", Why = "forgotten",
        }),
        OfItem("gone-unanswered", "item-gone", new GoneItem
        {
            Kind = WireWord.Gone, Tick = 5_000_009, Code = "gone/alert", Assignment = 1, At = At, Lane = WireWord.AlertLane, From = 7, To = 7,
            Outbox = "obx-5d2f", Why = "unanswered", Hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        }),
        OfItem("time-corrected", "item-time-corrected", new TimeCorrectedItem
        {
            Kind = WireWord.TimeCorrected, Tick = 5_000_002, Code = WireWord.CorrectedTime, Assignment = 0, At = At, Boot = EarlierBoot,
            FromTick = 1_000_001, ToTick = 4_000_000, OffsetSeconds = 1763799000.5, Source = "receipt",
        }),
        OfItem("ended", "item-ended", new EndedItem { Kind = WireWord.Ended, Tick = 5_000_003, Code = WireWord.AssignmentEnded, Assignment = 1, At = At }),
        OfItem("assessment", "item-assessment", new AssessmentItem
        {
            Kind = WireWord.Assessment, Tick = 5_000_004, Code = WireWord.PlanAssessment, Assignment = 1, At = At, Set = "s1000001", Plan = "copd-intensive", PlanVersion = "2026-11-1",
            Profile = 17, Triage = "yellow", Reasons = ["limit/spo2/low-yellow", "symptom/dyspnoea/yellow"], Missing = ["pulse"], Stale = ["pulse"], Next = "pulse", LimitsNeeded = true,
            Alert = 1_000_009,
        }),
        OfItem("assessment-waits", "item-assessment", new AssessmentItem
        {
            Kind = WireWord.Assessment, Tick = 5_000_006, Code = WireWord.PlanAssessment, Assignment = 1, At = At, Set = "s1000001", Plan = "copd-intensive", PlanVersion = "2026-11-2",
            Triage = "yellow", Reasons = ["limit/spo2/low-yellow"], Missing = [], Stale = [], Alert = null, WaitsUntil = At.AddMinutes(5),
        }),
        OfItem("assessment-cleared", "item-assessment", new AssessmentItem
        {
            Kind = WireWord.Assessment, Tick = 5_000_007, Code = WireWord.PlanAssessment, Assignment = 1, At = At, Set = "s1000005", Plan = "copd-intensive", PlanVersion = "2026-11-2",
            Triage = "green", Reasons = [], Missing = [], Stale = [], Alert = null, Repeats = "s1000001", Cleared = ["limit/spo2/low-yellow"],
        }),
        OfItem("answer-to-a-question", "item-reading", new ReadingItem
        {
            Kind = WireWord.Answer, Tick = 5_000_005, Code = "answer/copd-daily/dyspnoea", Assignment = 1, At = At, Answer = "yes", Sensor = "questions", Grade = "good", Set = "s1000001",
        }),
        OfItem("score-of-a-plan", "item-score", Score with { Required = ["pulse", "spo2"], Asked = false }),
        OfItem("alert-of-a-plan", "item-alert", Red with
        {
            Reasons = ["limit/spo2/low-red"], New = ["limit/spo2/low-red"], Next = "respiration", Plan = "copd-intensive 2026-11-1", Profile = 17,
        }),
        new("batch", "batch", () => Batch.Write(Head, Three), RewriteBatch),
        OfReceipt("receipt", ReceiptOfThree),
        OfReceipt("receipt-resend", ReceiptOfThree with { Resend = true, Refused = 2 }),
        OfReceipt("receipt-unknown", new Receipt { Hub = "hub-store-7c1d", Answer = "unknown", At = At }),
        new("notice", "notice", () => WireItems.Write(Notices), bytes => WireItems.Write(WireItems.ReadNotices(bytes, out _)!)),
        new("profile", "profile", Profile.Write, bytes => ProfileBundle.TryRead(bytes, out _)!.Write()),
        new("profile-citizens", "profile-citizens", Citizens.Write, bytes => CitizensPart.TryRead(bytes, "citizens", [])!.Write()),
        new("profile-citizens-ended", "profile-citizens", (Citizens with { Ended = [67] }).Write, bytes => CitizensPart.TryRead(bytes, "citizens", [])!.Write()),
        OfPresence("presence-online", "online"),
        OfPresence("presence-offline", "offline"),
    ];

    public static BatchHead Head => new("obx-5d2f", WireWord.ReadingLane, 41, Chain.Zero.Next("before"u8), At.AddSeconds(2), Context);

    public static IReadOnlyList<ReadOnlyMemory<byte>> Three => [.. new Item[] { Pulse, Temperature, Answered }.Select(item => new ReadOnlyMemory<byte>(WireItems.Write(item)))];

    /// <summary>The user properties that travel with the batch, one a line.</summary>
    public static string Properties => string.Concat(BatchProperties.Of(Head, Three).ToUserProperties().Select(pair => $"{pair.Key}={pair.Value}\n"));

    private static ScoreItem Score => new()
    {
        Kind = WireWord.Score, Tick = 1_000_010, Code = "score/tobs", Assignment = 1, At = At, Set = "s1000001", Chart = "tobs", ChartVersion = "2026-11-1", Scale = 1,
        Inputs = [new(1_000_001, "8867-4"), new(1_000_002, "8310-5"), new(1_000_003, "80288-4"), new(1_000_004, "9279-1"), new(1_000_005, "8480-6")],
        Parts = new Dictionary<string, int> { ["pulse"] = 2, ["consciousness"] = 1, ["respiration"] = 3, ["temperature"] = 2, ["systolic"] = 1 },
        Missing = [], Total = 9, Lowest = 9, Highest = 9, Triage = "red", Alert = 1_000_009,
    };

    private static AlertScore InAlert => new()
    {
        Chart = "tobs", ChartVersion = "2026-11-1", Scale = 1, Parts = Score.Parts, Missing = [], Total = 9, Lowest = 9, Highest = 9, Triage = "red",
    };

    private static AlertInput Input(ReadingItem reading, long age) => new()
    {
        Tick = reading.Tick, Code = reading.Code, Value = reading.Value, Answer = reading.Answer, Unit = reading.Unit, Site = reading.Site, Sensor = reading.Sensor,
        SensorAt = reading.SensorAt, Grade = reading.Grade, Reasons = reading.Reasons, AgeSeconds = age,
    };

    private static AlertItem Red => new()
    {
        Kind = WireWord.Alert, Tick = 1_000_009, Code = WireWord.ClinicalAlert, Assignment = 1, At = At, Triage = "red",
        Reasons = ["tobs/pulse/2", "tobs/respiration/3", "tobs/single-red/respiration", "tobs/total/red"], Interim = false, Because = "became-red", Set = "s1000001",
        Inputs = [Input(Pulse, 61), Input(Temperature, 30), Input(Answered, 0)], Scores = [InAlert],
    };

    private static AlertItem Interim => Red with
    {
        Interim = true, Inputs = [Input(Pulse, 0)], Reasons = ["tobs/pulse/2", "tobs/total/yellow"], Triage = "yellow", Because = "became-yellow",
        Scores = [InAlert with
        {
            Parts = new Dictionary<string, int> { ["pulse"] = 2 }, Missing = ["consciousness", "respiration", "temperature", "systolic"], Total = null,
            Lowest = 2, Highest = 14, Triage = "yellow", Next = "consciousness",
        }],
    };

    private static AlertItem Cleared => Red with
    {
        Kind = WireWord.Cleared, Triage = "green", Reasons = [], Because = "cleared", Inputs = [Input(Pulse with { Value = 72 }, 0)],
        Scores = [InAlert with { Parts = new Dictionary<string, int> { ["pulse"] = 0 }, Total = 0, Lowest = 0, Highest = 0, Triage = "green" }],
    };

    private static HelpItem Help => new()
    {
        Kind = WireWord.Help, Tick = 5_000_003, Code = WireWord.HelpPressed, Assignment = 1, At = At, Triage = "red", Reasons = ["help"], Interim = false,
        Inputs = Red.Inputs, Scores = Red.Scores,
    };

    private static StatusItem Status => new()
    {
        Kind = WireWord.Status, Tick = 3_000_000, Code = WireWord.GatewayStatus, Assignment = 0, At = At, UptimeSeconds = 3600,
        Lanes = [new("alert", 0, 3), new("reading", 12, 4250), new("status", 1, 61)], NoticeHub = "hub-store-7c1d", NoticeThrough = 2,
    };

    private static ThinnedItem Thinned => new()
    {
        Kind = WireWord.Thinned, Tick = 5_000_001, Code = WireWord.ThinnedReadings, Assignment = 1, At = At, From = 41, To = 90, Outbox = "obx-5d2f",
        FromAt = At.AddHours(-30), ToAt = At.AddHours(-26), Vitals = [new ThinnedVital("8867-4", 50, 70, 79, 73.5, 72, 74, "/min")],
    };

    /// <summary>A batch of one item that stands for fifty numbers: its user properties, one a line.</summary>
    public static string RangeProperties => string.Concat(new BatchProperties("obx-5d2f", WireWord.ReadingLane, 41, 1, Head.Before, Chain.Zero.Next("after"u8), 90)
        .ToUserProperties().Select(pair => $"{pair.Key}={pair.Value}\n"));

    private static Receipt ReceiptOfThree => new()
    {
        Hub = "hub-store-7c1d", Outbox = "obx-5d2f", Lane = WireWord.ReadingLane, Through = 43, Chain = BatchProperties.Of(Head, Three).After.ToString(), Refused = 0, At = At.AddSeconds(3),
    };

    private static NoticeBatch Notices => new()
    {
        Hub = "hub-store-7c1d", First = 2,
        Items = [new Notice("taken", 17, "nurse", At.AddMinutes(4), At.AddHours(4)), new Notice("measure-again", 17, "nurse", At.AddMinutes(6), At.AddHours(1))],
    };

    private static Situation OfItem(string name, string schema, Item item) => new(name, schema, () => WireItems.Write(item),
        bytes => WireItems.TryRead(bytes, out Item? read, out string problem) ? WireItems.Write(read!) : throw new InvalidOperationException(problem));

    private static Situation OfReceipt(string name, Receipt receipt) => new(name, "receipt", () => WireItems.Write(receipt),
        bytes => WireItems.ReadReceipt(bytes, out string problem) is { } read ? WireItems.Write(read) : throw new InvalidOperationException(problem));

    private static Situation OfPresence(string name, string state) => new(name, "presence", () => WireItems.Write(new Presence(WireWord.Version, state, Boot, 4, At)),
        bytes => WireItems.ReadPresence(bytes, out string problem) is { } read ? WireItems.Write(read) : throw new InvalidOperationException(problem));

    private static byte[] RewriteBatch(byte[] bytes) => Batch.TryRead(bytes, out BatchHead? head, out IReadOnlyList<ReadOnlyMemory<byte>> items, out string problem)
        ? Batch.Write(head!, items) : throw new InvalidOperationException(problem);
}
