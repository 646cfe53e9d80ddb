using System.Globalization;
using System.Text;
using System.Text.Json;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Hub;

/// <summary>What <c>replay</c> prints, as text or as one JSON object.</summary>
/// <param name="replay">What was read.</param>
/// <param name="before">Results under the settings that hold.</param>
/// <param name="after">Results under changed ones, in the same order; null when none were given.</param>
/// <param name="took">From the first read on.</param>
internal sealed class ReplayPage(HistoryReplay replay, IReadOnlyList<ReplayResult> before, IReadOnlyList<ReplayResult>? after, TimeSpan took)
{
    public void WriteText(TextWriter output, bool everyAlert)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{replay.Readings} readings in {replay.Histories.Sum(one => one.History.Count)} sets of {before.Count} citizens, read and replayed in {took.TotalSeconds:0.00} s"));
        if (replay.Undated + replay.Unreadable > 0)
        {
            output.WriteLine($"left out: {replay.Undated} readings of no known day, {replay.Unreadable} that could not be read");
        }
        output.WriteLine("counted: alerts that would open a case or call its ladder again, up to yesterday; a case counts as taken at once and is over after three normal sets in twelve hours");
        WriteSum(output, after is null ? "alerts" : "before", before);
        if (after is not null)
        {
            WriteSum(output, "after", after);
        }
        for (int place = 0; everyAlert && place < before.Count; place++)
        {
            WriteCitizen(output, place);
        }
    }

    private static void WriteSum(TextWriter output, string name, IReadOnlyList<ReplayResult> results)
    {
        var sum = new ReplaySum(results);
        string rate = sum.PerCitizenWeek is { } perWeek
            ? string.Create(CultureInfo.InvariantCulture, $"{perWeek:0.00} per citizen and week over {sum.CitizenWeeks:0.0} weeks") : "too little data";
        string few = sum.TooLittleData == 0 ? "" : $"; {sum.TooLittleData} of {sum.Citizens} citizens have too little data (under {ReplayResult.LeastDays} days)";
        string lead = sum.MedianLead is { } median ? string.Create(CultureInfo.InvariantCulture, $", median lead {median.TotalHours:0.0} h") : "";
        string events = sum.Events == 0 ? "" : $"; {sum.Events} events, {sum.Missed} missed{lead}";
        output.WriteLine($"{name}: {sum.Alerts} alerts, {rate}{few}{events}");
    }

    private void WriteCitizen(TextWriter output, int place)
    {
        ReplayResult result = before[place];
        output.WriteLine($"{result.Citizen}: {result.DaysWithData} of {result.Days} days have data{(result.DaysWithout.Count == 0 ? "" : "; none on " + Ranges(result.DaysWithout))}");
        if (after is null)
        {
            WriteAlerts(output, " ", result.Alerts);
        }
        else
        {
            var change = new ReplayChange(result, after[place]);
            WriteAlerts(output, "-", change.Gone);
            WriteAlerts(output, "+", change.New);
            output.WriteLine($"  {result.Alerts.Count - change.Gone.Count()} stay");
        }
        foreach (ReplayLead lead in (after?[place] ?? result).Leads)
        {
            string how = lead.IsMissed ? "missed" : lead.Lead is { } time ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.0} h before") : "a case was open";
            output.WriteLine($"  {lead.Event.At:u} {lead.Event.Label}: {how}");
        }
    }

    private static void WriteAlerts(TextWriter output, string mark, IEnumerable<ReplayAlert> alerts)
    {
        foreach (ReplayAlert alert in alerts)
        {
            output.WriteLine($"{mark} {alert.At:u} {TriageWord.Of(alert.Triage)} {(alert.Because == ReplayBecause.Opened ? "opens" : "calls again")}: {string.Join(", ", alert.Reasons)}");
        }
    }

    /// <summary>Days that follow each other as one range.</summary>
    private static string Ranges(IReadOnlyList<DateOnly> days)
    {
        var ranges = new List<string>();
        for (int first = 0, last; first < days.Count; first = last + 1)
        {
            last = first;
            while (last + 1 < days.Count && days[last + 1] == days[last].AddDays(1))
            {
                last++;
            }
            ranges.Add(last == first ? $"{days[first]:O}" : $"{days[first]:O}..{days[last]:O}");
        }
        return string.Join(", ", ranges);
    }

    public void WriteJson(TextWriter output)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber("readings", replay.Readings);
            json.WriteNumber("undated", replay.Undated);
            json.WriteNumber("unreadable", replay.Unreadable);
            json.WriteNumber("seconds", Math.Round(took.TotalSeconds, 3));
            ReplayReport.Write(json, "before", new ReplaySum(before));
            if (after is not null)
            {
                ReplayReport.Write(json, "after", new ReplaySum(after));
            }
            json.WriteStartArray("citizens");
            for (int place = 0; place < before.Count; place++)
            {
                json.WriteStartObject();
                json.WriteString("citizen", before[place].Citizen);
                ReplayReport.Write(json, before[place]);
                if (after is not null)
                {
                    var change = new ReplayChange(before[place], after[place]);
                    ReplayReport.Write(json, "gone", change.Gone);
                    ReplayReport.Write(json, "new", change.New);
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length));
    }
}
