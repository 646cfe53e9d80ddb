using System.Text.Json.Nodes;
using TeleMonitor.Rig;

namespace TeleMonitor.EndToEnd;

/// <summary>Recorded patients from the gateway's replay to the hub's store, with real programs and a real broker.</summary>
[Trait("Needs", "mosquitto")]
public sealed class SmokeTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(5);

    private readonly string folder = Scratch.NewFolder("smoke");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [SharedFact("data/icu-vitals/raw/p100068.psv")]
    public async Task A_recorded_patient_is_stored_once_scored_alike_and_paged()
    {
        JsonObject line = await WholeAsync(["--input", Shared.Path("data/icu-vitals/raw/p100068.psv")]);
        Assert.True(Count(line, "readings") > 0 && Count(line, "scores") > 0, line.ToJsonString());
        Assert.True(Count(line, "cases") > 0 && Count(line, "pages") > 0, line.ToJsonString());
    }

    [SharedTheory("data/icu-vitals/raw/p100068.psv")]
    [MemberData(nameof(TenOthers))]
    public async Task A_patient_has_a_case_exactly_when_a_row_calls_for_one(string name)
    {
        string file = Shared.Path("data/icu-vitals/raw/" + name);
        JsonObject line = await WholeAsync(["--input", file]);
        Assert.Equal(IndependentTriage.RowsThatCall(file) > 0, Count(line, "cases") > 0);
    }

    [SharedFact("data/icu-vitals/vitals_hourly.csv.gz")]
    public async Task Many_patients_at_once_are_stored_once_scored_alike_and_paged()
    {
        JsonObject line = await WholeAsync(["--input", Shared.Path("data/icu-vitals/vitals_hourly.csv.gz"), "--rows", "5000"]);
        Assert.True(Count(line, "cases") > 0 && Count(line, "pages") > 0, line.ToJsonString());
    }

    /// <summary>Ten files over the whole folder; three of them hold no row that calls for anybody.</summary>
    public static TheoryData<string> TenOthers()
    {
        string raw = Shared.Path("data/icu-vitals/raw");
        string[] others = Directory.Exists(raw)
            ? [.. Directory.GetFiles(raw, "*.psv").Where(file => !file.EndsWith("p100068.psv", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
            : ["absent.psv"];
        string[] calm = [.. others.Where(File.Exists).Where(file => IndependentTriage.RowsThatCall(file) == 0).Take(3)];
        string[] spread = [.. others.Where((_, at) => at % 21 == 0).Except(calm).Take(10 - calm.Length)];
        return [.. calm.Concat(spread).Select(file => Path.GetFileName(file))];
    }

    private async Task<JsonObject> WholeAsync(string[] arguments)
    {
        string log = Path.Combine(folder, "smoke.log");
        string rig = Path.Combine(AppContext.BaseDirectory, "telemonitor-rig.dll");
        await using Child smoke = Child.Start("smoke", Repository.Installed("dotnet", "dotnet-sdk-10.0"), [rig, "smoke", .. arguments], log);
        using CancellationTokenSource bound = new(Bound);
        int code = await smoke.WaitAsync(bound.Token);
        Assert.True(code == 0, $"smoke ended with exit code {code}:\n{Child.Tail(log)}");
        JsonObject line = (JsonObject)JsonNode.Parse(Assert.Single(smoke.Output))!;
        Assert.Equal(
            "readings ignored unusable stored duplicates resent quarantined scores score_differences alerts cases pages seconds",
            string.Join(' ', line.Select(pair => pair.Key)));
        Assert.Equal(Count(line, "readings"), Count(line, "stored"));
        Assert.Equal(0, Count(line, "duplicates") + Count(line, "score_differences") + Count(line, "quarantined"));
        return line;
    }

    private static long Count(JsonObject line, string name) => (long)line[name]!;
}
