using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

/// <summary>
/// One version of the signed settings as this hub issued it, against which a gateway's statements are held: it may not ask for less, nor
/// overlook a limit. Pure.
/// </summary>
/// <param name="Version">Version of the settings.</param>
/// <param name="Content">Charts and plans.</param>
/// <param name="Citizens">What holds for whom, from when to when.</param>
internal sealed record IssuedRules(int Version, ProfileContent Content, IReadOnlyList<CitizenSettings> Citizens)
{
    /// <summary>Finding: a gateway says that it judges by these settings, and does not.</summary>
    public const string Skew = "finding/settings-skew";

    private static readonly TimeSpan Edge = TimeSpan.FromMinutes(1); // one side may have gone over to the next settings before the other

    /// <summary>What holds for a citizen; null where nothing does, or where it changes within a minute.</summary>
    public CitizenSettings? Of(int assignment, DateTimeOffset at)
    {
        CitizenSettings? now = At(at);
        return now is not null && ReferenceEquals(now, At(at - Edge)) && ReferenceEquals(now, At(at + Edge)) ? now : null;

        CitizenSettings? At(DateTimeOffset when) => Citizens.FirstOrDefault(one => one.Assignment == assignment && one.Holds(when));
    }

    /// <summary>The score item as these settings would have had it: scale, what is required, whether the chart counts.</summary>
    public ScoreItem Expected(ScoreItem said, CitizenSettings settings)
    {
        Plan? plan = Content.PlanOf(settings);
        bool judged = plan is not null || settings is not { Limits: null or { Count: 0 }, LeastTriage: Triage.Yellow };
        return said with
        {
            Scale = settings.Scale,
            Required = judged ? VitalMask.Of(plan?.Required ?? Content.Charts.SelectMany(chart => chart.Parts).Select(part => part.Vital)).Names : null,
            Asked = plan is not null && !plan.Charts.Contains(said.Chart, StringComparer.Ordinal) ? false : null,
        };
    }

    /// <summary>What differs between a statement and these settings, both sides named; empty when nothing does.</summary>
    public string Difference(ScoreItem said, ScoreItem expected)
    {
        List<string> found = [];
        Compare(found, $"{said.Chart} scale", $"{said.Scale}", $"{expected.Scale}");
        Compare(found, $"{said.Chart} required", Text(said.Required), Text(expected.Required));
        Compare(found, $"{said.Chart} asked", said.Asked is false ? "no" : "yes", expected.Asked is false ? "no" : "yes");
        return Say(found);

        static string Text(IReadOnlyList<string>? names) => names is null ? "every part" : names.Count == 0 ? "nothing" : string.Join(' ', names.Order(StringComparer.Ordinal));
    }

    /// <inheritdoc cref="Difference(ScoreItem, ScoreItem)"/>
    public string Difference(AssessmentItem said, CitizenSettings settings)
    {
        List<string> found = [];
        if (Content.PlanOf(settings) is { } plan)
        {
            Compare(found, "plan", $"{said.Plan} {said.PlanVersion}", $"{plan.Id} {plan.Version}");
        }
        return Say(found);
    }

    /// <summary>What a limit that the gateway overlooks is called in a finding: which of whom stays out of it.</summary>
    public string Overlooked => Say(["limits: gateway and hub do not agree"]);

    /// <summary>
    /// What the citizen's limits say of values. Left out are limits against the citizen's own days, which only the home knows, and values
    /// that the plan may have found too old.
    /// </summary>
    /// <param name="settings">What holds.</param>
    /// <param name="values">The values that were judged, or some of them, with their age then: a limit is about one value.</param>
    public (Triage Triage, IReadOnlyList<string> Reasons) ByLimits(CitizenSettings settings, IEnumerable<(ReadingItem Reading, TimeSpan Age)> values)
    {
        Limit[] absolute = [.. (settings.Limits ?? []).Where(limit => !limit.Relative)];
        if (absolute.Length == 0)
        {
            return (Triage.Green, []);
        }
        Plan? plan = Content.PlanOf(settings);
        IEnumerable<SetValue> counting = values.Where(value => plan is null || (VitalCode.FromCode(value.Reading.Code) is { } code && plan.Combine.TryGetValue(code.Vital, out TimeSpan most) && value.Age + Edge <= most))
            .Select(value => new SetValue(value.Reading, TimeSpan.Zero));
        var assessor = new Assessor(new AssessmentRules { Charts = [], Asked = [], Required = default, Limits = absolute, Floor = settings.LeastTriage });
        RecentValues recent = SetReader.Recent(counting);
        Assessment found = assessor.Assess(in recent, OwnDays.Unknown, default, default, TimeSpan.Zero, DateOnly.MinValue, []);
        return (found.Triage, assessor.WordsOf(found.Reasons));
    }

    /// <summary>A value of an alert as the reading that it is.</summary>
    public static ReadingItem Reading(AlertItem alert, AlertInput input) => new()
    {
        Kind = WireWord.Reading, Tick = input.Tick, Code = input.Code, Assignment = alert.Assignment, At = alert.At, Value = input.Value, Answer = input.Answer, Unit = input.Unit,
        Site = input.Site, Sensor = input.Sensor ?? "", Grade = input.Grade,
    };

    private static void Compare(List<string> found, string what, string gateway, string hub)
    {
        if (!string.Equals(gateway, hub, StringComparison.Ordinal))
        {
            found.Add($"{what}: gateway {gateway}, hub {hub}");
        }
    }

    private string Say(IReadOnlyList<string> found) => found.Count == 0 ? "" : $"profile {Version}; {string.Join("; ", found)}";
}
