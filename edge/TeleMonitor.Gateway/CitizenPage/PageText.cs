using System.Globalization;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Gateway.CitizenPage;

/// <summary>Languages of the page.</summary>
internal enum PageLanguage : byte
{
    /// <summary>The first, and the one of whoever asks for neither.</summary>
    Danish,
    /// <summary>English.</summary>
    English,
}

/// <summary>The words of the page. CitizenText.resx is Danish, CitizenText.en.resx English.</summary>
internal static class PageText
{
    private static readonly TextFile Texts = new("CitizenPage.CitizenText");

    // the first of them that was measured names the measurement
    private static readonly (Vital Vital, string Key)[] Kinds =
    [
        (Vital.Systolic, "kind-systolic"), (Vital.Spo2, "kind-spo2"), (Vital.Weight, "kind-weight"), (Vital.Temperature, "kind-temperature"),
        (Vital.Respiration, "kind-respiration"), (Vital.Pulse, "kind-pulse"),
    ];

    /// <summary>Any sentence of the file.</summary>
    public static string Line(string key, PageLanguage language, params object[] values) => In(Texts.Line(key, values), language);

    /// <summary>One of both.</summary>
    public static string In(TextLine line, PageLanguage language) => language == PageLanguage.English ? line.English : line.Danish;

    /// <summary>What was measured and when; never the value.</summary>
    /// <param name="vitals">What the burst holds.</param>
    /// <param name="local">Local time; null when it is not known.</param>
    public static TextLine What(IReadOnlyList<Vital> vitals, DateTimeOffset? local)
    {
        string key = Array.Find(Kinds, kind => vitals.Contains(kind.Vital)).Key ?? "kind-other";
        return local is { } at ? Texts.Line("measured-at", Texts.Line(key), at.ToString("HH:mm", CultureInfo.InvariantCulture)) : Texts.Line(key);
    }

    /// <summary>The language that a browser asks for (Accept-Language, RFC 9110 section 12.5.4): English where it comes before Danish.</summary>
    public static PageLanguage LanguageOf(string? languages)
    {
        (double danish, double english) = (0, 0);
        foreach (string[] part in (languages ?? "").Split(',').Select(entry => entry.Split(';')))
        {
            string tag = part[0].Trim().Split('-')[0].ToLowerInvariant();
            double weight = part.Skip(1).Select(one => one.Trim()).FirstOrDefault(one => one.StartsWith("q=", StringComparison.Ordinal)) is not { } q ? 1
                : double.TryParse(q[2..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double read) ? read : 0;
            danish = tag is "da" && weight > danish ? weight : danish;
            english = tag is "en" && weight > english ? weight : english;
        }
        return english > danish ? PageLanguage.English : PageLanguage.Danish;
    }
}
