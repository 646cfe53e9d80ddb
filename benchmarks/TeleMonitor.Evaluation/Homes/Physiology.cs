using System.Security.Cryptography;
using System.Text.Json;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Evaluation.Homes;

/// <summary>Two numbers, the first not above the second.</summary>
internal sealed record FromTo(double Low, double High);

/// <summary>A normal distribution; outside the bounds it is drawn again.</summary>
internal sealed record Spread(double Mean, double Sd, double? Low = null, double? High = null);

/// <summary>How a vital changes in an attack: in this share of them, from one day to another counted from the onset of symptoms.</summary>
internal sealed record VitalAttack(double Share, double BeginsDays, double FullDays, Spread Change);

/// <summary>One vital of a stable citizen and in an attack.</summary>
/// <param name="Habitual">The citizen's own level.</param>
/// <param name="DaySd">From day to day, slowly changing.</param>
/// <param name="NoiseSd">From measurement to measurement.</param>
/// <param name="DayCorrelation">Of one day with the next.</param>
/// <param name="DailySwing">Half of the difference between the highest and the lowest hour.</param>
/// <param name="PeakHour">Hour of day of the highest.</param>
/// <param name="Decimals">As the sensor shows it.</param>
/// <param name="Attack">In an attack.</param>
internal sealed record VitalCourse(Spread Habitual, double DaySd, double NoiseSd, double DayCorrelation, double DailySwing, double PeakHour, int Decimals, VitalAttack Attack);

/// <summary>All parameters of the simulated homes, from <c>physiology.json</c>: fixed before any rule was tuned on them.</summary>
internal sealed record Physiology(string Id, string Version, string Source, Physiology.SeedRanges Seeds, Physiology.People Population, Physiology.Attacks Attack,
    Physiology.AllVitals Vitals, Physiology.AllSymptoms Symptoms, Physiology.Routine Measuring, Physiology.FalseValues Faults)
{
    /// <summary>SHA-256 of the file, 64 hex digits.</summary>
    public string Hash { get; private init; } = "";

    /// <summary>Seeds that rules are tuned on, and seeds that are reported.</summary>
    public sealed record SeedRanges(string Note, FromTo Tune, FromTo Report);

    /// <summary>Who lives in the homes of one seed, and for how long.</summary>
    public sealed record People(string Note, int Stable, int WithWarning, int WithoutWarning, int Days, int BaselineDays);

    /// <summary>When an attack's symptoms begin, and how many days later it is there.</summary>
    public sealed record Attacks(string Note, FromTo OnsetDay, FromTo WarningDays);

    /// <summary>The vitals that a home may measure.</summary>
    public sealed record AllVitals(string Note, VitalCourse Pulse, VitalCourse Spo2, VitalCourse Respiration, VitalCourse Temperature)
    {
        /// <summary>One of the four.</summary>
        public VitalCourse this[Vital vital] => vital switch
        {
            Vital.Pulse => Pulse,
            Vital.Spo2 => Spo2,
            Vital.Respiration => Respiration,
            Vital.Temperature => Temperature,
            _ => throw new ArgumentOutOfRangeException(nameof(vital), vital, "is measured in no simulated home"),
        };
    }

    /// <summary>What is answered to the daily questions.</summary>
    public sealed record AllSymptoms(string Note, IReadOnlyList<double> TypeShares, double CoughShare, IReadOnlyDictionary<string, FromTo> BeginsDays, double ToldWhenPresent,
        double StrayYes, double BadSpellADay, FromTo BadSpellDays, IReadOnlyDictionary<string, double> BadSpell);

    /// <summary>A time of day at which the citizen measures.</summary>
    public sealed record Session(double Hour, double SpreadHours, bool Questions);

    /// <summary>When what is measured, and how often it is not.</summary>
    public sealed record Routine(string Note, IReadOnlyList<Session> Sessions, double Missed, double Partial, double TemperatureShare, double RespirationShare,
        double QuestionsSkipped, double MeasuresAgain, double AgainMinutes, Night NightSensor);

    /// <summary>A sensor that measures all night and hands everything over by itself.</summary>
    public sealed record Night(int CitizensASeed, double FromHour, double Hours, int EveryMinutes, double Lost, double StuckSpellsANight, FromTo StuckMinutes);

    /// <summary>False values by their kind.</summary>
    public sealed record FalseValues(string Note, Contact PoorContact, Unrest Unrested, Factor WrongPulse, Misuse Thermometer);

    /// <summary>A cold finger or a loose clip.</summary>
    public sealed record Contact(double Chance, double Flagged, FromTo Spo2);

    /// <summary>Measured just after an effort.</summary>
    public sealed record Unrest(double Chance, FromTo Pulse, FromTo Spo2, FromTo Respiration);

    /// <summary>A pulse counted half or double.</summary>
    public sealed record Factor(double Chance, IReadOnlyList<double> Factors);

    /// <summary>A thermometer that did not sit.</summary>
    public sealed record Misuse(double Chance, FromTo Temperature);

    /// <summary>Reads the file beside the program.</summary>
    /// <exception cref="InvalidDataException">A field is missing, unknown or of another kind; the message names it.</exception>
    public static Physiology Load(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        try
        {
            Physiology read = JsonSerializer.Deserialize<Physiology>(bytes, Options) ?? throw new JsonException("is null");
            return read with { Hash = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
        }
        catch (JsonException bad)
        {
            throw new InvalidDataException($"{file}: {bad.Path} line {bad.LineNumber + 1}: {bad.Message}", bad);
        }
    }

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };
}
