using System.Globalization;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Gateway.CitizenPage;

/// <summary>Times and names of vitals as a citizen reads them, in one language and one time zone.</summary>
/// <param name="language">Language.</param>
/// <param name="zone">The citizen's time zone.</param>
/// <param name="now">The moment, from which "tomorrow" is counted.</param>
internal sealed class DayText(PageLanguage language, TimeZoneInfo zone, DateTimeOffset now)
{
    private static readonly string[] Weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]; // in the order of DayOfWeek

    /// <summary>Language.</summary>
    public PageLanguage Language => language;

    /// <summary>A sentence with its values.</summary>
    public string Line(string key, params object[] values) => PageText.Line(key, language, values);

    /// <summary>The texts of plans and questionnaires.</summary>
    public string Of(LocalText text) => language == PageLanguage.English ? text.En : text.Da;

    /// <summary>A time: today the clock alone, else the day too.</summary>
    public string When(DateTimeOffset at)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(at, zone);
        int days = Schedule.DayOf(at, zone).DayNumber - Schedule.DayOf(now, zone).DayNumber;
        string clock = local.ToString("HH:mm", CultureInfo.InvariantCulture), weekday = Line(Weekdays[(int)local.DayOfWeek]);
        return days switch
        {
            0 => Line("when-today", clock),
            1 => Line("when-tomorrow", clock),
            -1 => Line("when-yesterday", clock),
            > 1 and < 7 => Line("when-day", weekday, clock),
            _ => Line("when-date", weekday, local.ToString("dd-MM-yyyy", CultureInfo.InvariantCulture), clock),
        };
    }

    /// <summary>"puls, vægt og ilt i blodet"; both blood pressures are one word.</summary>
    public string List(IEnumerable<Vital> vitals)
    {
        string[] names = [.. vitals.Select(vital => Line("vital-" + VitalCode.Of(vital == Vital.Diastolic ? Vital.Systolic : vital).Name)).Distinct(StringComparer.Ordinal)];
        return names.Length < 2 ? string.Concat(names) : Line("and", string.Join(", ", names[..^1]), names[^1]);
    }

    /// <summary>The same as the beginning of a sentence.</summary>
    public string Begin(IEnumerable<Vital> vitals) => List(vitals) is { Length: > 0 } text ? char.ToUpperInvariant(text[0]) + text[1..] : "";
}
