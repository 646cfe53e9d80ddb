using System.Text;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Edge.Tests.Plans;

public sealed class ReplaySettingsFileTests
{
    [Fact]
    public void An_empty_file_means_every_chart_no_limit_and_everything_required()
    {
        ReplaySettings settings = Read("{}", out _)!;
        Assert.Equal((2, 1, 0, VitalMask.All), (settings.Charts.Count, settings.Scale, settings.Limits.Count, settings.Required));
    }

    [Fact]
    public void Charts_scale_required_and_limits_are_taken_in_hundredths()
    {
        ReplaySettings settings = Read("""
            { "charts": ["news2"], "scale": 2, "required": ["pulse", "spo2"],
              "limits": [ { "vital": "spo2", "unit": "%", "low_red": 88, "low_yellow": 90 }, { "vital": "temperature", "unit": "Cel", "high_yellow": 38.05 } ] }
            """, out _)!;
        Assert.Equal(("news2", 2, new VitalMask(0).With(Vital.Pulse).With(Vital.Spo2)), (settings.Charts.Single().Id, settings.Scale, settings.Required));
        Assert.Equal([new ReplayLimit(Vital.Spo2, 88_00, 90_00), new ReplayLimit(Vital.Temperature, HighYellow: 38_05)], settings.Limits);
    }

    [Theory]
    [InlineData("""{ "charts": ["mews"] }""", "charts: 'mews' is none of")]
    [InlineData("""{ "charts": [] }""", "charts: 1 to 3 must be named")]
    [InlineData("""{ "scale": 3 }""", "scale must be 1 or 2")]
    [InlineData("""{ "required": ["weight"] }""", "required: 'weight' is no vital")]
    [InlineData("""{ "limits": [ { "vital": "oxygen", "unit": "", "low_red": 1 } ] }""", "limits[0].vital: 'oxygen'")]
    [InlineData("""{ "limits": [ null ] }""", "limits[0].vital")]
    [InlineData("""{ "limits": [ { "vital": "spo2", "unit": "1", "low_red": 88 } ] }""", "limits[0].unit: must be %")]
    [InlineData("""{ "limits": [ { "vital": "spo2", "unit": "%" } ] }""", "limits[0]: needs one of")]
    [InlineData("""{ "limits": [ { "vital": "spo2", "unit": "%", "low_red": 91, "low_yellow": 90 } ] }""", "rising in this order")]
    [InlineData("""{ "limits": [ { "vital": "spo2", "unit": "%", "low_red": 88.001 } ] }""", "at most two decimals")]
    [InlineData("""{ "limits": [ { "vital": "spo2", "unit": "%", "low_red": 88, "relative": true } ] }""", "relative")]
    [InlineData("""{ "limit": [] }""", "limit")]
    [InlineData("null", "must be a JSON object")]
    [InlineData("{", "line 1")]
    public void A_wrong_file_is_refused_with_its_place(string json, string problem)
    {
        Assert.Null(Read(json, out IReadOnlyList<string> problems));
        Assert.Contains(problems, said => said.StartsWith("try.json: ", StringComparison.Ordinal) && said.Contains(problem, StringComparison.Ordinal));
    }

    private static ReplaySettings? Read(string json, out IReadOnlyList<string> problems)
    {
        bool read = ReplaySettingsFile.TryRead(Encoding.UTF8.GetBytes(json), "try.json", [Shipped.Tobs, Shipped.News2], out ReplaySettings? settings, out problems);
        Assert.Equal(read, settings is not null && problems.Count == 0);
        return settings;
    }
}
