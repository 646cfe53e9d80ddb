using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors.Replay;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway;

/// <summary>What is asked of a dry run beside counting.</summary>
/// <param name="Settings">File of the settings that hold; null: every chart and no limit.</param>
/// <param name="Changed">File of changed settings; null: none.</param>
/// <param name="Label">Column that is above 0 from an event on; null: no events.</param>
/// <param name="Hours">Hours before an event in which an alert is about it.</param>
internal sealed record AskedSettings(string? Settings, string? Changed, string? Label, double Hours);

/// <summary>"Would this have alerted?" for a recording: keeps each patient's sets as they were judged, and replays them under the settings that were asked.</summary>
internal sealed class TriedSettings
{
    // a recording counts hours from an admission; which day that was, it does not say
    private static readonly DateTimeOffset Admission = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Boot = Encoding.ASCII.GetBytes("recording");

    private readonly Dictionary<string, (HistoryBuilder History, List<ReplayEvent> Events)> patients = new(StringComparer.Ordinal);
    private readonly AlertReplay settings;
    private readonly AlertReplay? changed;
    private readonly TimeSpan within;

    private TriedSettings(ReplaySettings settings, ReplaySettings? changed, AskedSettings asked)
    {
        (this.settings, this.changed) = (new AlertReplay(settings), changed is null ? null : new AlertReplay(changed));
        (LabelColumn, within) = (asked.Label, TimeSpan.FromHours(asked.Hours));
    }

    /// <summary>Column of the events; null when there are none.</summary>
    public string? LabelColumn { get; }

    /// <summary>Reads the settings' files.</summary>
    /// <param name="asked">Which.</param>
    /// <param name="charts">The charts there are.</param>
    /// <param name="content">The plans there are.</param>
    /// <param name="say">Takes every problem with its place.</param>
    /// <param name="tried">Takes the rows; null when false is returned.</param>
    public static bool TryRead(AskedSettings asked, IEnumerable<Chart> charts, PlanContent content, Action<string> say, [NotNullWhen(true)] out TriedSettings? tried)
    {
        Chart[] all = [.. charts.OrderBy(chart => chart.Id, StringComparer.Ordinal)];
        bool good = TryRead(asked.Settings, all, content, say, out ReplaySettings? settings);
        ReplaySettings? other = null;
        good &= asked.Changed is null || TryRead(asked.Changed, all, content, say, out other);
        tried = good ? new TriedSettings(settings!, other, asked) : null;
        return good;
    }

    private static bool TryRead(string? file, Chart[] charts, PlanContent content, Action<string> say, out ReplaySettings? settings)
    {
        settings = null;
        try
        {
            bool read = ReplaySettingsFile.TryRead(file is null ? "{}"u8 : File.ReadAllBytes(file), file ?? "settings", charts, content, out settings, out IReadOnlyList<string> problems);
            foreach (string problem in problems)
            {
                say(problem);
            }
            return read;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            say($"{file}: cannot be read: {unreadable.Message}");
            return false;
        }
    }

    /// <summary>Takes a row and what the rules made of it.</summary>
    public void Take(ReplayRow row, IReadOnlyList<OutboxItem> made)
    {
        if (!patients.TryGetValue(row.Patient, out (HistoryBuilder History, List<ReplayEvent> Events) patient))
        {
            patients.Add(row.Patient, patient = (new HistoryBuilder(row.Patient), []));
        }
        DateTimeOffset at = Admission.AddHours(row.Hour);
        foreach (OutboxItem item in made)
        {
            if (StoredReading.TryRead(item.Bytes, out StoredReading reading))
            {
                patient.History.Add(1, Boot, at, in reading);
            }
        }
        if (row.Labelled && patient.Events.Count == 0)
        {
            patient.Events.Add(new ReplayEvent(at, LabelColumn!));
        }
    }

    /// <summary>Replays every patient and writes what it comes to.</summary>
    public void Write(Utf8JsonWriter json)
    {
        (CitizenHistory History, List<ReplayEvent> Events)[] histories = [.. patients.Values.Select(patient => (patient.History.Build(), patient.Events)).Where(patient => patient.Item1.Count > 0)];
        ReplayResult[] before = [.. histories.Select(one => Run(settings, one.History, one.Events))];
        ReplayReport.Write(json, "before", new ReplaySum(before));
        if (changed is null)
        {
            return;
        }
        ReplayResult[] after = [.. histories.Select(one => Run(changed, one.History, one.Events))];
        ReplayReport.Write(json, "after", new ReplaySum(after));
        ReplayChange[] changes = [.. before.Zip(after, (was, becomes) => new ReplayChange(was, becomes))];
        json.WriteNumber("alerts_gone", changes.Sum(change => change.Gone.Count()));
        json.WriteNumber("alerts_new", changes.Sum(change => change.New.Count()));
    }

    private ReplayResult Run(AlertReplay replay, CitizenHistory history, List<ReplayEvent> events) =>
        replay.Run(history, DateOnly.FromDateTime(history.At(history.Count - 1).DateTime), TimeZoneInfo.Utc, events, within);
}
