using System.Text.Json;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Plans;

/// <summary>Replays as JSON, one shape for gateway and hub.</summary>
public static class ReplayReport
{
    /// <summary>Writes what one settings' replays add up to.</summary>
    public static void Write(Utf8JsonWriter json, string name, ReplaySum sum)
    {
        json.WriteStartObject(name);
        json.WriteNumber("citizens", sum.Citizens);
        json.WriteNumber("too_little_data", sum.TooLittleData);
        json.WriteNumber("sets", sum.Sets);
        json.WriteNumber("alerts", sum.Alerts);
        json.WriteNumber("citizen_weeks", Math.Round(sum.CitizenWeeks, 2));
        WriteNullable(json, "per_citizen_week", sum.PerCitizenWeek);
        json.WriteNumber("events", sum.Events);
        json.WriteNumber("missed", sum.Missed);
        WriteNullable(json, "median_lead_hours", sum.MedianLead?.TotalHours);
        json.WriteEndObject();
    }

    /// <summary>Writes one citizen: days, alerts with their reasons, events.</summary>
    public static void Write(Utf8JsonWriter json, ReplayResult result)
    {
        json.WriteNumber("days", result.Days);
        json.WriteNumber("days_with_data", result.DaysWithData);
        json.WriteStartArray("days_without_data");
        foreach (DateOnly day in result.DaysWithout)
        {
            json.WriteStringValue(day.ToString("O"));
        }
        json.WriteEndArray();
        json.WriteBoolean("too_little_data", result.HasTooLittleData);
        WriteNullable(json, "per_week", result.PerWeek);
        Write(json, "alerts", result.Alerts);
        json.WriteStartArray("events");
        foreach (ReplayLead lead in result.Leads)
        {
            json.WriteStartObject();
            json.WriteString("at", lead.Event.At);
            json.WriteString("label", lead.Event.Label);
            WriteNullable(json, "lead_hours", lead.Lead?.TotalHours);
            WriteNullable(json, "lead_hours_red", lead.LeadOfRed?.TotalHours);
            json.WriteBoolean("case_open", lead.CaseOpen);
            json.WriteBoolean("missed", lead.IsMissed);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Writes a list of alerts.</summary>
    public static void Write(Utf8JsonWriter json, string name, IEnumerable<ReplayAlert> alerts)
    {
        json.WriteStartArray(name);
        foreach (ReplayAlert alert in alerts)
        {
            json.WriteStartObject();
            json.WriteString("at", alert.At);
            json.WriteString("triage", TriageWord.Of(alert.Triage));
            json.WriteString("because", alert.Because == ReplayBecause.Opened ? "opened" : "called-again");
            json.WriteStartArray("reasons");
            foreach (string reason in alert.Reasons)
            {
                json.WriteStringValue(reason);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteNullable(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, Math.Round(number, 3));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
