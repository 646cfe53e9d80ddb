using System.Globalization;
using System.Text.Json;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Gateway;

/// <summary>What <c>status</c> says of a citizen's day, as the gateway last looked at it: names of vitals and times, never a value.</summary>
internal static class PlanStatus
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(2);

    /// <summary>In one line.</summary>
    public static string Text(CitizenDay day, DateTimeOffset now)
    {
        if (day.Stood is not { } view)
        {
            return "not looked at yet";
        }
        string[] parts =
        [
            view switch
            {
                { State: DayState.Paused, Pause: { } pause } => $"paused until {Time(pause.To)}",
                { State: DayState.Unknown, UnknownSince: { } since } => $"Unknown since {Time(since)}, {MissingWord.Of(view.Because ?? MissingReason.NotMeasured)}{Lacks(view)}",
                { State: DayState.Asked, Now: { } asked } => $"a set is due at {Time(asked.Due)}, Unknown from {Time(asked.UnknownAt)}{Lacks(view)}",
                { State: DayState.Complete, Now: { } met } => $"the set due at {Time(met.Due)} is complete",
                _ => "nothing is asked yet",
            },
            view.Reminds ? "the citizen is being reminded" : "",
            view.Confirm is { } confirm ? $"a second measurement is waited for until {Time(confirm.Until)}" : "",
            view.Again is { } again ? $"to be measured again at {Time(again.Due)}" : "",
            view.Next is { } next ? $"next at {Time(next.Due)}" : "",
            day.NextLook + Late < now ? $"not looked at since {Time(day.LookedAt)}: the gateway does not run" : "",
        ];
        return string.Join("; ", parts.Where(part => part.Length > 0));
    }

    /// <summary>For programs.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<CitizenDay> days)
    {
        json.WriteStartArray("plans");
        foreach (CitizenDay day in days)
        {
            json.WriteStartObject();
            json.WriteNumber("assignment", day.Assignment);
            json.WriteString("looked_at", day.LookedAt);
            if (day.Stood is { } view)
            {
                json.WriteString("state", view.State.ToString().ToLowerInvariant());
                json.WriteBoolean("reminds", view.Reminds);
                foreach ((string name, DateTimeOffset? at) in new[]
                {
                    ("due", view.Now?.Due), ("unknown_at", view.Now?.UnknownAt), ("unknown_since", view.UnknownSince), ("again", view.Again?.Due), ("confirm_until", view.Confirm?.Until),
                    ("next", view.Next?.Due), ("paused_until", view.Pause?.To),
                })
                {
                    if (at is { } known)
                    {
                        json.WriteString(name, known);
                    }
                }
                if (view.Because is { } because)
                {
                    json.WriteString("because", MissingWord.Of(because));
                }
                json.WriteStartArray("lacking");
                foreach (string lacking in Names(view))
                {
                    json.WriteStringValue(lacking);
                }
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string Lacks(DayView view) => Names(view) is { Count: > 0 } names ? $", lacking {string.Join(", ", names)}" : "";

    private static List<string> Names(DayView view) => [.. view.Lacking.Select(vital => VitalCode.Of(vital).Name), .. view.Asks ? new[] { "answers" } : []];

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
