using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Care.Routing;

/// <summary>Reads the ladders (<c>firmware-config/topology/ladders.json</c>, schema <c>ladders.schema.json</c>).</summary>
public static class LaddersFile
{
    private const int MinutesOfADay = 24 * 60;

    /// <summary>Reads and checks a file: its form, that every ladder ends at the fallback, and that a more severe triage is never slower or calls fewer.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="fileName">Name for the problems.</param>
    /// <param name="ladders">The ladders; null when false is returned.</param>
    /// <param name="problems">Every problem at once, each with file and field path; empty when true is returned.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, string fileName, out Ladders? ladders, out IReadOnlyList<string> problems)
    {
        List<string> found = [];
        ladders = DataFields.Root(json, fileName, found, Read);
        problems = found;
        return ladders is not null;
    }

    private static Ladders Read(DataFields file)
    {
        Ladder none = new([], TimeSpan.Zero, TimeSpan.Zero);
        Ladders ladders = new(
            file.Slug("id"),
            file.Text("version"),
            file.Text("source"),
            TopologyFile.ReadApproval(file),
            file.Object("red", ReadLadder) ?? none,
            file.Object("unknown", ReadLadder) ?? none,
            file.Object("yellow", ReadLadder) ?? none,
            file.Word("unreadable_alert", word => TriageWord.TryRead(word, out Triage triage) && triage != Triage.Green ? triage : (Triage?)null, "red, yellow, unknown"),
            file.Minutes("open_for_all_after_minutes", 1, MinutesOfADay),
            file.Object("self_test", ReadSelfTest) ?? new SelfTestTimes(none, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero));
        CheckNeverLess(file, "red", ladders.Red, "yellow", ladders.Yellow);
        CheckNeverLess(file, "yellow", ladders.Yellow, "unknown", ladders.Unknown);
        return ladders;
    }

    private static SelfTestTimes ReadSelfTest(DataFields field)
    {
        IReadOnlyList<Rung> rungs = field.List("rungs", rung => new Rung(rung.Words("to", word => word is "sink" ? Receiver.Sink : (Receiver?)null, "sink"), rung.Minutes("wait_minutes", 1, MinutesOfADay)));
        TimeSpan every = field.Minutes("every_minutes", 1, 60);
        return new SelfTestTimes(new Ladder(rungs, every, every), every, field.Minutes("late_after_minutes", 1, 60), field.Minutes("acknowledge_within_minutes", 1, MinutesOfADay));
    }

    private static Ladder ReadLadder(DataFields field)
    {
        IReadOnlyList<Rung> rungs = field.List("rungs", rung => new Rung(
            rung.Words("to", word => word switch { "team" => Receiver.Team, "coordinator" => Receiver.Coordinator, "fallback" => Receiver.Fallback, _ => (Receiver?)null },
                "team, coordinator, fallback"),
            rung.Minutes("wait_minutes", 1, MinutesOfADay)));
        if (rungs.Count > 0 && !rungs[^1].To.Contains(Receiver.Fallback))
        {
            field.Problem($"rungs[{rungs.Count - 1}].to", "must name the fallback: the last rung repeats for ever");
        }
        return new Ladder(rungs, field.Minutes("respond_by_minutes", 1, MinutesOfADay), field.Minutes("review_by_minutes", 1, 7 * MinutesOfADay));
    }

    /// <summary>A case that becomes more severe keeps the rung it reached, so the higher ladder must call at least as many by then, as soon.</summary>
    private static void CheckNeverLess(DataFields file, string higherName, Ladder higher, string lowerName, Ladder lower)
    {
        if (higher.Rungs.Count == 0 || lower.Rungs.Count == 0)
        {
            return;
        }
        for (int rung = 1; rung <= Math.Max(higher.Rungs.Count, lower.Rungs.Count); rung++)
        {
            if (lower.UpTo(rung).Any(call => higher.UpTo(rung).All(other => other.To != call.To)))
            {
                file.Problem($"{higherName}.rungs[{Math.Min(rung, higher.Rungs.Count) - 1}].to", $"must by rung {rung} call everyone whom {lowerName} calls by then");
            }
            int here = Math.Min(rung, higher.Rungs.Count) - 1;
            if (higher.Rungs[here].Wait > lower.Rungs[Math.Min(rung, lower.Rungs.Count) - 1].Wait)
            {
                file.Problem($"{higherName}.rungs[{here}].wait_minutes", $"must not be longer than that of {lowerName}");
            }
        }
        if (higher.RespondBy > lower.RespondBy)
        {
            file.Problem($"{higherName}.respond_by_minutes", $"must not be longer than that of {lowerName}");
        }
        if (higher.ReviewBy > lower.ReviewBy)
        {
            file.Problem($"{higherName}.review_by_minutes", $"must not be longer than that of {lowerName}");
        }
    }
}
