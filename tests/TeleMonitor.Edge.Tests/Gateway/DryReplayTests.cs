using System.Globalization;
using System.Text.Json;
using TeleMonitor.Edge.Tests.Outbox;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Sensors.Replay;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>"Would this have alerted?" on a recording.</summary>
public sealed class DryReplayTests : IDisposable
{
    private readonly OutboxFolder folder = new();
    private readonly List<string> said = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_dry_run_says_what_changed_settings_would_bring_and_how_long_before_the_event()
    {
        // twenty days, a row every hour; pulse 100 at hour 300 and 130 at 470, an event from hour 310 on
        string recording = Record(Enumerable.Range(0, 480).Select(hour => (hour, hour switch { 300 => 100, 470 => 130, _ => 70 }, hour >= 310 ? 1 : 0)));
        JsonElement summary = Run(recording, """{ "charts": ["tobs"], "required": ["pulse"] }""",
            """{ "charts": ["tobs"], "required": ["pulse"], "limits": [ { "vital": "pulse", "unit": "/min", "high_yellow": 100 } ] }""", "sepsis_label");

        JsonElement before = summary.GetProperty("before"), after = summary.GetProperty("after");
        Assert.Equal((1, 480, 1, 1, 1), (Int(before, "citizens"), Int(before, "sets"), Int(before, "alerts"), Int(before, "events"), Int(before, "missed")));
        Assert.Equal((2, 0, 10.0), (Int(after, "alerts"), Int(after, "missed"), after.GetProperty("median_lead_hours").GetDouble()));
        Assert.Equal((0, 1), (Int(summary, "alerts_gone"), Int(summary, "alerts_new")));
        Assert.Equal(2 * 7.0 / 20, after.GetProperty("per_citizen_week").GetDouble(), 3);
    }

    [Fact]
    public void Without_settings_it_counts_what_every_chart_would_have_said_and_says_too_little_data()
    {
        JsonElement summary = Run(Record(Enumerable.Range(0, 5).Select(hour => (hour, 140, 0))), null, null, null);
        JsonElement before = summary.GetProperty("before");
        Assert.Equal((1, 1, JsonValueKind.Null), (Int(before, "alerts"), Int(before, "too_little_data"), before.GetProperty("per_citizen_week").ValueKind));
        Assert.False(summary.TryGetProperty("after", out _));
    }

    [Fact]
    public void A_label_that_no_column_has_is_refused_by_name()
    {
        ReplayFileException refused = Assert.Throws<ReplayFileException>(() => Run(Record([(0, 70, 0)]), null, null, "onset"));
        Assert.Contains("column 'onset' is missing", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_settings_are_said_with_their_file()
    {
        string wrong = Write("wrong.json", """{ "scale": 9 }""");
        Assert.False(TriedSettings.TryRead(new AskedSettings(wrong, folder.Beside("absent.json"), null, 72), Shipped.Config.Charts.Values, Shipped.Config.Content, said.Add, out _));
        Assert.Equal(2, said.Count);
        Assert.Contains("scale must be 1 or 2", said[0], StringComparison.Ordinal);
        Assert.Contains("absent.json: cannot be read", said[1], StringComparison.Ordinal);
    }

    /// <summary>The words of README are understood; what they do is in the tests above.</summary>
    [Fact]
    public void The_command_of_README_is_understood()
    {
        string typed = Assert.Single(File.ReadLines(Tree.At("edge/TeleMonitor.Gateway/README.md")), line => line.StartsWith("telemonitor-gateway replay FILE --dry-run --changed", StringComparison.Ordinal));
        string[] words = typed[..typed.IndexOf("    ", StringComparison.Ordinal)].Split(' ')[1..];
        Assert.Empty(GatewayCommands.Root().Parse(words).Errors);
        Assert.NotEmpty(GatewayCommands.Root().Parse([.. words, "--no-such"]).Errors);
    }

    private static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private JsonElement Run(string recording, string? settings, string? changed, string? label)
    {
        var asked = new AskedSettings(settings is null ? null : Write("settings.json", settings), changed is null ? null : Write("changed.json", changed), label, 72);
        Assert.True(TriedSettings.TryRead(asked, Shipped.Config.Charts.Values, Shipped.Config.Content, said.Add, out TriedSettings? tried), string.Join("; ", said));
        var identity = new GatewayIdentity(TimeProvider.System, Shipped.Config.Charts.Values);
        var run = new ReplayRun(null, identity, new ReplayOptions(recording, double.PositiveInfinity, int.MaxValue, 1, TimeSpan.Zero), TimeProvider.System, said.Add);
        using var summary = new StringWriter();
        JudgeSettings anyone = new() { Assignment = 1, Charts = [.. Shipped.Config.Charts.Values], Sensors = Shipped.Config.Sensors };
        Assert.Equal(0, run.DryRun(_ => anyone, summary, tried));
        return JsonDocument.Parse(summary.ToString()).RootElement;
    }

    private string Record(IEnumerable<(int Hour, int Pulse, int Label)> rows) => Write("recording.csv", string.Join('\n',
        rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"p10001,{row.Hour},{row.Pulse},97,37,120,80,16,{row.Label}")).Prepend("patient,iculos_h,hr,o2sat,temp,sbp,dbp,resp,sepsis_label")));

    private string Write(string name, string text)
    {
        string file = folder.Beside(name);
        File.WriteAllText(file, text);
        return file;
    }
}
