using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Hub.Boards;

/// <summary>What the newest alert of a case has changed against the one before it. Pure but for <see cref="Read"/>.</summary>
/// <param name="Since">When the alert before it was made; null for the first of the case.</param>
/// <param name="Before">Its triage; null for the first.</param>
/// <param name="Now">Triage of the newest.</param>
/// <param name="New">Reason codes that were not there, nor a more severe form of them.</param>
/// <param name="Gone">Reason codes that are not there any more, in no form.</param>
/// <param name="TotalBefore">Lowest total then; null where there was none.</param>
/// <param name="Total">Lowest total now.</param>
public sealed record AlertChange(
    DateTimeOffset? Since, Triage? Before, Triage Now, IReadOnlyList<string> New, IReadOnlyList<string> Gone, int? TotalBefore, int? Total)
{
    /// <summary>True when it says the same as the one before.</summary>
    public bool IsSame => Since is not null && Before == Now && New.Count == 0 && Gone.Count == 0 && TotalBefore == Total;

    /// <summary>Compares the two newest alerts of a case; null when it has none.</summary>
    public static AlertChange? Read(ScopedRead read, long careCase) => read.NewestAlertsOf(careCase, 2) switch
    {
        [] => null,
        [var first] => Of(null, first),
        [var newest, var before, ..] => Of(before, newest),
    };

    /// <summary>Compares two alerts that follow each other.</summary>
    public static AlertChange Of(AlertRow? before, AlertRow newest)
    {
        string[] was = [.. before?.Reasons ?? []];
        return new AlertChange(before?.At, before?.Triage, newest.Triage,
            [.. newest.Reasons.Where(reason => Reason.HasNew([reason], was))],
            [.. was.Where(reason => !newest.Reasons.Any(now => Subject(now) == Subject(reason)))],
            before?.Total, newest.Total);
    }

    /// <summary>A reason without how much of it: chart and part, vital, question.</summary>
    private static string Subject(string reason) => reason.LastIndexOf('/') is var end and > 0 && reason.IndexOf('/') != end ? reason[..end] : reason;
}
