using System.Globalization;
using System.Text.Json;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Plans;

/// <summary>Checks a plan file and makes its plan. Collects every problem instead of stopping at the first.</summary>
internal sealed class PlanCompiler(string fileName)
{
    private static readonly string[] Weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]; // in the order of DayOfWeek
    private static readonly TimeSpan Day = TimeSpan.FromHours(24), Week = TimeSpan.FromDays(7), Hour = TimeSpan.FromHours(1), Minute = TimeSpan.FromMinutes(1);
    private readonly ContentProblems problems = new(fileName);

    public IReadOnlyList<string> Problems => problems.Found;

    public Plan? Compile(PlanFile file)
    {
        problems.Head(file.Id, file.Version, file.Source, file.Approved);
        problems.Text(file.Title, "title");
        Slugs(file.Charts, "charts");
        IReadOnlyList<Vital> required = Vitals(file.Required, "required"), optional = Vitals(file.Optional, "optional");
        problems.Require(required.Count > 0 || file.Required.Count > 0, "required", "must not be empty: nobody could say when a set is complete");
        problems.Require(!required.Intersect(optional).Any(), "optional", "must not name a vital of required");
        problems.Require(file.Questions is null || AnswerCode.IsWord(file.Questions), "questions", "must be the id of a questionnaire or null");
        problems.Require(file.MeasuredBy is "citizen" or "staff", "measured_by", $"must be citizen or staff, it is '{file.MeasuredBy}'");
        problems.Require(file.ConfirmMinutes is null or (>= 1 and <= 60), "confirm_minutes", "must be 1 to 60 or null");
        problems.Require(file.MeasureAgainFirst is null || file.ConfirmMinutes is not null, "measure_again_first", "needs confirm_minutes: how long it waits");
        problems.Require(file.MeasureAgainFirst?.StreamedMinutes is null or (>= 1 and <= 60), "measure_again_first.streamed_minutes", "must be 1 to 60 or null");
        TimeSpan? confirmWithin = file.ConfirmMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null;
        var plan = new Plan
        {
            Id = file.Id, Version = file.Version, Source = file.Source, Approved = file.Approved, Title = file.Title,
            MeasuredBy = file.MeasuredBy is "staff" ? MeasuredBy.Staff : MeasuredBy.Citizen,
            Charts = file.Charts, Required = required, Optional = optional, Questions = file.Questions,
            Phases = [.. file.Phases.Select(Phase)],
            OpensBefore = problems.Span(file.OpensBefore, "opens_before", TimeSpan.Zero, Day),
            Grace = problems.Span(file.Grace, "grace", Minute, Day),
            Reminders = [.. file.Reminders.Select((text, at) => problems.Span(text, $"reminders[{at}]", TimeSpan.Zero, Day))],
            CaseAfter = problems.Span(file.CaseAfter, "case_after", Minute, Week),
            SupportFirst = new SupportFirst(
                problems.Span(file.SupportFirst?.NotHeard ?? "00:00", "support_first.not_heard", TimeSpan.Zero, Week),
                problems.Span(file.SupportFirst?.Sensor ?? "00:00", "support_first.sensor", TimeSpan.Zero, Week)),
            Combine = Combine(file.Combine, [.. required, .. optional]),
            Trend = file.Trend is { } trend ? Trend(trend) : null,
            Remeasure = [.. file.Remeasure.Select(Remeasure)],
            ConfirmWithin = confirmWithin,
            MeasureAgainFirst = file.MeasureAgainFirst is { } again && confirmWithin is { } within
                ? new MeasureAgainFirst(within, again.StreamedMinutes is { } streamed ? TimeSpan.FromMinutes(streamed) : null) : null,
            HelpButton = file.HelpButton,
            Limits = [.. file.Limits.Select(Limit).OfType<LimitTemplate>()],
        };
        CheckTimes(plan);
        CheckOrder(plan);
        return problems.Found.Count == 0 ? plan : null;
    }

    private void Slugs(IReadOnlyList<string> words, string place)
    {
        for (int at = 0; at < words.Count; at++)
        {
            problems.Slug(words[at], $"{place}[{at}]");
        }
        problems.Require(words.Distinct(StringComparer.Ordinal).Count() == words.Count, place, "must name each once");
    }

    private List<Vital> Vitals(IReadOnlyList<string> names, string place)
    {
        var vitals = new List<Vital>();
        for (int at = 0; at < names.Count; at++)
        {
            if (VitalOf(names[at], $"{place}[{at}]") is { } vital && problems.Require(!vitals.Contains(vital.Vital), $"{place}[{at}]", "stands twice"))
            {
                vitals.Add(vital.Vital);
            }
        }
        return vitals;
    }

    private VitalCode? VitalOf(string? name, string place)
    {
        VitalCode? code = name is null ? null : VitalCode.FromName(name);
        problems.Require(code is not null, place, $"'{name}' is not a vital; known are {string.Join(", ", VitalCode.All.Select(row => row.Name))}");
        return code;
    }

    private PlanPhase Phase(PlanFile.PhaseFile? phase, int at)
    {
        string place = $"phases[{at}]";
        if (!problems.Require(phase is not null, place, "must be an object"))
        {
            return new PlanPhase(0, null, [], null);
        }
        var times = new List<TimeOnly>();
        for (int time = 0; time < phase!.At.Count; time++)
        {
            bool read = TimeOnly.TryParseExact(phase.At[time], "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly clock);
            problems.Require(read && (times.Count == 0 || clock > times[^1]), $"{place}.at[{time}]", "must be a time of day as HH:mm, later than the one before");
            times.Add(clock);
        }
        problems.Require(times.Count > 0, $"{place}.at", "must not be empty");
        problems.Require(phase.UntilDay is null || phase.UntilDay > phase.FromDay, $"{place}.until_day", "must be after from_day");
        return new PlanPhase(phase.FromDay, phase.UntilDay, times, Days(phase.Days, $"{place}.days"));
    }

    private List<DayOfWeek>? Days(JsonElement days, string place)
    {
        if (days.ValueKind == JsonValueKind.String && days.ValueEquals("every"))
        {
            return null;
        }
        var chosen = new List<DayOfWeek>();
        bool good = days.ValueKind == JsonValueKind.Array && days.GetArrayLength() > 0;
        foreach (JsonElement day in good ? days.EnumerateArray() : default)
        {
            int number = day.ValueKind == JsonValueKind.String ? Array.IndexOf(Weekdays, day.GetString()) : -1;
            good &= number >= 0 && !chosen.Contains((DayOfWeek)number);
            chosen.Add((DayOfWeek)Math.Max(number, 0));
        }
        problems.Require(good, place, "must be \"every\" or a list of mon, tue, wed, thu, fri, sat, sun, each once");
        return chosen;
    }

    private Dictionary<Vital, TimeSpan> Combine(IReadOnlyDictionary<string, string> ages, IReadOnlyList<Vital> measured)
    {
        var combine = new Dictionary<Vital, TimeSpan>();
        foreach ((string name, string age) in ages)
        {
            if (VitalOf(name, $"combine.{name}") is { } code)
            {
                combine[code.Vital] = problems.Span(age, $"combine.{name}", Minute, Week);
            }
        }
        foreach (Vital vital in measured.Where(vital => !combine.ContainsKey(vital)))
        {
            problems.Require(false, $"combine.{VitalCode.Of(vital).Name}", "is missing: how old it may be is not known");
        }
        return combine;
    }

    private TrendRules Trend(PlanFile.TrendFile trend)
    {
        problems.Require(trend.BaselineDays is >= 7 and <= BaselineDays.Kept, "trend.baseline_days", $"must be 7 to {BaselineDays.Kept}");
        problems.Require(trend.PulseUpSpo2Down is null or { Sd: > 0 and <= 5, LeastPulseSd: >= 0.1 and <= 40, LeastSpo2Sd: >= 0.1 and <= 10, Source.Length: > 0 }, "trend.pulse_up_spo2_down",
            "must have sd above 0 and up to 5, least_pulse_sd 0.1 to 40, least_spo2_sd 0.1 to 10, and a source");
        return new TrendRules(trend.BaselineDays, trend.PulseUpSpo2Down, Rises(trend.RespirationUp, "trend.respiration_up"), Rises(trend.WeightUp, "trend.weight_up"));
    }

    private RiseRule[] Rises(IReadOnlyList<PlanFile.RiseFile?> rises, string place) => [.. rises.Select((rise, at) =>
    {
        problems.Require(rise is { By: > 0 and <= 100, Source.Length: > 0 }, $"{place}[{at}]", "must have by above 0 and up to 100, and a source");
        return new RiseRule(rise?.By ?? 0, problems.Span(rise?.Within, $"{place}[{at}].within", Hour, 4 * Week), rise?.Source ?? "");
    })];

    private RemeasureRule Remeasure(PlanFile.RemeasureFile? rule, int at)
    {
        string place = $"remeasure[{at}]";
        problems.Require(rule is { From: >= 0, Times: >= 1 and <= 48, Source.Length: > 0 } && (rule.To is null || rule.To >= rule.From) && AnswerCode.IsWord(rule.Chart),
            place, "must have a chart, from at least 0 and not above to, times 1 to 48, and a source");
        return new RemeasureRule(rule?.Chart ?? "", rule?.From ?? 0, rule?.To, Math.Max(1, rule?.Times ?? 1), problems.Span(rule?.Within, $"{place}.within", Minute, Week), rule?.Source ?? "");
    }

    private LimitTemplate? Limit(PlanFile.LimitFile? limit, int at)
    {
        string place = $"limits[{at}]";
        if (!problems.Require(limit is { Source.Length: > 0 }, place, "must be an object with a source") || VitalOf(limit!.Vital, $"{place}.vital") is not { } code)
        {
            return null;
        }
        problems.Require(!code.IsAnswer, $"{place}.vital", "is a word and has no limit");
        problems.Require(string.Equals(limit.Unit, code.Unit, StringComparison.Ordinal), $"{place}.unit", $"must be '{code.Unit}', it is '{limit.Unit}'");
        double[] edges = [.. new[] { limit.LowRed, limit.LowYellow, limit.HighYellow, limit.HighRed }.OfType<double>()];
        bool rising = edges.Length > 0 && edges.All(double.IsFinite) && edges.Zip(edges.Skip(1)).All(pair => pair.First < pair.Second);
        problems.Require(rising, place, "must have at least one of low_red < low_yellow < high_yellow < high_red, in that order");
        return new LimitTemplate(code.Vital, limit.LowRed, limit.LowYellow, limit.HighYellow, limit.HighRed, limit.Relative, limit.Unit, limit.Source);
    }

    private void CheckTimes(Plan plan)
    {
        problems.Require(!problems.AreSpansRead || plan.CaseAfter >= plan.Grace, "case_after", "must not be before the grace ends: first Unknown, then a case");
        problems.Require(!problems.AreSpansRead || plan.Reminders.Zip(plan.Reminders.Skip(1)).All(pair => pair.First < pair.Second), "reminders", "must rise");
        problems.Require(!problems.AreSpansRead || plan.Reminders.All(reminder => reminder < plan.Grace), "reminders", "must come before the grace ends");
        problems.Require(plan.Limits.Select(limit => limit.Vital).Distinct().Count() == plan.Limits.Count, "limits", "must name each vital once");
        foreach ((RemeasureRule rule, int at) in plan.Remeasure.Select((rule, at) => (rule, at)))
        {
            bool alone = plan.Remeasure.Take(at).All(other => other.Chart != rule.Chart || other.From > (rule.To ?? int.MaxValue) || rule.From > (other.To ?? int.MaxValue));
            problems.Require(alone, $"remeasure[{at}]", "must not be about a total that another rule is about");
        }
    }

    /// <summary>Days without gap or overlap, and no two occasions so near that one set would count for both.</summary>
    private void CheckOrder(Plan plan)
    {
        problems.Require(plan.Phases.Count > 0, "phases", "must not be empty");
        int? expected = 0;
        for (int at = 0; at < plan.Phases.Count; at++)
        {
            problems.Require(expected == plan.Phases[at].FromDay, $"phases[{at}].from_day", expected is { } day ? $"must be {day}: days follow each other without gap" : "comes after a phase without end");
            expected = plan.Phases[at].UntilDay;
        }
        problems.Require(expected is null, $"phases[{plan.Phases.Count - 1}].until_day", "must be null: a person ends a plan, not the calendar");
        if (problems.Found.Count > 0)
        {
            return;
        }
        TimeOnly[] all = [.. plan.Phases.SelectMany(phase => phase.At)];
        IEnumerable<TimeSpan> gaps = plan.Phases.SelectMany(phase => phase.At.Zip(phase.At.Skip(1), (one, next) => next - one))
            .Append(Day - (all.Max() - all.Min())); // from the last of a day to the first of the next, whatever the phases
        // the spring night is an hour shorter
        problems.Require(gaps.Min() - Hour >= plan.OpensBefore + plan.Grace, "phases", "must leave more than opens_before, grace and the hour of summer time between two occasions");
    }
}
