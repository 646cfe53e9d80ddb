namespace TeleMonitor.Hub.Store;

/// <summary>A fact about a gateway or the hub.</summary>
/// <param name="Gateway">Gateway; empty for the hub itself.</param>
/// <param name="Code">finding/….</param>
/// <param name="Detail">Names and numbers that make it precise.</param>
/// <param name="FirstMs">When it was seen first, hub time in milliseconds.</param>
/// <param name="LastMs">When it was seen last.</param>
/// <param name="Seen">How often.</param>
/// <param name="OpenedMs">Since when it has stood; later than the first time where it had ended in between.</param>
/// <param name="EndedMs">When it ended; null while it stands, and for a fact that has no end.</param>
public sealed record FindingRow(string Gateway, string Code, string Detail, long FirstMs, long LastMs, long Seen, long OpenedMs, long? EndedMs);

public sealed partial class StoreTransaction
{
    private const string FindingColumns =
        "gateway as Gateway, code as Code, detail as Detail, first_ms as FirstMs, last_ms as LastMs, seen as Seen, opened_ms as OpenedMs, ended_ms as EndedMs";

    /// <summary>Records a fact about a gateway or the hub; the same fact again is counted, and one that had ended is open again.</summary>
    public void Finding(string gateway, string code, string detail, DateTimeOffset now) => Run(
        """
        insert into finding (gateway, code, detail, first_ms, last_ms, seen, opened_ms) values (@gateway, @code, @detail, @now, @now, 1, @now)
        on conflict (gateway, code, detail) do update set last_ms = excluded.last_ms, seen = finding.seen + 1, ended_ms = null,
          opened_ms = case when finding.ended_ms is null then finding.opened_ms else excluded.last_ms end
        """,
        new { gateway, code, detail, now = Milliseconds(now) });

    /// <summary>Ends a finding: the one with this detail, or every one of the code where no detail is named.</summary>
    /// <returns>True when one was open.</returns>
    public bool EndFinding(string gateway, string code, string? detail, DateTimeOffset now) => Run(
        "update finding set ended_ms = @now where gateway = @gateway and code = @code and (@detail is null or detail = @detail) and ended_ms is null",
        new { gateway, code, detail, now = Milliseconds(now) }) > 0;

    /// <summary>All findings, latest first.</summary>
    public IReadOnlyList<FindingRow> Findings() => [.. Query<FindingRow>($"select {FindingColumns} from finding order by last_ms desc limit 1000")];

    /// <summary>The findings that have not ended, the longest standing first; of one gateway or of all.</summary>
    /// <param name="gateway">Gateway; empty for the hub itself; null for all.</param>
    /// <param name="most">At most so many.</param>
    public IReadOnlyList<FindingRow> OpenFindings(string? gateway, int most) => [.. Query<FindingRow>(
        $"select {FindingColumns} from finding where ended_ms is null and (@gateway is null or gateway = @gateway) order by OpenedMs limit @most + 0", new { gateway, most })];
}
