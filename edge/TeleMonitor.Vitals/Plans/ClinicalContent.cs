using System.Globalization;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Plans;

/// <summary>A text for people in both languages.</summary>
/// <param name="Da">Danish; shown first.</param>
/// <param name="En">English.</param>
public sealed record LocalText(string Da, string En);

/// <summary>Who signed a piece of clinical content, and when (design.md rule 15). Absent shows as "not approved".</summary>
/// <param name="By">Name of the office or person.</param>
/// <param name="At">When.</param>
public sealed record ContentApproval(string By, DateTimeOffset At);

/// <summary>Collects what is wrong with one file of clinical content, each with its place, so that a person can mend it in one go.</summary>
internal sealed class ContentProblems(string fileName)
{
    private readonly List<string> found = [];

    public IReadOnlyList<string> Found => found;

    /// <summary>False once a span could not be read: what compares it with another would only say so twice.</summary>
    public bool AreSpansRead { get; private set; } = true;

    public bool Require(bool holds, string place, string expectation)
    {
        if (!holds)
        {
            found.Add($"{fileName}: {place} {expectation}");
        }
        return holds;
    }

    /// <summary>What every such file has: id, version, source, and who approved it where somebody did.</summary>
    public void Head(string id, string version, string source, ContentApproval? approved)
    {
        Slug(id, "id");
        Require(version.Length > 0, "version", "must not be empty");
        Require(source.Length > 0, "source", "must say where the content comes from");
        Require(approved is null or { By.Length: > 0 }, "approved.by", "must name who signed it");
    }

    public bool Slug(string? word, string place) => Require(AnswerCode.IsWord(word), place, $"must be 1 to 26 of a-z, 0-9 and hyphens, it is '{word}'");

    public void Text(LocalText? text, string place) =>
        Require(text is { Da.Length: > 0, En.Length: > 0 }, place, "must have a text in da and in en");

    /// <summary>A span as hh:mm; hours may be more than 24.</summary>
    public TimeSpan Span(string? text, string place, TimeSpan lowest, TimeSpan highest)
    {
        if (TryReadSpan(text) is { } span && span >= lowest && span <= highest)
        {
            return span;
        }
        AreSpansRead = false;
        Require(false, place, $"must be hh:mm from {Said(lowest)} to {Said(highest)}, it is '{text}'");
        return lowest;
    }

    private static TimeSpan? TryReadSpan(string? text) =>
        text?.Split(':') is [{ Length: 2 or 3 } hours, { Length: 2 } minutes]
        && int.TryParse(hours, NumberStyles.None, CultureInfo.InvariantCulture, out int whole)
        && int.TryParse(minutes, NumberStyles.None, CultureInfo.InvariantCulture, out int rest) && rest < 60
            ? new TimeSpan(whole, rest, 0) : null;

    private static string Said(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours:00}:{span.Minutes:00}");
}
