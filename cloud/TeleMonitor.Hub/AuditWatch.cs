using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub;

/// <summary>Writes the end of the audit down outside the database every hour, and says so when it cannot.</summary>
/// <param name="store">Store.</param>
/// <param name="file">Where.</param>
public sealed class AuditWatch(HubStore store, AnchorFile file)
{
    /// <summary>Finding: the end of the audit could not be written down.</summary>
    public const string NotAnchored = "finding/audit-not-anchored";
    /// <summary>Finding: the database does not hold what was written down outside.</summary>
    public const string Broken = "finding/audit-broken";

    private const int Piece = 2_000;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private DateTimeOffset? at, verifiedAt;
    private AuditTail? readTo;

    /// <summary>Does it when it is time.</summary>
    /// <returns>True when it was.</returns>
    public bool Round(DateTimeOffset now)
    {
        if (at is { } last && now - last < AnchorFile.Every)
        {
            return false;
        }
        at = now;
        try
        {
            AuditAnchor? newest = file.Read(out _).MaxBy(anchor => anchor.Number);
            (AuditTail end, string? stored) = store.Read(read => (read.AuditEnd(), newest is null ? null : LinkAt(read, newest.Number)));
            if (newest is not null && !string.Equals(stored, newest.Hash, StringComparison.Ordinal))
            {
                // nothing is written on top of it: it would hide what is wrong
                store.Write(write => write.Finding("", Broken, $"line {newest.Number}", now));
                return true;
            }
            if (end.Number > (newest?.Number ?? 0))
            {
                file.Append(new AuditAnchor(end.Number, end.Hash, now));
            }
            store.Write(write => write.EndFinding("", NotAnchored, null, now));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            store.Write(write => write.Finding("", NotAnchored, failed.GetType().Name, now));
        }
        return true;
    }

    /// <summary>Reads the whole chain against itself once a day, a piece at a time.</summary>
    /// <returns>True while there is more of it.</returns>
    public bool Verify(DateTimeOffset now)
    {
        if (readTo is null && verifiedAt is { } last && now - last < Day)
        {
            return false;
        }
        (AuditTail from, IReadOnlyList<AuditLine> piece) = store.Read(read =>
        {
            AuditTail begins = readTo ?? new AuditTail(0, AuditChain.Start);
            // what was cut meanwhile is behind us
            begins = read.AuditCut() is { } cut && cut.Number > begins.Number ? new AuditTail(cut.Number, cut.Hash) : begins;
            return (begins, read.AuditFrom(begins.Number + 1, Piece));
        });
        if (AuditChain.FirstBreak((from.Number, from.Hash), piece) is { } number)
        {
            store.Write(write => write.Finding("", Broken, $"line {number}", now));
        }
        readTo = piece.Count < Piece ? null : new AuditTail(piece[^1].Number, piece[^1].Hash);
        verifiedAt = now;
        return readTo is not null;
    }

    /// <summary>The link of a line, or of the last one that was removed.</summary>
    private static string? LinkAt(StoreTransaction read, long number) => read.AuditLineOf(number)?.Hash ?? (read.AuditCut() is { } cut && cut.Number == number ? cut.Hash : null);
}
