namespace TeleMonitor.Vitals.Readings;

/// <summary>
/// Codes of answers to questions that are no vital: <c>answer/QUESTIONNAIRE/QUESTION</c>. Words of lower-case letters, digits and hyphens, so
/// that a code never holds what a citizen wrote.
/// </summary>
public static class AnswerCode
{
    /// <summary>Begins every code of an answer that has no LOINC code.</summary>
    public const string Prefix = "answer/";

    private const int LongestWord = 26; // prefix, two words and a slash are within the 64 characters of a code

    /// <summary>The code of a question.</summary>
    public static string Of(string questionnaire, string question) => $"{Prefix}{questionnaire}/{question}";

    /// <summary>Reads a code; false when it names no question.</summary>
    public static bool TryRead(string code, out string questionnaire, out string question)
    {
        (questionnaire, question) = ("", "");
        if (!code.StartsWith(Prefix, StringComparison.Ordinal) || code[Prefix.Length..].Split('/') is not [var first, var second] || !IsWord(first) || !IsWord(second))
        {
            return false;
        }
        (questionnaire, question) = (first, second);
        return true;
    }

    /// <summary>True for 1 to 26 lower-case letters, digits and hyphens, none at the ends.</summary>
    public static bool IsWord(string? word) => word is { Length: > 0 and <= LongestWord } && word[0] != '-' && word[^1] != '-'
        && word.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');
}
