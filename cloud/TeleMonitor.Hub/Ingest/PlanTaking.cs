using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

/// <summary>Notes, for citizens with a plan, when a batch's usable values were taken: that they came, never what they say.</summary>
internal sealed class PlanTaking(StoreTransaction store, string gateway, DateTimeOffset sent, bool clockSet, DateTimeOffset now)
{
    private IReadOnlySet<int>? planned; // asked once a batch, and only of one that has a usable value
    private readonly Dictionary<(int Assignment, string Code), TakenValue> newest = [];

    /// <summary>Notes one value.</summary>
    /// <param name="reading">The value.</param>
    /// <param name="corrected">When it was, where the gateway has corrected its time.</param>
    public void Note(ReadingItem reading, DateTimeOffset? corrected)
    {
        if (!GradeWord.TryRead(reading.Grade, out Grade grade) || grade == Grade.Unusable || !(planned ??= store.PlannedAssignments(gateway)).Contains(reading.Assignment))
        {
            return;
        }
        // with a clock that was never set only the distance to the sending counts, which the same clock measured
        DateTimeOffset at = corrected ?? (clockSet ? reading.At : now - (sent - reading.At));
        at = at < now ? at : now; // a gateway that is ahead must not meet an occasion that has not opened yet
        if (!newest.TryGetValue((reading.Assignment, reading.Code), out TakenValue? known) || known.At <= at)
        {
            newest[(reading.Assignment, reading.Code)] = new TakenValue(at, reading.Answer);
        }
    }

    /// <summary>Writes it down.</summary>
    /// <returns>True when somebody who is Unknown for want of data is to be looked at.</returns>
    public bool Save()
    {
        bool look = false;
        foreach (((int assignment, string code), TakenValue value) in newest)
        {
            store.SetTaken(assignment, code, value);
        }
        foreach (int assignment in newest.Keys.Select(key => key.Assignment).Distinct())
        {
            look |= store.LookAtUnknown(assignment, now);
        }
        return look;
    }
}
