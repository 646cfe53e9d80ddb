using System.Globalization;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Outbox;

/// <summary>One row of the reading lane, read for a decision.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Context">Its boot, clock state and versions.</param>
/// <param name="Item">What it says; null for a range and for what cannot be read.</param>
public sealed record ThinRow(long Number, BatchContext Context, Item? Item);

/// <summary>The moment of a decision about age. Only the boot's own clock is trusted; the wall clock counts where nobody doubts it.</summary>
/// <param name="Boot">Boot now.</param>
/// <param name="Microseconds">Monotonic microseconds of it.</param>
/// <param name="Wall">Wall time.</param>
/// <param name="WallKnown">False while the clock is unset.</param>
public readonly record struct ThinNow(string Boot, long Microseconds, DateTimeOffset Wall, bool WallKnown);

/// <summary>Consecutive rows that may thin, and the item that stands for them.</summary>
/// <param name="First">First number.</param>
/// <param name="Through">Last number.</param>
/// <param name="Context">Context of all of them.</param>
/// <param name="Make">Makes the item, given outbox id, tick and wall time.</param>
public sealed record ThinRange(long First, long Through, BatchContext Context, Func<string, long, DateTimeOffset, ThinnedItem> Make);

/// <summary>
/// Decides which readings may thin when the disk is nearly full (design.md rule 14): whole sets of Good readings, over a day old, named by
/// no alert, whose scores have 0 points in every known part and raised nothing. All else stays, whatever the disk says. Pure.
/// </summary>
public static class ThinningRules
{
    /// <summary>Younger readings never thin.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromHours(24);
    /// <summary>A range spans at most so much of a boot's time, so that a day still has its course.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromHours(1);
    /// <summary>Fewer rows in a run are no gain: the item that stands for them is as large as some of them.</summary>
    public const int LeastRun = 12;

    /// <summary>The ranges among these rows, in order.</summary>
    /// <param name="rows">Consecutive rows of the reading lane, oldest first. A set that is not wholly among them stays.</param>
    /// <param name="named">Readings that an alert names: boot, tick, code.</param>
    /// <param name="now">The moment.</param>
    public static IReadOnlyList<ThinRange> Choose(IReadOnlyList<ThinRow> rows, IReadOnlySet<(string Boot, long Tick, string Code)> named, ThinNow now)
    {
        HashSet<(string Boot, string Set)> quiet = QuietSets(rows, named, now);
        var ranges = new List<ThinRange>();
        int first = 0;
        for (int i = 0; i <= rows.Count; i++)
        {
            bool free = i < rows.Count && SetOf(rows[i]) is { } set && quiet.Contains(set);
            if (free && (i == first || Follows(rows[first], rows[i - 1], rows[i])))
            {
                continue;
            }
            if (i - first >= LeastRun)
            {
                ranges.Add(Range(rows, first, i - 1));
            }
            first = free ? i : i + 1;
        }
        return ranges;
    }

    private static bool Follows(ThinRow first, ThinRow before, ThinRow row) =>
        row.Number == before.Number + 1 && row.Item!.Assignment == first.Item!.Assignment && row.Context.SameAs(first.Context)
        && row.Item.Tick - first.Item.Tick is >= 0 and var apart && apart <= Span.Ticks / TimeSpan.TicksPerMicrosecond;

    private static (string Boot, string Set)? SetOf(ThinRow row) => row.Item switch
    {
        ReadingItem { Kind: WireWord.Reading, Set: { } set } => (row.Context.Boot, set),
        ScoreItem score => (row.Context.Boot, score.Set),
        _ => null,
    };

    // a set is quiet when it is scored, everything in it is quiet, and all that its scores name is here
    private static HashSet<(string Boot, string Set)> QuietSets(IReadOnlyList<ThinRow> rows, IReadOnlySet<(string Boot, long Tick, string Code)> named, ThinNow now)
    {
        var readings = new HashSet<(string Boot, long Tick, string Code)>();
        var scored = new Dictionary<(string Boot, string Set), HashSet<(long Tick, string Code)>>();
        var loud = new HashSet<(string Boot, string Set)>();
        foreach (ThinRow row in rows)
        {
            if (SetOf(row) is not { } set)
            {
                if (row.Item is ReadingItem { Set: { } answered })
                {
                    loud.Add((row.Context.Boot, answered)); // an answer never thins, nor what it was asked with
                }
                continue;
            }
            bool quiet = row.Item is ScoreItem score ? IsQuiet(score) : IsQuiet((ReadingItem)row.Item!) && !named.Contains((set.Boot, row.Item!.Tick, row.Item.Code));
            if (!quiet || !IsOld(row, now))
            {
                loud.Add(set);
            }
            if (row.Item is ScoreItem judged)
            {
                HashSet<(long, string)> inputs = scored.TryGetValue(set, out HashSet<(long, string)>? known) ? known : scored[set] = [];
                inputs.UnionWith(judged.Inputs.Select(input => (input.Tick, input.Code)));
            }
            else
            {
                readings.Add((set.Boot, row.Item!.Tick, row.Item.Code)); // also a part that no chart scores: it goes as its set does
            }
        }
        return [.. scored.Where(one => !loud.Contains(one.Key) && one.Value.All(input => readings.Contains((one.Key.Boot, input.Item1, input.Item2)))).Select(one => one.Key)];
    }

    private static bool IsQuiet(ReadingItem reading) =>
        string.Equals(reading.Grade, "good", StringComparison.Ordinal) && reading.Value is { } value && double.IsFinite(value) && Math.Abs(value) < 1e9;

    private static bool IsQuiet(ScoreItem score) =>
        score.Alert is null && score.Parts.Values.All(points => points == 0) && score.Triage is not ("yellow" or "red") && score.Inputs.All(input => input.Boot is null);

    private static bool IsOld(ThinRow row, ThinNow now)
    {
        long day = Age.Ticks / TimeSpan.TicksPerMicrosecond;
        if (string.Equals(row.Context.Boot, now.Boot, StringComparison.Ordinal))
        {
            return now.Microseconds - row.Item!.Tick >= day;
        }
        bool byWall = now.WallKnown && row.Context.Clock is not "unset" && now.Wall - row.Item!.At >= Age;
        return byWall || now.Microseconds >= day; // of an earlier boot: at least as old as this one
    }

    private static ThinRange Range(IReadOnlyList<ThinRow> rows, int first, int last)
    {
        (Item begins, Item ends) = (rows[first].Item!, rows[last].Item!);
        ThinnedVital[] vitals = [.. Enumerable.Range(first, last - first + 1).Select(i => Value(rows[i].Item!)).GroupBy(value => (value.Code, value.Unit)).Select(Vital)
            .OrderBy(vital => vital.Code, StringComparer.Ordinal)];
        return new ThinRange(rows[first].Number, rows[last].Number, rows[first].Context, (outbox, tick, at) => new ThinnedItem
        {
            Kind = WireWord.Thinned, Tick = tick, Code = WireWord.ThinnedReadings, Assignment = begins.Assignment, At = at,
            Outbox = outbox, From = rows[first].Number, To = rows[last].Number, FromAt = begins.At, ToAt = ends.At, Vitals = vitals,
        });
    }

    private static (string Code, string? Unit, decimal Number) Value(Item item) => item switch
    {
        ReadingItem reading => (reading.Code, reading.Unit, (decimal)reading.Value!.Value),
        ScoreItem score => (score.Code, null, score.Total ?? score.Lowest),
        _ => throw new InvalidOperationException($"{item.Kind} items never thin"),
    };

    private static ThinnedVital Vital(IGrouping<(string Code, string? Unit), (string Code, string? Unit, decimal Number)> values)
    {
        decimal[] numbers = [.. values.Select(value => value.Number)];
        int decimals = Math.Min(numbers.Max(number => number.Scale) + 2, 28);
        double mean = double.Parse(Math.Round(numbers.Average(), decimals).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return new ThinnedVital(values.Key.Code, numbers.Length, (double)numbers.Min(), (double)numbers.Max(), mean, (double)numbers[0], (double)numbers[^1], values.Key.Unit);
    }
}
