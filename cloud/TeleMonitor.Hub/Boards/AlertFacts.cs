using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Boards;

/// <summary>A value as it is shown: never without its age and grade.</summary>
/// <param name="Vital">What was measured.</param>
/// <param name="Number">The number; null for a word.</param>
/// <param name="Answer">The word; null for a number.</param>
/// <param name="Grade">How far it can be relied on.</param>
/// <param name="Reasons">Why it is not Good.</param>
/// <param name="Site">Where a temperature was taken.</param>
/// <param name="Age">At least this old: where the gateway's clock cannot be relied on, the way to the hub is not counted.</param>
public sealed record ShownValue(Vital Vital, double? Number, string? Answer, Grade Grade, IReadOnlyList<string> Reasons, string? Site, TimeSpan Age);

/// <summary>What the newest alert of a case rests on.</summary>
/// <param name="Values">Its values.</param>
/// <param name="Scores">The charts' results.</param>
/// <param name="Label">Where replayed values come from; null when they were measured.</param>
/// <param name="Set">Its usable values as charts take them.</param>
public sealed record AlertFacts(IReadOnlyList<ShownValue> Values, IReadOnlyList<AlertScore> Scores, ReplayLabel? Label, VitalSet Set)
{
    private const string Synchronised = "synchronised";
    private const int NewestItems = 500;

    /// <summary>The more severe of what the gateway and the hub say; Yellow while a second measurement is awaited.</summary>
    public Triage Triage { get; init; }
    /// <summary>Reason codes of both.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];
    /// <summary>What the plan asks to be measured next; null when nothing, and without a plan (each score has its own).</summary>
    public string? Next { get; init; }
    /// <summary>Plan by which it was judged, as <c>id version</c>; null without one.</summary>
    public string? Plan { get; init; }
    /// <summary>Version of the signed settings by which it was judged; null without.</summary>
    public int? Profile { get; init; }

    /// <summary>The score that says most: most severe triage, then fewest missing parts.</summary>
    public AlertScore? Deciding => Scores.OrderByDescending(score => TriageOf(score)).ThenBy(score => score.Missing.Count).FirstOrDefault();

    /// <summary>Reads the newest alert of a case; null when it has none.</summary>
    public static AlertFacts? Read(ScopedRead read, CareCase @case, DateTimeOffset now)
    {
        if (read.NewestAlertOf(IdOf(@case)) is not { } row)
        {
            return null;
        }
        TimeSpan age = AgeOf(row.AtMs, row.StoredMs, row.Clock, row.CorrectedMs, now);
        AlertFacts facts = (row.Bytes.Length > 0 && WireItems.TryRead(row.Bytes, out Item? item, out _) ? item : null) switch
        {
            AlertItem alert => Of(alert.Inputs, alert.Scores, alert.Label, age) with { Next = alert.Next, Plan = alert.Plan, Profile = alert.Profile },
            HelpItem help => Of(help.Inputs, help.Scores, help.Label, age),
            _ => OfHubAlert(read, IdOf(@case), row, now),
        };
        AlertRow? kept = read.AlertOf(IdOf(@case), row);
        return facts with { Triage = kept?.Triage ?? Triage.Unknown, Reasons = kept?.Reasons ?? [] };
    }

    /// <summary>The newest usable value of every vital of the case's citizen: of the alert or, where newer, of the readings.</summary>
    public static IReadOnlyList<ShownValue> Newest(ScopedRead read, CareCase @case, AlertFacts? alert, DateTimeOffset now)
    {
        var newest = new Dictionary<Vital, ShownValue>();
        IEnumerable<ShownValue> stored = read.NewestItemsOf(IdOf(@case), NewestItems).Select(row => OfReading(row, now)).OfType<ShownValue>();
        foreach (ShownValue value in (alert?.Values ?? []).Concat(stored).Where(value => value.Grade != Grade.Unusable))
        {
            if (!newest.TryGetValue(value.Vital, out ShownValue? known) || value.Age < known.Age)
            {
                newest[value.Vital] = value;
            }
        }
        return [.. newest.Values.OrderBy(value => value.Vital)];
    }

    /// <summary>The row id of a case.</summary>
    public static long IdOf(CareCase @case) => long.Parse(@case.Id, System.Globalization.CultureInfo.InvariantCulture);

    private static AlertFacts Of(IReadOnlyList<AlertInput> inputs, IReadOnlyList<AlertScore> scores, ReplayLabel? label, TimeSpan sinceAlert) => new(
        [.. inputs.Select(input => Value(input.Code, input.Value, input.Answer, input.Grade, input.Reasons, input.Site, sinceAlert + TimeSpan.FromSeconds(input.AgeSeconds))).OfType<ShownValue>()],
        scores, label, SetReader.Read(inputs));

    /// <summary>The hub's own alert has no item: its values are those of the scores of that moment.</summary>
    private static AlertFacts OfHubAlert(ScopedRead read, long careCase, BoardAlertRow row, DateTimeOffset now)
    {
        ScoreItem[] scores = [.. read.NewestItemsOf(careCase, NewestItems).Where(item => item.AtMs == row.AtMs)
            .Select(item => WireItems.TryRead(item.Bytes, out Item? stored, out _) ? stored as ScoreItem : null).OfType<ScoreItem>().DistinctBy(score => score.Chart)];
        ReadingItem[] inputs = [.. scores.SelectMany(score => score.Inputs).Distinct()
            .Select(input => read.ItemBytes(careCase, new ItemKey(row.Gateway, input.Boot ?? row.Boot, input.Tick), input.Code))
            .Select(bytes => bytes is not null && WireItems.TryRead(bytes, out Item? stored, out _) ? stored as ReadingItem : null).OfType<ReadingItem>()];
        TimeSpan age = AgeOf(row.AtMs, row.StoredMs, row.Clock, row.CorrectedMs, now);
        return new AlertFacts(
            [.. inputs.Select(item => Value(item.Code, item.Value, item.Answer, item.Grade, item.Reasons, item.Site, age)).OfType<ShownValue>()],
            [.. scores.Select(Shown)], scores.FirstOrDefault()?.Label, SetReader.Read(inputs));
    }

    private static AlertScore Shown(ScoreItem score) => new()
    {
        Chart = score.Chart, ChartVersion = score.ChartVersion, Scale = score.Scale, Parts = score.Parts, Missing = score.Missing,
        Total = score.Total, Lowest = score.Lowest, Highest = score.Highest, Triage = score.Triage, Next = score.Next, Required = score.Required, Asked = score.Asked,
    };

    private static ShownValue? OfReading(BoardItemRow row, DateTimeOffset now) =>
        WireItems.TryRead(row.Bytes, out Item? item, out _) && item is ReadingItem reading
            ? Value(reading.Code, reading.Value, reading.Answer, reading.Grade, reading.Reasons, reading.Site, AgeOf(row.AtMs, row.StoredMs, row.Clock, row.CorrectedMs, now))
            : null;

    private static ShownValue? Value(string code, double? number, string? answer, string gradeWord, IReadOnlyList<string> reasons, string? site, TimeSpan age)
    {
        GradeWord.TryRead(gradeWord, out Grade grade);
        return VitalCode.FromCode(code) is { } vital && (number is not null || answer is not null)
            ? new ShownValue(vital.Vital, number, answer, grade, reasons, site, age)
            : null;
    }

    /// <summary>Never younger than the time it has been here; the gateway's wall clock counts only when it was synchronised, or its time has been corrected since.</summary>
    private static TimeSpan AgeOf(long writtenMs, long storedMs, string? clock, long? correctedMs, DateTimeOffset now)
    {
        long atMs = correctedMs ?? writtenMs;
        long nowMs = now.ToUnixTimeMilliseconds();
        long here = Math.Max(0, nowMs - storedMs);
        bool counts = string.Equals(clock, Synchronised, StringComparison.Ordinal) || clock is null || correctedMs is not null;
        return TimeSpan.FromMilliseconds(counts ? Math.Max(here, nowMs - atMs) : here);
    }

    internal static Triage TriageOf(AlertScore score)
    {
        TriageWord.TryRead(score.Triage, out Triage triage);
        return triage;
    }
}
