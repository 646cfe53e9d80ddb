using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors.Replay;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Gateway;

/// <summary>How a recording is replayed.</summary>
/// <param name="File">The recording.</param>
/// <param name="Speed">Recorded time per real time; positive infinity: as fast as possible.</param>
/// <param name="Rows">Data rows to take at most, counted from the file's first.</param>
/// <param name="After">Line up to which rows are passed over, so that a replay that was cut off goes on; 1 is the header.</param>
/// <param name="Wait">Patience without progress after the last row.</param>
internal sealed record ReplayOptions(string File, double Speed, int Rows, int After, TimeSpan Wait);

/// <summary>Replays a recording: one gateway per patient, at most eight at a time, all in this process.</summary>
internal sealed class ReplayRun(GatewayFleet? fleet, GatewayIdentity identity, ReplayOptions options, TimeProvider clock, Action<string> say)
{
    private const int AtATime = 8;

    private sealed record Running(string Patient, ReplaySensor Sensor, OpenGateway Gateway, Task Task);

    private readonly List<Running> running = []; // least recently given a row first
    private readonly HashSet<string> patients = new(StringComparer.Ordinal), passedOver = new(StringComparer.Ordinal), refused = new(StringComparer.Ordinal);
    private readonly GatewayCounts counts = new();
    private readonly List<string> waiting = [];
    private readonly Dictionary<string, ReplayPlace> places = new(StringComparer.Ordinal);
    private long ignored, resent;
    private int faults;

    /// <summary>Sends everything; returns the exit code.</summary>
    public async Task<int> SendAsync(TextWriter summary, CancellationToken stop)
    {
        long began = clock.GetTimestamp();
        using ReplayFile file = ReplayFile.Open(options.File, say);
        try
        {
            while (NextRow(file) is { } row)
            {
                ignored += row.Ignored;
                if (await GatewayOfAsync(row.Patient, stop) is { } gateway)
                {
                    await GiveAsync(gateway, row, stop);
                }
            }
            foreach (string patient in passedOver.Except(patients).ToArray())
            {
                await GatewayOfAsync(patient, stop); // cut off after its last row: what its outbox keeps is delivered all the same
            }
        }
        finally
        {
            foreach (Running gateway in running)
            {
                gateway.Sensor.Rows.TryComplete();
            }
            while (running.Count > 0)
            {
                await EndAsync(running[0]);
            }
        }
        foreach (string lane in waiting)
        {
            say(lane);
        }
        WriteSummary(summary, file, clock.GetElapsedTime(began));
        return faults > 0 ? ExitCode.Refused : file.BadRows > 0 || refused.Count > 0 ? ExitCode.BadInput : waiting.Count > 0 ? ExitCode.NotDelivered : 0;
    }

    /// <summary>Judges and counts, without outbox and network.</summary>
    /// <param name="judging">The settings of a gateway.</param>
    /// <param name="tried">Takes the rows for "would this have alerted?"; null leaves that out.</param>
    /// <param name="summary">Takes the summary line.</param>
    public int DryRun(Func<string, JudgeSettings> judging, TextWriter summary, TriedSettings? tried = null)
    {
        long began = clock.GetTimestamp();
        using ReplayFile file = ReplayFile.Open(options.File, say, tried?.LabelColumn);
        var courses = new Dictionary<string, (RuleCourse Course, double FirstHour)>(StringComparer.Ordinal);
        var made = new List<OutboxItem>();
        var ticks = new TickSource(0);
        while (NextRow(file) is { } row)
        {
            ignored += row.Ignored;
            if (row.Values.Count == 0)
            {
                continue;
            }
            if (!courses.TryGetValue(row.Patient, out (RuleCourse Course, double FirstHour) patient))
            {
                try
                {
                    patient = (new RuleCourse(judging("gw-" + row.Patient), identity.Boot, () => ticks.Next(identity.Microseconds)), row.Hour);
                }
                catch (GatewayRefusedException bad)
                {
                    Refuse(row.Patient, bad.Message);
                    continue;
                }
                courses.Add(row.Patient, patient);
            }
            patient.Course.Take(ReplaySensor.ToBurst(row), ReplaySensor.Since(row.Hour - patient.FirstHour, options.Speed), clock.GetUtcNow(), made);
            tried?.Take(row, made);
            made.Clear();
        }
        foreach ((RuleCourse course, _) in courses.Values)
        {
            counts.Add(course.Counts);
        }
        patients.UnionWith(courses.Keys);
        WriteSummary(summary, file, clock.GetElapsedTime(began), tried);
        return file.BadRows > 0 || refused.Count > 0 ? ExitCode.BadInput : 0;
    }

    private ReplayRow? NextRow(ReplayFile file)
    {
        while (file.Rows < options.Rows && file.Read() is { } row)
        {
            if (row.Line > options.After)
            {
                return row;
            }
            passedOver.Add(row.Patient);
        }
        return null;
    }

    private async Task<Running?> GatewayOfAsync(string patient, CancellationToken stop)
    {
        int at = running.FindIndex(gateway => string.Equals(gateway.Patient, patient, StringComparison.Ordinal));
        if (at >= 0)
        {
            Running known = running[at];
            running.RemoveAt(at);
            running.Add(known);
            return known;
        }
        if (refused.Contains(patient))
        {
            return null;
        }
        if (running.Count == AtATime)
        {
            running[0].Sensor.Rows.TryComplete();
            await EndAsync(running[0]);
            stop.ThrowIfCancellationRequested();
        }
        try
        {
            OpenGateway gateway = fleet!.Open("gw-" + patient, ruleTimeRuns: double.IsFinite(options.Speed), options.Wait);
            var sensor = new ReplaySensor(options.Speed, clock, places.GetValueOrDefault(patient));
            var started = new Running(patient, sensor, gateway, Task.Run(() => RunAsync(gateway, sensor, stop), CancellationToken.None));
            running.Add(started);
            patients.Add(patient);
            return started;
        }
        catch (GatewayRefusedException bad)
        {
            Refuse(patient, bad.Message);
            return null;
        }
    }

    // a gateway that has ended takes no more rows: whoever waits to give it one must hear of it
    private static async Task RunAsync(OpenGateway gateway, ReplaySensor sensor, CancellationToken stop)
    {
        try
        {
            await gateway.Loop.RunAsync(sensor, stop);
        }
        finally
        {
            sensor.Rows.TryComplete();
        }
    }

    private async Task GiveAsync(Running gateway, ReplayRow row, CancellationToken stop)
    {
        try
        {
            await gateway.Sensor.Rows.WriteAsync(row, stop);
        }
        catch (ChannelClosedException)
        {
            await EndAsync(gateway);
            stop.ThrowIfCancellationRequested();
            if (!refused.Contains(gateway.Patient))
            {
                Fault(gateway.Patient, "it ended before its last row");
            }
        }
    }

    // its later rows are not taken; the other patients' go on
    private void Fault(string patient, string why)
    {
        faults++;
        refused.Add(patient);
        say($"gw-{patient}: ended by a fault, the rest of its rows is left out: {why}");
    }

    private void Refuse(string patient, string why)
    {
        if (refused.Add(patient))
        {
            say(why);
        }
    }

    private async Task EndAsync(Running gateway)
    {
        running.Remove(gateway);
        using (gateway.Gateway)
        {
            try
            {
                await gateway.Task;
                foreach (LaneStanding lane in gateway.Gateway.Loop.StillWaiting)
                {
                    waiting.Add($"gw-{gateway.Patient}: lane {lane.Lane} still waits for the hub's receipt of {lane.Waiting} items; they are kept");
                }
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                Fault(gateway.Patient, $"{fault.GetType().Name}: {fault.Message}");
            }
            if (gateway.Sensor.Place is { } place)
            {
                places[gateway.Patient] = place;
            }
            counts.Add(gateway.Gateway.Loop.Counts);
            resent += gateway.Gateway.Loop.Resent;
        }
    }

    private void WriteSummary(TextWriter summary, ReplayFile file, TimeSpan took, TriedSettings? tried = null)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber("readings", counts.Readings);
            json.WriteNumber("ignored", ignored);
            json.WriteNumber("unusable", counts.Unusable);
            json.WriteNumber("scores", counts.Scores);
            json.WriteNumber("alerts", counts.Alerts);
            json.WriteNumber("gateways", patients.Count);
            json.WriteNumber("bad_rows", file.BadRows);
            json.WriteNumber("resent", resent);
            json.WriteNumber("seconds", Math.Round(took.TotalSeconds, 3));
            tried?.Write(json);
            json.WriteEndObject();
        }
        summary.WriteLine(Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length));
    }
}
