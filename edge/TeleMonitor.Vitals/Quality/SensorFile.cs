using System.Text.Json;
using System.Text.Json.Serialization;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Quality;

/// <summary>An inclusive range in the unit of the vital.</summary>
/// <param name="Low">Lowest value inside.</param>
/// <param name="High">Highest value inside.</param>
public sealed record ValueRange(double Low, double High)
{
    /// <summary>True when the value is inside, edges included.</summary>
    public bool Holds(double value) => value >= Low && value <= High;
}

/// <summary>A change that a body hardly makes in so short a time.</summary>
/// <param name="By">More than this, in the vital's unit, is a jump.</param>
/// <param name="WithinSeconds">Between two values no further apart than this, 1 to 86,400.</param>
public sealed record JumpLimit(double By, int WithinSeconds);

/// <summary>
/// How long a sensor's values are early after it began. Only for one that measures on and on, live or into its memory: where each value is a
/// measurement of its own, every one would be early.
/// </summary>
/// <param name="Seconds">So long after it began each value is early, 1 to 3,600.</param>
/// <param name="AfterGapSeconds">It begins anew when no usable value came for longer than this, 1 to 86,400, or when it was off the citizen.</param>
public sealed record WarmUpLimit(int Seconds, int AfterGapSeconds);

/// <summary>What one sensor says about one vital.</summary>
/// <param name="Unit">UCUM unit it delivers; must be the vital's own.</param>
/// <param name="Possible">Outside it no living person has such a value: Unusable. Absent for a word.</param>
/// <param name="Specified">Outside it the maker promises nothing: Doubtful. Absent where no maker stands behind it.</param>
/// <param name="Jump">A change beyond it is Doubtful; null: never.</param>
/// <param name="StuckAfter">
/// So many equal values in a row are Doubtful from the last of them on, 2 or more; null: never. Not for a whole-number vital that stands still in
/// a body too: a saturation of 97 for ten minutes is calm sleep, a pulse that does not move by one in as long is a sensor that stopped.
/// </param>
/// <param name="WarmUp">Values are Doubtful for so long after it began; null: never.</param>
public sealed record SensorVital(
    string Unit, ValueRange? Possible = null, ValueRange? Specified = null, JumpLimit? Jump = null, int? StuckAfter = null, WarmUpLimit? WarmUp = null)
{
    /// <summary>True when a value is judged against those before it.</summary>
    [JsonIgnore] public bool HasContext => this is not { Jump: null, StuckAfter: null, WarmUp: null };
}

/// <summary>A sensor model as data (firmware-config/sensors).</summary>
/// <param name="Id">Model; the same word stands in every reading as its sensor.</param>
/// <param name="Version">Version of this file.</param>
/// <param name="Source">Where the numbers come from.</param>
/// <param name="Approved">Who approved it and when; null shows as "not approved".</param>
/// <param name="Vitals">By vital name; empty only for a device that measures none, such as a button.</param>
/// <param name="Streams">True where values come by themselves, one after the other, as long as it is on; false where each is a measurement of its own.</param>
/// <param name="Device">The device itself; absent where there is none (typed, replayed or simulated values).</param>
public sealed record SensorFile(
    string Id, string Version, string Source, string? Approved, IReadOnlyDictionary<string, SensorVital> Vitals, SensorDevice? Device = null,
    bool Streams = false)
{
    /// <summary>Reads and checks a file; every problem at once, each with its place.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, string fileName, out SensorFile? sensor, out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        problems = found;
        sensor = null;
        try
        {
            sensor = JsonSerializer.Deserialize(json, SensorJson.Default.SensorFile);
            CheckAll(sensor, fileName, found);
        }
        catch (JsonException bad)
        {
            found.Add($"{fileName}: {bad.Path} line {bad.LineNumber + 1}: {bad.Message}");
        }
        catch (Exception bad) when (bad is FormatException or InvalidOperationException or NotSupportedException)
        {
            found.Add($"{fileName}: {bad.Message}");
        }
        if (found.Count > 0)
        {
            sensor = null;
        }
        return sensor is not null;
    }

    private static void CheckAll(SensorFile? sensor, string fileName, List<string> problems)
    {
        if (sensor is null)
        {
            problems.Add($"{fileName}: must be a JSON object");
            return;
        }
        foreach ((string field, string text) in new[] { ("id", sensor.Id), ("version", sensor.Version), ("source", sensor.Source) })
        {
            if (text.Length == 0)
            {
                problems.Add($"{fileName}: {field} must not be empty");
            }
        }
        if (sensor is { Vitals.Count: 0, Device: null })
        {
            problems.Add($"{fileName}: vitals must not be empty without a device");
        }
        foreach ((string name, SensorVital? vital) in sensor.Vitals)
        {
            Check($"{fileName}: vitals.{name}", VitalCode.FromName(name), vital, problems);
        }
        sensor.Device?.Check(fileName, sensor.Vitals, problems);
    }

    private static void Check(string place, VitalCode? code, SensorVital? vital, List<string> problems)
    {
        if (vital is null)
        {
            problems.Add($"{place} must be an object");
            return;
        }
        if (code is null)
        {
            problems.Add($"{place} is not a vital; known are {string.Join(", ", VitalCode.All.Select(row => row.Name))}");
            return;
        }
        if (!string.Equals(vital.Unit, code.Unit, StringComparison.Ordinal))
        {
            problems.Add($"{place}.unit must be '{code.Unit}', it is '{vital.Unit}'");
        }
        if (code.IsAnswer != vital.Possible is null)
        {
            problems.Add(code.IsAnswer ? $"{place}.possible: an answer is a word and has no range" : $"{place}.possible is missing");
        }
        if (code.IsAnswer && vital.Specified is not null)
        {
            problems.Add($"{place}.specified: an answer is a word and has no range");
        }
        foreach ((string field, ValueRange? range) in new[] { ("possible", vital.Possible), ("specified", vital.Specified) })
        {
            if (range is not null && !(range.Low < range.High && double.IsFinite(range.Low) && double.IsFinite(range.High)))
            {
                problems.Add($"{place}.{field}: low must be below high, both finite");
            }
        }
        if (vital.Jump is { } jump && !(jump.By > 0 && double.IsFinite(jump.By) && jump.WithinSeconds is >= 1 and <= 86_400))
        {
            problems.Add($"{place}.jump: by must be above 0, within_seconds 1 to 86400");
        }
        if (vital.StuckAfter is < 2)
        {
            problems.Add($"{place}.stuck_after must be 2 or more");
        }
        if (vital.WarmUp is { } warm && !(warm.Seconds is >= 1 and <= 3_600 && warm.AfterGapSeconds is >= 1 and <= 86_400))
        {
            problems.Add($"{place}.warm_up: seconds must be 1 to 3600, after_gap_seconds 1 to 86400");
        }
        if (code.IsAnswer && vital.HasContext)
        {
            problems.Add($"{place}: an answer is a word: it neither jumps nor sticks nor warms up");
        }
        if (vital is { Possible: { } possible, Specified: { } specified } && !(possible.Holds(specified.Low) && possible.Holds(specified.High)))
        {
            problems.Add($"{place}.specified must lie inside possible");
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(SensorFile))]
internal sealed partial class SensorJson : JsonSerializerContext;
