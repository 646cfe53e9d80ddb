using TeleMonitor.Rig.Torture;

namespace TeleMonitor.EndToEnd.Lanes;

/// <summary>One short torture with real processes; `make torture` has all of them.</summary>
[Trait("Needs", "mosquitto")]
public sealed class TortureTests : IDisposable
{
    private readonly string folder = Scratch.NewFolder("torture");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_gateway_killed_while_its_link_is_cut_loses_no_reading_stores_none_twice_and_every_Red_has_its_case()
    {
        using CancellationTokenSource bound = new(TimeSpan.FromMinutes(2));
        List<string> said = [];
        TorturePlan plan = new(Seed: 7, Scale: 30, Quiet: TimeSpan.FromSeconds(5));
        TortureResult result;
        await using (TortureRun run = new(folder, plan, TimeProvider.System, said.Add, bound.Token))
        {
            result = await run.RunAsync(TortureScenarios.All.Single(scenario => scenario.Name == "cut + kill gateway"));
        }

        Assert.Empty(result.Faults);
        Assert.Equal((350, 0, 0, 0), (result.Accepted, result.Lost, result.Duplicated, result.RedsWithoutCase));
        Assert.True(result.Reds >= 2);
        Assert.Contains(said, line => line.StartsWith("killed the gateway", StringComparison.Ordinal));
        Assert.True(result.IsGood);
    }
}
