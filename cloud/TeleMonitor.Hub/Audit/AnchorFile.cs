using System.Globalization;

namespace TeleMonitor.Hub.Audit;

/// <summary>
/// Where the end of the audit is written down outside the database, a line each: number, link, time. Whoever can write the database can
/// make its chain anew, and a database of yesterday has a whole chain too; what stands here shows both. It belongs on another machine's
/// disk, or is copied there.
/// </summary>
/// <param name="file">Path; made when it is not there.</param>
public sealed class AnchorFile(string file)
{
    private const string CutWord = "cut";

    /// <summary>How often the end is written down.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>Where it lies beside a store.</summary>
    public static string Beside(string store) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(store))!, "audit-anchors.txt");

    /// <summary>What was written down. A line that cannot be read is a problem, not nothing.</summary>
    public IReadOnlyList<AuditAnchor> Read(out IReadOnlyList<string> problems)
    {
        var anchors = new List<AuditAnchor>();
        var wrong = new List<string>();
        problems = wrong;
        string[] lines = File.Exists(file) ? File.ReadAllLines(file) : [];
        for (int index = 0; index < lines.Length; index++)
        {
            string[] parts = lines[index].Split(' ');
            if (parts is [var number, { Length: 64 } hash, var at, .. var rest] && rest is [] or [CutWord] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long read)
                && DateTimeOffset.TryParseExact(at, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset time))
            {
                anchors.Add(new AuditAnchor(read, hash, time, rest.Length > 0));
                continue;
            }
            wrong.Add($"{file} line {index + 1}: must be a number, a link of 64 hex digits and a time");
        }
        return anchors;
    }

    /// <summary>Writes one more line, on the disk when it returns.</summary>
    public void Append(AuditAnchor anchor)
    {
        using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.Read);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{anchor.Number} {anchor.Hash} {anchor.At:O}{(anchor.Cut ? " " + CutWord : "")}\n")));
        stream.Flush(flushToDisk: true);
    }
}
