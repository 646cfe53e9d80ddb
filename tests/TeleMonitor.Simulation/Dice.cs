using System.Numerics;
using System.Text;

namespace TeleMonitor.Simulation;

/// <summary>
/// A die of our own (xoshiro256**, seeded by splitmix64; Blackman and Vigna, public domain), so that a seed means the same on every
/// runtime. Each simulated part has one of its own by name: a new roll in the link does not reshuffle the cards.
/// </summary>
internal sealed class Dice : Random
{
    private ulong a, b, c, d;

    public Dice(ulong seed)
        : base(0)
    {
        ulong Split()
        {
            unchecked
            {
                seed += 0x9E3779B97F4A7C15;
                ulong z = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9;
                z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
                return z ^ (z >> 31);
            }
        }
        (a, b, c, d) = (Split(), Split(), Split(), Split());
    }

    /// <summary>The die of one part of one run.</summary>
    public static Dice Of(ulong seed, string part)
    {
        ulong hash = Trace.Empty;
        hash = Trace.Mix(hash, Encoding.UTF8.GetBytes(part));
        return new Dice(hash ^ unchecked(seed * 0xD6E8FEB86659FD93));
    }

    public ulong NextBits()
    {
        unchecked
        {
            ulong result = BitOperations.RotateLeft(b * 5, 7) * 9, t = b << 17;
            c ^= a;
            d ^= b;
            b ^= c;
            a ^= d;
            c ^= t;
            d = BitOperations.RotateLeft(d, 45);
            return result;
        }
    }

    public override double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    protected override double Sample() => NextDouble();

    public override int Next() => Next(int.MaxValue);

    /// <summary>From 0 to below the bound; the bias of a 64-bit remainder is far below what any run could show.</summary>
    public override int Next(int maxValue) => maxValue <= 1 ? 0 : (int)(NextBits() % (ulong)maxValue);

    public override int Next(int minValue, int maxValue) => minValue + Next(maxValue - minValue);

    public bool Chance(double probability) => probability > 0 && NextDouble() < probability;

    /// <summary>A time between two, each as likely.</summary>
    public TimeSpan Between(double fromSeconds, double toSeconds) => TimeSpan.FromMilliseconds(Math.Round((fromSeconds + ((toSeconds - fromSeconds) * NextDouble())) * 1000));

    /// <summary>Time to the next of events that come by themselves, so often on average.</summary>
    public TimeSpan Until(TimeSpan mean) => TimeSpan.FromMilliseconds(1 + Math.Round(-Math.Log(1 - NextDouble()) * mean.TotalMilliseconds));

    public T Pick<T>(IReadOnlyList<T> of) => of[Next(of.Count)];

    /// <summary>16 hex digits, as ids of outboxes and hubs are.</summary>
    public string Id() => NextBits().ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
