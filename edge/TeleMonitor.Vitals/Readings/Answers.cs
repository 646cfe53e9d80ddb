namespace TeleMonitor.Vitals.Readings;

/// <summary>Level of consciousness as a word. The word travels; points are the chart's business (clinical.md 1.2).</summary>
public enum Consciousness : byte
{
    /// <summary>Not asked.</summary>
    None,
    /// <summary>As this citizen usually is.</summary>
    Habitual,
    /// <summary>Awake and oriented.</summary>
    Alert,
    /// <summary>New confusion.</summary>
    Confusion,
    /// <summary>Restless, threatening or labile.</summary>
    Agitated,
    /// <summary>Responds only to speech.</summary>
    Voice,
    /// <summary>Responds only to pain.</summary>
    Pain,
    /// <summary>No reaction.</summary>
    Unresponsive,
}

/// <summary>Answer to "is oxygen given now".</summary>
public enum OxygenAnswer : byte
{
    /// <summary>Not asked; never assumed to be air (clinical.md 2.1).</summary>
    None,
    /// <summary>Breathes air.</summary>
    No,
    /// <summary>Is given oxygen.</summary>
    Yes,
}

/// <summary>Where a temperature was taken.</summary>
public enum Site : byte
{
    /// <summary>Not stated: used as measured.</summary>
    None,
    /// <summary>Rectal, the route TOBS is written for.</summary>
    Rectal,
    /// <summary>Oral.</summary>
    Oral,
    /// <summary>Axillary.</summary>
    Axillary,
    /// <summary>Tympanic: no correction is published, so it is scored uncorrected and flagged (clinical.md 1.6).</summary>
    Ear,
    /// <summary>Core.</summary>
    Core,
}

/// <summary>The lower-case words of the answers on the wire and in CSV.</summary>
public static class AnswerWord
{
    private static readonly string[] ConsciousnessWords = ["", "habitual", "alert", "confusion", "agitated", "voice", "pain", "unresponsive"];
    private static readonly string[] OxygenWords = ["", "no", "yes"];
    private static readonly string[] SiteWords = ["", "rectal", "oral", "axillary", "ear", "core"];

    /// <summary>The word; empty for None.</summary>
    public static string Of(Consciousness value) => ConsciousnessWords[(int)value];

    /// <inheritdoc cref="Of(Consciousness)"/>
    public static string Of(OxygenAnswer value) => OxygenWords[(int)value];

    /// <inheritdoc cref="Of(Consciousness)"/>
    public static string Of(Site value) => SiteWords[(int)value];

    /// <summary>Reads a word; empty reads as None; false for an unknown word.</summary>
    public static bool TryRead(string? word, out Consciousness value) => TryFind(ConsciousnessWords, word, out value);

    /// <inheritdoc cref="TryRead(string?, out Consciousness)"/>
    public static bool TryRead(string? word, out OxygenAnswer value) => TryFind(OxygenWords, word, out value);

    /// <inheritdoc cref="TryRead(string?, out Consciousness)"/>
    public static bool TryRead(string? word, out Site value) => TryFind(SiteWords, word, out value);

    /// <summary>All words of consciousness, for messages.</summary>
    public static string ConsciousnessChoices => string.Join('|', ConsciousnessWords[1..]);

    /// <summary>All words of oxygen, for messages.</summary>
    public static string OxygenChoices => string.Join('|', OxygenWords[1..]);

    /// <summary>All words of the site, for messages.</summary>
    public static string SiteChoices => string.Join('|', SiteWords[1..]);

    private static bool TryFind<T>(string[] words, string? word, out T value) where T : struct, Enum
    {
        int index = Array.IndexOf(words, word ?? "");
        value = index < 0 ? default : (T)Enum.ToObject(typeof(T), (byte)index);
        return index >= 0;
    }
}
