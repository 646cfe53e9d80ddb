using System.Security.Cryptography;
using System.Text;
using TeleMonitor.Care.Cases;

namespace TeleMonitor.Hub.Audit;

/// <summary>How an attempt ended.</summary>
public enum AuditOutcome : byte
{
    /// <summary>It was shown or done.</summary>
    Done,
    /// <summary>It was refused: out of scope, or there is no such thing; the two cannot be told apart from outside.</summary>
    Denied,
    /// <summary>It was shown or done out of scope, with a reason, and the coordinator was told.</summary>
    Broken,
}

/// <summary>One line of the audit: one citizen each. Never a CPR number, a name or a value.</summary>
/// <param name="At">When, hub time.</param>
/// <param name="Person">Who: a person's id, a token's id, or <c>hub</c>.</param>
/// <param name="Role">As what.</param>
/// <param name="Unit">For which unit.</param>
/// <param name="Session">One sign-in.</param>
/// <param name="Act"><c>view</c>, or what was done.</param>
/// <param name="Kind">What of the citizen's data: <c>case</c>, <c>values</c>, <c>plan</c>, <c>register</c>, …</param>
/// <param name="Citizen">Pseudonym; empty where it is about none.</param>
/// <param name="Why">Case, plan or review it was for, e.g. <c>case 12</c>.</param>
/// <param name="Outcome">How it ended.</param>
public sealed record AuditEntry(
    DateTimeOffset At, string Person, string Role, string Unit, string Session, string Act, string Kind, string Citizen, string Why, AuditOutcome Outcome);

/// <summary>A line with its number and its link in the chain.</summary>
/// <param name="Number">1, 2, 3, … without a gap.</param>
/// <param name="Entry">The line.</param>
/// <param name="Hash">SHA-256, 64 hex digits.</param>
public sealed record AuditLine(long Number, AuditEntry Entry, string Hash);

/// <summary>A link that was written down outside the database.</summary>
/// <param name="Number">Number of the line.</param>
/// <param name="Hash">Its link.</param>
/// <param name="At">When it was written down.</param>
/// <param name="Cut">True when it says that this line and those before it were about to be removed, their time being over.</param>
public sealed record AuditAnchor(long Number, string Hash, DateTimeOffset At, bool Cut = false);

/// <summary>Where the oldest lines were removed after their time.</summary>
/// <param name="Number">Number of the last line that went.</param>
/// <param name="Hash">Its link: the next line stands on it.</param>
/// <param name="At">When.</param>
public sealed record AuditCut(long Number, string Hash, DateTimeOffset At);

/// <summary>The chain over the audit's lines: a line that is changed, removed, moved or put between breaks it, and an anchor shows a chain that was made anew.</summary>
public static class AuditChain
{
    /// <summary>The link before the first line.</summary>
    public const string Start = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>The link of a line.</summary>
    /// <param name="before">Link of the line before it.</param>
    /// <param name="number">Its number.</param>
    /// <param name="entry">What it says.</param>
    public static string Link(string before, long number, AuditEntry entry)
    {
        // each field with its length before it, so that no two lines read the same
        var text = new StringBuilder(before);
        string[] fields =
        [
            number.ToString(), entry.At.ToUnixTimeMilliseconds().ToString(), entry.Person, entry.Role, entry.Unit, entry.Session, entry.Act, entry.Kind, entry.Citizen, entry.Why,
            Enum.IsDefined(entry.Outcome) ? CaseWord.Of(entry.Outcome) : "?",
        ];
        foreach (string field in fields)
        {
            text.Append('|').Append(field.Length).Append(':').Append(field);
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>Reads the whole chain against itself and against what was written down outside; every problem, each once.</summary>
    /// <param name="lines">All lines by number.</param>
    /// <param name="anchors">What was written down outside, in any order.</param>
    /// <param name="cut">Where the oldest lines were removed, by the database; null while it says none were.</param>
    public static IReadOnlyList<string> Problems(IEnumerable<AuditLine> lines, IReadOnlyList<AuditAnchor> anchors, AuditCut? cut = null)
    {
        var problems = new List<string>();
        ILookup<long, AuditAnchor> byNumber = anchors.ToLookup(anchor => anchor.Number);
        string before = cut?.Hash ?? Start;
        long last = cut?.Number ?? 0;
        // whoever can remove lines can write a cut too: it counts when it was written down outside before
        if (cut is not null && !byNumber[cut.Number].Any(anchor => anchor.Cut && string.Equals(anchor.Hash, cut.Hash, StringComparison.Ordinal)))
        {
            problems.Add($"the lines up to {cut.Number} were removed at {cut.At:u}, and nothing outside says that they were to be");
        }
        foreach (AuditLine line in lines)
        {
            if (line.Number != last + 1)
            {
                problems.Add(line.Number <= last ? $"line {line.Number} stands after line {last}" : $"lines {last + 1} to {line.Number - 1} are missing");
            }
            if (!string.Equals(Link(before, line.Number, line.Entry), line.Hash, StringComparison.Ordinal))
            {
                problems.Add($"line {line.Number} of {line.Entry.At:u} is not what was written, or another line stood before it");
            }
            foreach (AuditAnchor anchor in byNumber[line.Number].Where(anchor => !string.Equals(anchor.Hash, line.Hash, StringComparison.Ordinal)))
            {
                problems.Add($"line {line.Number} is not the one that was written down outside at {anchor.At:u}");
            }
            (before, last) = (line.Hash, line.Number);
        }
        foreach (AuditAnchor ahead in anchors.Where(anchor => anchor.Number > last).OrderBy(anchor => anchor.Number))
        {
            problems.Add($"line {ahead.Number}, written down outside at {ahead.At:u}, is not in the database: it ends at line {last}");
        }
        return problems;
    }

    /// <summary>Reads a piece of the chain: the first line that does not stand on the one before it; null when all do.</summary>
    /// <param name="before">Number and link of the line before the piece.</param>
    /// <param name="lines">The piece, by number.</param>
    public static long? FirstBreak((long Number, string Hash) before, IEnumerable<AuditLine> lines)
    {
        foreach (AuditLine line in lines)
        {
            if (line.Number != before.Number + 1 || !string.Equals(Link(before.Hash, line.Number, line.Entry), line.Hash, StringComparison.Ordinal))
            {
                return line.Number;
            }
            before = (line.Number, line.Hash);
        }
        return null;
    }
}
