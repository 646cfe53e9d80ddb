using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace TeleMonitor.Simulation;

/// <summary>
/// The program behind <c>make sim</c>: <c>seed N [--log]</c> replays one, <c>minutes N</c> explores, <c>seeds N [--first N]
/// [--canaries N] [--record FILE]</c> runs many. Exit code 0 when all holds and every canary was caught, 1 when not, 2 when the words are not understood.
/// </summary>
internal static class SimProgram
{
#pragma warning disable RS0030 // how long it takes on this machine; nothing that is simulated sees it
    private static readonly TimeProvider Real = TimeProvider.System;
#pragma warning restore RS0030

    public static int Main(string[] args)
    {
        switch (args)
        {
            case ["seed", var seed, ..] when ulong.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out ulong one):
                return Replay(one, args.Contains("--log"));
            case ["minutes", var minutes] when double.TryParse(minutes, NumberStyles.Float, CultureInfo.InvariantCulture, out double some):
                return Explore(TimeSpan.FromMinutes(some));
            case ["seeds", var count, ..] when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int many):
                return Many((ulong)Math.Max(1, Number(args, "--first")), many, Number(args, "--canaries"), Text(args, "--record"));
            default:
                Console.Error.WriteLine("seed N [--log] | minutes N | seeds N [--first N] [--canaries N] [--record FILE]");
                return 2;
        }
    }

    private static int Replay(ulong seed, bool log)
    {
        RunResult result = Run.Of(seed, Composition.Product, log ? Console.WriteLine : null);
        Console.WriteLine($"SEED={seed} commit {Commit} runtime {RuntimeInformation.FrameworkDescription}");
        Console.WriteLine($"weather {result.Weather}");
        Console.WriteLine($"{result.Broken ?? "all holds"}; {result.Steps} steps, {result.Accepted} readings");
        Console.WriteLine($"trace {result.Trace}");
        return result.Broken is null ? 0 : 1;
    }

    private static int Explore(TimeSpan time)
    {
        long began = Real.GetTimestamp();
        ulong first = (ulong)Real.GetUtcNow().ToUnixTimeSeconds() * 1000;
        Tally tally = Tally.Of(Composition.Product, first, int.MaxValue, () => Real.GetElapsedTime(began) >= time, Console.WriteLine);
        tally.Tell(Console.WriteLine);
        return tally.Broken.Count == 0 ? 0 : 1;
    }

    private static int Many(ulong first, int count, int canaries, string? record)
    {
        long began = Real.GetTimestamp();
        Tally product = Tally.Of(Composition.Product, first, count, broke: Console.WriteLine);
        product.Tell(Console.WriteLine);
        bool good = product.Broken.Count == 0;
        foreach (Composition canary in canaries > 0 ? Canaries.All : [])
        {
            Tally tally = Tally.Of(canary, 1, canaries);
            good &= tally.IsCaught;
            Console.WriteLine($"canary {canary.Name}: caught in {tally.Broken.Count} of {tally.Seeds} seeds ({tally.Properties})");
        }
        TimeSpan took = Real.GetElapsedTime(began);
        Console.WriteLine(FormattableString.Invariant($"{took.TotalSeconds:0} s"));
        if (record is not null)
        {
            Record(record, first, product, took);
        }
        return good ? 0 : 1;
    }

    private static void Record(string file, ulong first, Tally tally, TimeSpan took)
    {
        if (!File.Exists(file))
        {
            File.WriteAllText(file, "# Reliability\n\nRuns of many seeds of `make sim`; each line is one run of the simulation at the commit it names.\n\n"
                + "| commit | when (UTC) | seeds | broken | steps | readings | faults injected | time |\n|---|---|---|---|---|---|---|---|\n");
        }
        File.AppendAllText(file, FormattableString.Invariant(
            $"| {Commit} | {Real.GetUtcNow():yyyy-MM-dd HH:mm} | {first:N0} to {first + (ulong)tally.Seeds - 1:N0} | {tally.Broken.Count} | {tally.Steps:N0} | {tally.Accepted:N0} | {tally.Injected.Values.Sum():N0} of {tally.Injected.Count(pair => pair.Value > 0)} kinds | {took.TotalMinutes:0.0} min |\n"));
    }

    private static string Commit => typeof(SimProgram).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[^1] is { Length: > 10 } full ? full[..10] : "unknown";

    private static int Number(string[] args, string name) => int.TryParse(Text(args, name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    private static string? Text(string[] args, string name) => args.SkipWhile(arg => !string.Equals(arg, name, StringComparison.Ordinal)).Skip(1).FirstOrDefault();
}
