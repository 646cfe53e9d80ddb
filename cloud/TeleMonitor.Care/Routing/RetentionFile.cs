namespace TeleMonitor.Care.Routing;

/// <summary>What is kept for a time and then removed.</summary>
public enum RetentionKind : byte
{
    /// <summary>Everything about a citizen whose monitoring is over, counted from the last entry.</summary>
    HealthRecord,
    /// <summary>Who saw or did what, counted from the line.</summary>
    Audit,
}

/// <summary>How long one kind is kept.</summary>
/// <param name="Kind">What.</param>
/// <param name="Years">Whole years.</param>
/// <param name="Source">Where the figure comes from.</param>
public sealed record RetentionTime(RetentionKind Kind, int Years, string Source);

/// <summary>How long everything is kept.</summary>
/// <param name="Id">Id.</param>
/// <param name="Version">Version.</param>
/// <param name="Source">Where the facts come from.</param>
/// <param name="Approved">Who signed it; null is shown as "not approved".</param>
/// <param name="Kinds">Every kind once.</param>
public sealed record Retention(string Id, string Version, string Source, Approval? Approved, IReadOnlyList<RetentionTime> Kinds)
{
    /// <summary>What is older than this has had its time.</summary>
    public DateTimeOffset Before(RetentionKind kind, DateTimeOffset now) => now.AddYears(-Kinds.First(one => one.Kind == kind).Years);
}

/// <summary>Reads how long everything is kept (<c>firmware-config/topology/retention.json</c>, schema <c>retention.schema.json</c>).</summary>
public static class RetentionFile
{
    /// <summary>Least and most years that anything is kept.</summary>
    public const int LeastYears = 1, MostYears = 100;

    /// <summary>Reads and checks a file: its form, and that every kind stands once.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="fileName">Name for the problems.</param>
    /// <param name="retention">The times; null when false is returned.</param>
    /// <param name="problems">Every problem at once, each with file and field path; empty when true is returned.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, string fileName, out Retention? retention, out IReadOnlyList<string> problems)
    {
        List<string> found = [];
        retention = DataFields.Root(json, fileName, found, Read);
        problems = found;
        return retention is not null;
    }

    private static Retention Read(DataFields file)
    {
        IReadOnlyList<RetentionTime> kinds = file.List("kinds", one => new RetentionTime(
            one.Word("kind", word => word switch { "health-record" => RetentionKind.HealthRecord, "audit" => RetentionKind.Audit, _ => (RetentionKind?)null }, "health-record, audit"),
            one.Whole("years", LeastYears, MostYears), one.Text("source")));
        foreach (RetentionKind kind in Enum.GetValues<RetentionKind>().Where(kind => kinds.Count > 0 && kinds.Count(one => one.Kind == kind) != 1))
        {
            file.Problem("kinds", $"must name {(kind == RetentionKind.HealthRecord ? "health-record" : "audit")} once");
        }
        return new Retention(file.Slug("id"), file.Text("version"), file.Text("source"), TopologyFile.ReadApproval(file), kinds);
    }
}
