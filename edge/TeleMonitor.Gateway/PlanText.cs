using System.Globalization;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Gateway;

/// <summary>What a plan asks, in words. PlanText.resx is Danish, PlanText.en.resx English.</summary>
internal static class PlanText
{
    /// <summary>Days that a simulation shows.</summary>
    public const int Shown = 14;

    private static readonly TextFile Texts = new("PlanText");
    private static readonly string[] Weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]; // in the order of DayOfWeek

    /// <summary>A line for each plan, questionnaire and response guide: what it is and who has approved it.</summary>
    public static IReadOnlyList<TextLine> Checked(PlanContent content) =>
    [
        .. content.Plans.Values.Select(plan => Line("kind-plan", plan.Id, plan.Version, plan.Approved)),
        .. content.Questionnaires.Values.Select(questions => Line("kind-questionnaire", questions.Id, questions.Version, questions.Approved)),
        .. content.Guides.Values.Select(guide => Line("kind-responses", guide.Id, guide.Version, guide.Approved)),
    ];

    /// <summary>A plan and its next 14 days, day by day.</summary>
    /// <param name="plan">Plan.</param>
    /// <param name="from">Day 0.</param>
    /// <param name="zone">The citizen's time zone.</param>
    public static IReadOnlyList<TextLine> Days(Plan plan, DateOnly from, TimeZoneInfo zone)
    {
        DateTimeOffset begin = Midnight(from, zone), end = Midnight(from.AddDays(Shown), zone);
        ILookup<DateOnly, Occasion> occasions = Schedule.Between(plan, new PlanCourse(begin, null, zone, []), begin, end).ToLookup(occasion => Schedule.DayOf(occasion.Due, zone));
        var lines = new List<TextLine>
        {
            Texts.Line("plan", plan.Id, plan.Version, new TextLine(plan.Title.Da, plan.Title.En)),
            Approval(plan.Approved),
            Texts.Line(plan.MeasuredBy == MeasuredBy.Staff ? "by-staff" : "by-citizen", List(plan.Required)),
            plan.Questions is { } questions ? Texts.Line("questions", questions) : Texts.Line("no-questions"),
            Texts.Line("times", Span(plan.Grace), Span(plan.CaseAfter)),
            Texts.Line("days", Date(from), zone.Id),
        };
        for (DateOnly day = from; day < from.AddDays(Shown); day = day.AddDays(1))
        {
            TimeSpan night = Midnight(day.AddDays(1), zone) - Midnight(day, zone);
            if (night != TimeSpan.FromDays(1))
            {
                lines.Add(Texts.Line(night < TimeSpan.FromDays(1) ? "summer-begins" : "summer-ends"));
            }
            lines.AddRange(occasions[day].Select(occasion => Texts.Line("occasion", Day(day), Clock(occasion.Due, day, zone), Clock(occasion.Opens, day, zone),
                Clock(occasion.UnknownAt, day, zone), Clock(occasion.Due + plan.CaseAfter, day, zone))));
            if (!occasions[day].Any())
            {
                lines.Add(Texts.Line("nothing", Day(day)));
            }
        }
        return lines;
    }

    private static TextLine Line(string kind, string id, string version, ContentApproval? approved) =>
        Texts.Line("checked", Texts.Line(kind), $"{id} {version}", Approval(approved));

    private static TextLine Approval(ContentApproval? approved) =>
        approved is null ? Texts.Line("not-approved") : Texts.Line("approved", approved.By, approved.At.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    private static TextLine List(IReadOnlyList<Vital> vitals)
    {
        TextLine[] names = [.. vitals.Select(vital => Texts.Line(VitalCode.Of(vital).Name))];
        return new TextLine(string.Join(", ", names.Select(name => name.Danish)), string.Join(", ", names.Select(name => name.English)));
    }

    private static TextLine Day(DateOnly day)
    {
        TextLine name = Texts.Line(Weekdays[(int)day.DayOfWeek]);
        return new TextLine($"{name.Danish} {Date(day)}", $"{name.English} {Date(day)}");
    }

    /// <summary>Local time; with the days that have passed where it is another day.</summary>
    private static string Clock(DateTimeOffset at, DateOnly day, TimeZoneInfo zone)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(at, zone);
        int days = DateOnly.FromDateTime(local.DateTime).DayNumber - day.DayNumber;
        string clock = local.ToString("HH:mm", CultureInfo.InvariantCulture);
        return days == 0 ? clock : string.Create(CultureInfo.InvariantCulture, $"{clock} ({days:+0;-0})");
    }

    private static string Date(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Span(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours:00}:{span.Minutes:00}");

    private static DateTimeOffset Midnight(DateOnly day, TimeZoneInfo zone) => Schedule.InstantOf(day.ToDateTime(TimeOnly.MinValue), zone);
}
