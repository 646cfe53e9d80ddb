using System.Runtime.CompilerServices;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Scoring;

/// <summary>What is known of a citizen at one time: at most one value per vital. What was not set is missing; nothing is filled in.</summary>
public struct VitalSet
{
    [InlineArray(6)]
    private struct Numbers
    {
        private Hundredths first;
    }

    private Numbers numbers;
    private byte known;

    /// <summary>Level of consciousness; None is missing.</summary>
    public Consciousness Consciousness { get; set; }

    /// <summary>On oxygen or not; None is missing, never assumed.</summary>
    public OxygenAnswer Oxygen { get; set; }

    /// <summary>Where the temperature was taken.</summary>
    public Site TemperatureSite { get; set; }

    /// <summary>Sets a measured number.</summary>
    /// <param name="vital">A vital that is a number (Pulse to Diastolic).</param>
    /// <param name="value">Its value.</param>
    public void Set(Vital vital, Hundredths value)
    {
        numbers[(int)vital] = value;
        known |= (byte)(1 << (int)vital);
    }

    /// <summary>Takes every value and answer that another set has; they replace this one's.</summary>
    public void Take(in VitalSet later)
    {
        for (Vital vital = Vital.Pulse; vital <= Vital.Diastolic; vital++)
        {
            if (later.Has(vital))
            {
                Set(vital, later[vital]);
            }
        }
        TemperatureSite = later.Has(Vital.Temperature) ? later.TemperatureSite : TemperatureSite;
        Consciousness = later.Consciousness == Consciousness.None ? Consciousness : later.Consciousness;
        Oxygen = later.Oxygen == OxygenAnswer.None ? Oxygen : later.Oxygen;
    }

    /// <summary>Every vital that has a value or an answer.</summary>
    public readonly VitalMask Known => new((ushort)(known
        | (Consciousness == Consciousness.None ? 0 : 1 << (int)Vital.Consciousness)
        | (Oxygen == OxygenAnswer.None ? 0 : 1 << (int)Vital.Oxygen)));

    /// <summary>True when the vital has a value or an answer.</summary>
    public readonly bool Has(Vital vital) => Known.Has(vital);

    /// <summary>The value of a number that is known; zero hundredths otherwise, so ask <see cref="Has"/> first.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public readonly ref readonly Hundredths this[Vital vital] => ref numbers[(int)vital];
}
