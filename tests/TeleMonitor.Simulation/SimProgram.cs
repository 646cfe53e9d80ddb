using System.Globalization;

namespace TeleMonitor.Simulation;

/// <summary>The program behind <c>make sim</c>.</summary>
internal static class SimProgram
{
    public static int Main(string[] args)
    {
        ulong seed = args.Length > 0 ? ulong.Parse(args[0], CultureInfo.InvariantCulture) : 1;
        int count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
        bool log = args.Length > 2;
        int bad = 0;
        long began = Environment.TickCount64;
        for (ulong one = seed; one < seed + (ulong)count; one++)
        {
            RunResult result = Run.Of(one, Composition.Product, log ? Console.WriteLine : null);
            if (result.Broken is not null || count == 1)
            {
                Console.WriteLine($"SEED={one} {result.Broken ?? "all holds"} steps {result.Steps} accepted {result.Accepted} trace {result.Trace}");
                bad += result.Broken is null ? 0 : 1;
            }
        }
        Console.WriteLine($"{bad} of {count} broken, {(Environment.TickCount64 - began) / (double)count} ms a seed");
        return bad == 0 ? 0 : 1;
    }
}
