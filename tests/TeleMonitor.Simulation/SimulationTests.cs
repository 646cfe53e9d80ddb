namespace TeleMonitor.Simulation;

/// <summary>A failing seed is replayed with <c>make sim SEED=n</c>.</summary>
public sealed class SimulationTests
{
    [Fact]
    public void In_a_hundred_kinds_of_weather_nothing_is_lost_invented_or_silent()
    {
        Tally tally = Tally.Of(Composition.Product, 1, 100);
        Assert.True(tally.Broken.Count == 0, string.Join('\n', tally.Broken.Select(pair => $"SEED={pair.Key} {pair.Value}")));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_composition_that_is_wrong_in_one_thing_is_caught(string name)
    {
        Tally tally = Tally.Of(Canaries.All.Single(canary => string.Equals(canary.Name, name, StringComparison.Ordinal)), 1, 20);
        Assert.True(tally.IsCaught, $"{name}: caught in {tally.Broken.Count} of {tally.Seeds} seeds ({tally.Properties})");
    }

    public static TheoryData<string> Names() => [.. Canaries.All.Select(canary => canary.Name)];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Two_runs_of_one_seed_leave_the_same_trace(ulong seed) =>
        Assert.Equal(Run.Of(seed, Composition.Product).Trace, Run.Of(seed, Composition.Product).Trace);
}
