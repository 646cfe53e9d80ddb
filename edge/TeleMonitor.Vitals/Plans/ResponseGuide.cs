namespace TeleMonitor.Vitals.Plans;

/// <summary>What an authority asks for at a score.</summary>
/// <param name="From">Lowest total.</param>
/// <param name="To">Highest; null = and above.</param>
/// <param name="Single">Also, at least, where a single part decides, whatever the total.</param>
/// <param name="Tier">Name of the step.</param>
/// <param name="Contact">Who is told; null = nobody must be.</param>
/// <param name="WithinMinutes">Within how long somebody has acknowledged; null = not stated.</param>
/// <param name="RemeasureTimes">So many times; null = not stated.</param>
/// <param name="RemeasureWithinMinutes">Evenly within this time; null exactly where the times are.</param>
/// <param name="Advice">What to do; a minimum that clinical judgement adds to.</param>
/// <param name="Source">Where the row comes from.</param>
public sealed record ResponseRow(int From, int? To, bool Single, LocalText Tier, LocalText? Contact, int? WithinMinutes, int? RemeasureTimes, int? RemeasureWithinMinutes,
    LocalText Advice, string Source);

/// <summary>
/// The responses of one authority to one chart (firmware-config/plans/responses). A guide that nobody signed shows "not approved" beside every
/// line: published responses end at a total of 2 (clinical.md 1.4).
/// </summary>
/// <param name="Id">Id: the file's name.</param>
/// <param name="Version">Version of the data.</param>
/// <param name="Source">Where the content comes from.</param>
/// <param name="Approved">Who signed it; null shows as "not approved".</param>
/// <param name="Authority">Slug of the authority; <c>default</c> for those without one of their own.</param>
/// <param name="Chart">Chart id.</param>
/// <param name="Rows">From total 0 without gap, the least urgent first; the last has no highest total. One is for a single part too.</param>
public sealed record ResponseGuide(string Id, string Version, string Source, ContentApproval? Approved, string Authority, string Chart, IReadOnlyList<ResponseRow> Rows)
{
    /// <summary>Slug of the guides that hold where an authority has none of its own.</summary>
    public const string AnyAuthority = "default";

    /// <summary>The row for a score; the more urgent of total and single part. With parts missing give the lowest total: it is at least this.</summary>
    /// <param name="total">Total, from 0.</param>
    /// <param name="single">A single part decides by the chart.</param>
    public ResponseRow For(int total, bool single) => Rows.Last(row => row.From <= Math.Max(total, 0) || (single && row.Single));

    /// <summary>The guide of an authority for a chart, else the default; null where there is neither.</summary>
    public static ResponseGuide? Find(IEnumerable<ResponseGuide> guides, string authority, string chart) => guides
        .Where(guide => string.Equals(guide.Chart, chart, StringComparison.Ordinal) && (string.Equals(guide.Authority, authority, StringComparison.Ordinal) || guide.Authority is AnyAuthority))
        .MinBy(guide => guide.Authority is AnyAuthority && authority is not AnyAuthority ? 1 : 0);
}

/// <summary>Reads response guides.</summary>
public sealed record ResponseFile(string Id, string Version, string Source, ContentApproval? Approved, string Authority, string Chart, IReadOnlyList<ResponseRow> Rows)
{
    /// <summary>Reads and checks a guide; every problem at once, each with its place.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, string fileName, out ResponseGuide? guide, out IReadOnlyList<string> problems)
    {
        guide = ContentJson.Read(json, fileName, ContentJson.Default.ResponseFile, file =>
        {
            var found = new ContentProblems(fileName);
            file.Check(found);
            return (found.Found.Count == 0 ? new ResponseGuide(file.Id, file.Version, file.Source, file.Approved, file.Authority, file.Chart, file.Rows) : null, found.Found);
        }, out problems);
        return guide is not null;
    }

    private void Check(ContentProblems problems)
    {
        problems.Head(Id, Version, Source, Approved);
        problems.Slug(Authority, "authority");
        problems.Slug(Chart, "chart");
        problems.Require(Rows.Count > 0, "rows", "must not be empty");
        int? expected = 0;
        for (int at = 0; at < Rows.Count; at++)
        {
            string place = $"rows[{at}]";
            if (!problems.Require(Rows[at] is not null, place, "must be an object"))
            {
                continue;
            }
            ResponseRow row = Rows[at];
            problems.Require(row.From == expected, $"{place}.from", expected is { } total ? $"must be {total}: totals follow each other without gap" : "comes after a row without a highest total");
            problems.Require(row.To is null || row.To >= row.From, $"{place}.to", "must not be below from");
            problems.Text(row.Tier, $"{place}.tier");
            problems.Text(row.Advice, $"{place}.advice");
            problems.Require(row.Contact is null or { Da.Length: > 0, En.Length: > 0 }, $"{place}.contact", "must have a text in da and in en, or be null");
            problems.Require(row.Source.Length > 0, $"{place}.source", "must say where the row comes from");
            problems.Require(row.WithinMinutes is null or (>= 1 and <= 10_080), $"{place}.within_minutes", "must be 1 to 10080 or null");
            problems.Require((row.RemeasureTimes is null) == (row.RemeasureWithinMinutes is null) && row.RemeasureTimes is null or (>= 1 and <= 48) && row.RemeasureWithinMinutes is null or (>= 1 and <= 10_080),
                $"{place}.remeasure_times", "must be 1 to 48 with remeasure_within_minutes 1 to 10080, or both null");
            expected = row.To + 1;
        }
        problems.Require(expected is null, "rows", "must end with a row that has no highest total");
        problems.Require(Rows.Count(row => row is { Single: true }) == 1, "rows", "must have one that is for a single part too");
    }
}
