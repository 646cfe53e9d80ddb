using System.Globalization;
using Microsoft.Extensions.Localization;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Hub.Boards;

/// <summary>Names the resource files of the boards: BoardText.resx is Danish, BoardText.en.resx English.</summary>
public sealed class BoardText;

/// <summary>The words of one page: texts of its language, times of its time zone, ages counted from its now.</summary>
public sealed class BoardWords(IStringLocalizer<BoardText> text, HubData data, DateTimeOffset now)
{
    /// <summary>Data that names people, teams and charts.</summary>
    public HubData Data => data;

    /// <summary>When the page was made.</summary>
    public DateTimeOffset Now => now;

    /// <summary>A text by its key.</summary>
    public string this[string key] => text[key].Value;

    /// <summary>A text with its values.</summary>
    public string this[string key, params object[] values] => text[key, values].Value;

    /// <summary>A word that data may add to: its own text where there is one, else as it stands.</summary>
    public string WordOr(string key, string otherwise) => text[key] is { ResourceNotFound: false } found ? found.Value : otherwise;

    /// <summary>Time of day; with the date when it is another day.</summary>
    public string Clock(DateTimeOffset at)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(at, data.Topology.Zone), today = TimeZoneInfo.ConvertTime(now, data.Topology.Zone);
        return local.ToString(local.Date == today.Date ? "HH:mm" : "dd-MM HH:mm", CultureInfo.InvariantCulture);
    }

    /// <inheritdoc cref="Clock(DateTimeOffset)"/>
    public string Clock(long milliseconds) => Clock(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));

    /// <summary>A time of day with seconds, for "checked at".</summary>
    public string ClockNow() => TimeZoneInfo.ConvertTime(now, data.Topology.Zone).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A span in whole minutes, hours or days; cut, never rounded up.</summary>
    public string Span(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => this["span-under-minute"],
        { TotalHours: < 1 } => this["span-minutes", (int)span.TotalMinutes],
        { TotalDays: < 1, Minutes: 0 } => this["span-hours-even", (int)span.TotalHours],
        { TotalDays: < 1 } => this["span-hours", (int)span.TotalHours, span.Minutes.ToString("00", CultureInfo.InvariantCulture)],
        { Hours: 0 } => this["span-days-even", (int)span.TotalDays],
        _ => this["span-days", (int)span.TotalDays, span.Hours],
    };

    /// <summary>A number as measured, with the language's decimal sign.</summary>
    public static string Number(double number) => number.ToString(CultureInfo.CurrentCulture);

    /// <summary>Name of a vital at the start of a line.</summary>
    public string VitalName(Vital vital) => this["vital-" + VitalCode.Of(vital).Name];

    /// <summary>Name of a part by its wire name.</summary>
    public string PartName(string part) => WordOr("part-" + part, part);

    /// <summary>A reason code in words.</summary>
    public string Reason(string reason) => reason.Split('/') switch
    {
        ["limit", var vital, _] => this["reason-limit", PartName(vital), LimitSide(reason)],
        ["symptom", var question, _] => this["reason-symptom", Question(question)],
        ["trend", var trend] => WordOr("reason-trend-" + trend, reason),
        ["missing", var why] => WordOr("reason-missing-" + why, reason),
        [_, "total", _] => this["reason-total"],
        [_, "single-red" or "single-yellow", var part] => PartName(part),
        [_, var part, _] => PartName(part),
        [Vitals.Readings.Reason.Help] => this["reason-help"],
        _ => reason,
    };

    /// <summary>Which limit a reason tells of: at or below red, and so on.</summary>
    public string LimitSide(string reason) => WordOr("limit-" + reason[(reason.LastIndexOf('/') + 1)..], reason);

    /// <summary>A question as it is asked; its id where no questionnaire makes a symptom of it.</summary>
    public string Question(string id) => data.Content.Questionnaires.Values.Where(questions => questions.Rules.Any(rule => string.Equals(rule.Question, id, StringComparison.Ordinal)))
        .SelectMany(questions => questions.Questions).FirstOrDefault(question => string.Equals(question.Id, id, StringComparison.Ordinal)) is { } found ? Local(found.Text) : id;

    /// <summary>A text of the data in the page's language.</summary>
    public static string Local(LocalText text) => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName is "en" ? text.En : text.Da;

    /// <summary>Name of an authority: a municipality or a region.</summary>
    public string Authority(string slug) => data.Topology.Municipalities.FirstOrDefault(one => one.Slug == slug)?.Name ?? data.Topology.Regions.FirstOrDefault(one => one.Slug == slug)?.Name ?? slug;

    /// <summary>Value with unit, or the answer's word.</summary>
    public string Value(ShownValue value) => value.Number is { } number
        ? this["value-" + VitalCode.Of(value.Vital).Name, Number(number)]
        : WordOr($"answer-{VitalCode.Of(value.Vital).Name}-{value.Answer}", value.Answer ?? "");

    /// <summary>Grade with its reasons.</summary>
    public string Grade(ShownValue value)
    {
        string grade = this["grade-" + GradeWord.Of(value.Grade)];
        return value.Reasons.Count == 0 ? grade : grade + ": " + string.Join(", ", value.Reasons.Select(reason => WordOr("grade-reason-" + reason, reason)));
    }

    /// <summary>Initials of a person; the id where nobody has it.</summary>
    public string Initials(string id) => data.People.Find(id)?.Initials ?? id;

    /// <summary>Initials and role.</summary>
    public string PersonWithRole(string id) => data.People.Find(id) is { } person ? $"{person.Initials}, {Role(person.Role)}" : id;

    /// <summary>What a person works as.</summary>
    public string Role(PersonRole role) => this["role-" + CaseWord.Of(role)];

    /// <summary>Name of a team, coordinator or fallback.</summary>
    public string Desk(string id) =>
        data.Topology.Teams.FirstOrDefault(team => team.Id == id)?.Name
        ?? data.Topology.Coordinators.FirstOrDefault(desk => desk.Id == id)?.Name
        ?? (data.Topology.Clusters.FirstOrDefault(cluster => cluster.Support == id) is { } supported ? this["support-of", supported.Name] : null)
        ?? (data.Topology.Fallback.Id == id ? data.Topology.Fallback.Name : data.People.Find(id)?.Initials ?? id);

    /// <summary>Name of the municipality of an area.</summary>
    public string Area(string area)
    {
        if (area.Length == 0)
        {
            return this["area-unknown"];
        }
        string slug = data.Topology.Postcodes.FirstOrDefault(postcode => postcode.Code == area)?.Municipality ?? area;
        return data.Topology.Municipalities.FirstOrDefault(municipality => municipality.Slug == slug)?.Name ?? area;
    }

    /// <summary>Where a replayed value comes from.</summary>
    public string Replay(string recorded) => recorded.Length > 1 && recorded[0] == 'h' && int.TryParse(recorded[1..], NumberStyles.None, CultureInfo.InvariantCulture, out int hour)
        ? this["replay-hour", hour]
        : this["replay-at", recorded];

    /// <summary>A line of the history.</summary>
    public string Event(CaseEventRow row)
    {
        string what = this["change-" + row.Change];
        string who = row.Person is { } person ? $" · {PersonWithRole(person)}" : "";
        return what + who;
    }

    /// <summary>The text that a person wrote with an act; empty for what no person did.</summary>
    public static string Written(CaseEventRow row) => row.Person is null ? "" : row.Detail;

    /// <summary>A page in the history.</summary>
    public string Page(PageRow page)
    {
        string how = page switch
        {
            { SentMs: { } sent } => this["page-sent", Clock(sent), WordOr("channel-" + page.Channel, page.Channel ?? "")],
            { Channel: StoreTransaction.Withdrawn } => this["page-withdrawn"],
            _ => this["page-unsent"],
        };
        return this["page-line", Desk(page.Receiver), page.Rung, this["page-reason-" + page.Reason], how];
    }
}
