using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Evaluation.Homes;

/// <summary>What rules said at one time.</summary>
/// <param name="At">From midnight before the first day.</param>
/// <param name="Triage">What is said.</param>
/// <param name="Counts">True for what a nurse has to look at: it opens a case or calls its ladder again (<see cref="CaseLoad"/>).</param>
/// <param name="Because">Its reasons, a blank between two.</param>
internal readonly record struct Statement(TimeSpan At, Triage Triage, bool Counts, string Because);

/// <summary>Rules that follow a home from its first day to its end and see nothing of its label.</summary>
/// <param name="Name">In tables.</param>
/// <param name="Follow">All that they say, in order.</param>
internal sealed record Arm(string Name, Func<Home, IReadOnlyList<Statement>> Follow);

/// <summary>One citizen under one arm, seen with the label.</summary>
internal sealed record Outcome
{
    // pulse and SpO2 begin to change half a day before the onset (physiology.json): nothing earlier can be due to the attack
    private static readonly TimeSpan BeforeOnset = TimeSpan.FromHours(12);

    /// <summary>Seed of the population: the cluster of every interval.</summary>
    public required int Seed { get; init; }
    /// <summary>What happened to the citizen.</summary>
    public required Course Course { get; init; }
    /// <summary>Weeks after the baseline days and before anything is due to an attack.</summary>
    public required double QuietWeeks { get; init; }
    /// <summary>Alerts in them.</summary>
    public required int QuietAlerts { get; init; }
    /// <summary>Weeks after the baseline days to the end.</summary>
    public required double Weeks { get; init; }
    /// <summary>Alerts in them.</summary>
    public required int Alerts { get; init; }
    /// <summary>What stood in the quiet alerts, each reason by its first two words once an alert: limit/spo2, symptom/sputum.</summary>
    public required IReadOnlyList<string> QuietReasons { get; init; }
    /// <summary>An alert in the days of warning: from half a day before the onset to the event.</summary>
    public required bool Found { get; init; }
    /// <summary>One of them is not raised for the same citizen without the attack, so the attack is its cause.</summary>
    public required bool Caused { get; init; }
    /// <summary>Yellow in those days, Red later, both before the event.</summary>
    public required bool YellowThenRed { get; init; }
    /// <summary>Red before the event, however it came.</summary>
    public required bool Red { get; init; }
    /// <summary>From the first alert of those days to the event.</summary>
    public required TimeSpan? Lead { get; init; }

    /// <summary>Follows a citizen with and without the attack.</summary>
    public static Outcome Of(Physiology physiology, Citizen citizen, Routine routine, Arm arm)
    {
        TimeSpan settled = TimeSpan.FromDays(physiology.Population.BaselineDays);
        Statement[] said = [.. arm.Follow(new Home(physiology, citizen, routine)).Where(statement => statement.At >= settled)];
        TimeSpan quietUntil = citizen.Attack is { } attack ? attack.Onset - BeforeOnset : citizen.End;
        Statement[] warning = [.. said.Where(statement => citizen.Attack is not null && statement.At >= quietUntil && statement.At < citizen.End)];
        HashSet<Statement> twin = citizen.Attack is null ? [] : [.. arm.Follow(new Home(physiology, citizen.Twin(), routine))];
        TimeSpan? alert = First(warning, statement => statement.Counts);
        TimeSpan? yellow = First(warning, statement => statement.Triage == Triage.Yellow), red = First(warning, statement => statement.Triage == Triage.Red);
        return new Outcome
        {
            Seed = citizen.Seed,
            Course = citizen.Course,
            QuietWeeks = (quietUntil - settled).TotalDays / 7,
            QuietAlerts = said.Count(statement => statement.Counts && statement.At < quietUntil),
            QuietReasons = [.. said.Where(statement => statement.Counts && statement.At < quietUntil).SelectMany(statement => Kinds(statement.Because))],
            Weeks = (citizen.End - settled).TotalDays / 7,
            Alerts = said.Count(statement => statement.Counts),
            Found = alert is not null,
            Caused = warning.Any(statement => statement.Counts && !twin.Contains(statement)),
            YellowThenRed = yellow < red,
            Red = red is not null,
            Lead = citizen.End - alert,
        };
    }

    private static IEnumerable<string> Kinds(string reasons) => reasons.Split(' ').Select(reason => string.Join('/', reason.Split('/').Take(2))).Distinct(StringComparer.Ordinal);

    private static TimeSpan? First(Statement[] said, Func<Statement, bool> which) => said.Where(which).Select(statement => (TimeSpan?)statement.At).FirstOrDefault();
}
