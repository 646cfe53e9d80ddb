using TeleMonitor.Care.Cases;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Care.Paging;

/// <summary>
/// The order of a worklist (design.md section 8): Red, Unknown, Yellow; within it the earliest visible deadline, so that what is overdue
/// stands first; then the older case; then the id, so that two screens never differ. Closed cases last.
/// </summary>
/// <remarks>Unknown stands above Yellow here, other than in <see cref="Triage"/>: what cannot be said may hide a Red.</remarks>
public sealed class WorklistOrder : IComparer<CareCase>
{
    /// <summary>The one instance.</summary>
    public static WorklistOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(CareCase? x, CareCase? y) => (x, y) switch
    {
        (null, null) => 0,
        (null, _) => 1,
        (_, null) => -1,
        _ => Key(x).CompareTo(Key(y)) is var order && order != 0 ? order : string.CompareOrdinal(x.Id, y.Id),
    };

    private static (bool Closed, int Urgency, DateTimeOffset Deadline, DateTimeOffset Opened) Key(CareCase @case) =>
        (@case.State == CaseState.Closed, Urgency(@case.Triage), @case.VisibleDeadline ?? DateTimeOffset.MaxValue, @case.OpenedAt);

    private static int Urgency(Triage triage) => triage switch { Triage.Red => 0, Triage.Unknown => 1, Triage.Yellow => 2, _ => 3 };
}
