using System.Numerics;
using System.Runtime.CompilerServices;

namespace TeleMonitor.Vitals.Plans;

/// <summary>A set of reasons by their number in an <see cref="Assessor"/>, without heap.</summary>
public struct ReasonSet : IEquatable<ReasonSet>
{
    /// <summary>Most reasons that one citizen's rules may have.</summary>
    public const int Capacity = 64 * Words;

    private const int Words = 4;

    [InlineArray(Words)]
    private struct Bits
    {
        private ulong first;
    }

    private Bits bits;

    /// <summary>True when nothing is in.</summary>
    public readonly bool IsEmpty => (bits[0] | bits[1] | bits[2] | bits[3]) == 0;

    /// <summary>Puts a reason in.</summary>
    /// <param name="reason">Its number, below <see cref="Capacity"/>.</param>
    public void Add(int reason) => bits[reason >> 6] |= 1UL << (reason & 63);

    /// <summary>Puts all reasons of another set in.</summary>
    public void Add(in ReasonSet other)
    {
        for (int word = 0; word < Words; word++)
        {
            bits[word] |= other.bits[word];
        }
    }

    /// <summary>True when the reason is in.</summary>
    public readonly bool Has(int reason) => (bits[reason >> 6] & (1UL << (reason & 63))) != 0;

    /// <summary>True when a reason is in both.</summary>
    public readonly bool Meets(in ReasonSet other)
    {
        ulong both = 0;
        for (int word = 0; word < Words; word++)
        {
            both |= bits[word] & other.bits[word];
        }
        return both != 0;
    }

    /// <summary>Those that are not in another set.</summary>
    public readonly ReasonSet Without(in ReasonSet other)
    {
        var left = new ReasonSet();
        for (int word = 0; word < Words; word++)
        {
            left.bits[word] = bits[word] & ~other.bits[word];
        }
        return left;
    }

    /// <summary>The lowest number from one on that is in; -1 when none is.</summary>
    /// <param name="from">First number, 0 or more.</param>
    public readonly int Next(int from)
    {
        for (int word = from >> 6; word < Words; word++)
        {
            ulong left = bits[word] & (word == from >> 6 ? ulong.MaxValue << (from & 63) : ulong.MaxValue);
            if (left != 0)
            {
                return (word << 6) + BitOperations.TrailingZeroCount(left);
            }
        }
        return -1;
    }

    /// <inheritdoc/>
    public readonly bool Equals(ReasonSet other) => bits[0] == other.bits[0] && bits[1] == other.bits[1] && bits[2] == other.bits[2] && bits[3] == other.bits[3];

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is ReasonSet other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(bits[0], bits[1], bits[2], bits[3]);

    /// <inheritdoc cref="Equals(ReasonSet)"/>
    public static bool operator ==(ReasonSet left, ReasonSet right) => left.Equals(right);

    /// <inheritdoc cref="Equals(ReasonSet)"/>
    public static bool operator !=(ReasonSet left, ReasonSet right) => !left.Equals(right);
}
