using System.Text;

namespace TeleMonitor.Vitals.Readings;

/// <summary>A vital sign or an answer that charts may ask for.</summary>
public enum Vital : byte
{
    /// <summary>Heart beats per minute.</summary>
    Pulse,
    /// <summary>Breaths per minute.</summary>
    Respiration,
    /// <summary>Peripheral oxygen saturation, per cent.</summary>
    Spo2,
    /// <summary>Body temperature, degrees Celsius.</summary>
    Temperature,
    /// <summary>Systolic blood pressure, mmHg.</summary>
    Systolic,
    /// <summary>Diastolic blood pressure, mmHg.</summary>
    Diastolic,
    /// <summary>A word: <see cref="Readings.Consciousness"/>.</summary>
    Consciousness,
    /// <summary>A word: is the citizen given oxygen, yes or no.</summary>
    Oxygen,
    /// <summary>Body weight, kilograms: followed as a trend, in no chart.</summary>
    Weight,
}

/// <summary>What a vital is called on the wire and elsewhere. LOINC and UCUM go on the wire; the Danish code goes to Danish receivers.</summary>
/// <param name="Vital">The vital.</param>
/// <param name="Name">Column and part name, lower case.</param>
/// <param name="Code">LOINC code; <c>answer/…</c> where clinical.md 4.1 names none.</param>
/// <param name="Unit">UCUM unit; empty for a word.</param>
/// <param name="DanishCode">NPU, DNK or MCS code; empty where none was found.</param>
public sealed record VitalCode(Vital Vital, string Name, string Code, string Unit, string DanishCode)
{
    // source: clinical.md 4.1. On-oxygen is a yes or no; LOINC 3151-8 is a flow, so it would be the wrong code.
    private static readonly VitalCode[] Table =
    [
        new(Vital.Pulse, "pulse", "8867-4", "/min", "NPU21692"),
        new(Vital.Respiration, "respiration", "9279-1", "/min", "MCS88122"),
        new(Vital.Spo2, "spo2", "59408-5", "%", "NPU03011"),
        new(Vital.Temperature, "temperature", "8310-5", "Cel", "NPU08676"),
        new(Vital.Systolic, "systolic", "8480-6", "mm[Hg]", "DNK05472"),
        new(Vital.Diastolic, "diastolic", "8462-4", "mm[Hg]", "DNK05473"),
        new(Vital.Consciousness, "consciousness", "80288-4", "", "MCS88126"),
        new(Vital.Oxygen, "oxygen", "answer/oxygen", "", ""),
        new(Vital.Weight, "weight", "29463-7", "kg", "NPU03804"),
    ];

    /// <summary>Every vital, in the order of <see cref="Readings.Vital"/>.</summary>
    public static IReadOnlyList<VitalCode> All => Table;

    /// <summary>True when charts can give points for it.</summary>
    public bool CanBeScored => Vital is not Vital.Weight;

    /// <summary>True when the vital is answered with a word instead of measured as a number.</summary>
    public bool IsAnswer => Vital is Vital.Consciousness or Vital.Oxygen;

    /// <summary>The row of a vital.</summary>
    public static VitalCode Of(Vital vital) => Table[(int)vital];

    /// <summary>The row with this wire code, or null.</summary>
    public static VitalCode? FromCode(string code) => Array.Find(Table, row => string.Equals(row.Code, code, StringComparison.Ordinal));

    /// <inheritdoc cref="FromCode(string)"/>
    public static VitalCode? FromCode(ReadOnlySpan<byte> code)
    {
        foreach (VitalCode row in Table)
        {
            if (Ascii.Equals(code, row.Code))
            {
                return row;
            }
        }
        return null;
    }

    /// <summary>The row with this name, or null.</summary>
    public static VitalCode? FromName(string name) => Array.Find(Table, row => string.Equals(row.Name, name, StringComparison.Ordinal));
}
