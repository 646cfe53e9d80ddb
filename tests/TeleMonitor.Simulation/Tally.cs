namespace TeleMonitor.Simulation;

/// <summary>What many seeds came to. Each seed is one thread's work from its beginning to its end; two run side by side.</summary>
internal sealed class Tally
{
    /// <summary>A canary must be caught in so many of a hundred seeds.</summary>
    public const int CaughtOfHundred = 95;

    private readonly Lock gate = new();

    public int Seeds { get; private set; }
    public long Steps { get; private set; }
    public long Accepted { get; private set; }
    public SortedDictionary<ulong, string> Broken { get; } = [];
    public SortedDictionary<Fault, long> Injected { get; } = [];

    public bool IsCaught => Broken.Count * 100 >= Seeds * CaughtOfHundred;

    /// <summary>Which properties broke, and how often.</summary>
    public string Properties => string.Join(", ", Broken.Values.GroupBy(broken => broken.Split(':')[0], StringComparer.Ordinal)
        .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Key} {group.Count()}"));

    /// <summary>Runs seeds one after the other from the first.</summary>
    /// <param name="composition">What the parts are made of.</param>
    /// <param name="first">The first seed.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="over">True: no further seed is begun.</param>
    /// <param name="broke">Told of each seed that breaks when it does: a long run is looked at while it goes on.</param>
    public static Tally Of(Composition composition, ulong first, int count, Func<bool>? over = null, Action<string>? broke = null)
    {
        var tally = new Tally();
        int next = -1;
        void Work()
        {
            for (int mine = Interlocked.Increment(ref next); mine < count && over?.Invoke() != true; mine = Interlocked.Increment(ref next))
            {
                tally.Add(Run.Of(first + (ulong)mine, composition), broke);
            }
        }
        Thread[] threads = [.. Enumerable.Range(0, Math.Min(2, Environment.ProcessorCount)).Select(_ => new Thread(Work))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return tally;
    }

    public void Tell(Action<string> say)
    {
        say($"{Seeds} seeds, {Broken.Count} broken, {Steps} steps, {Accepted} readings");
        say("faults injected: " + string.Join(", ", Injected.Where(pair => pair.Value > 0).Select(pair => $"{pair.Key} {pair.Value}")));
    }

    private void Add(RunResult result, Action<string>? broke)
    {
        lock (gate)
        {
            Seeds++;
            Steps += result.Steps;
            Accepted += result.Accepted;
            if (result.Broken is { } broken)
            {
                Broken[result.Seed] = broken;
                broke?.Invoke($"SEED={result.Seed} {broken}");
            }
            foreach ((Fault fault, long times) in result.Injected)
            {
                Injected[fault] = Injected.GetValueOrDefault(fault) + times;
            }
        }
    }
}
