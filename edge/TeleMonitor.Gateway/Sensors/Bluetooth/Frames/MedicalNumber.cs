using System.Globalization;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Gateway.Sensors.Bluetooth.Frames;

/// <summary>What a health device says instead of a number.</summary>
internal enum SpecialCode : byte
{
    /// <summary>It is a number.</summary>
    None,
    /// <summary>Not a number: no measurement.</summary>
    NotANumber,
    /// <summary>Not at this resolution.</summary>
    NotReached,
    /// <summary>Above what can be written.</summary>
    PlusInfinity,
    /// <summary>Below what can be written.</summary>
    MinusInfinity,
    /// <summary>Reserved for future use.</summary>
    Reserved,
}

/// <summary>
/// A number of the personal health devices (ISO/IEEE 11073-20601: SFLOAT of 16 bits, FLOAT of 32): a decimal mantissa and a decimal
/// exponent, so 36.8 is 36.8 and no binary neighbour of it; or a code that says why there is no number.
/// </summary>
/// <param name="Mantissa">Signed; zero beside a code.</param>
/// <param name="Exponent">Power of ten.</param>
/// <param name="Special">Why there is no number.</param>
internal readonly record struct MedicalNumber(int Mantissa, int Exponent, SpecialCode Special)
{
    private const int ExactPowers = 22; // 10^22 is the largest power of ten that a double holds exactly
    private static readonly double[] Powers = [.. Enumerable.Range(0, ExactPowers + 1).Select(power => double.Parse($"1E{power}", CultureInfo.InvariantCulture))];

    /// <summary>The double nearest to the decimal number; null beside a code.</summary>
    public double? Value => Special is not SpecialCode.None ? null
        : Exponent is >= 0 and <= ExactPowers ? Mantissa * Powers[Exponent] // one rounding of two exact numbers: the nearest
        : Exponent is < 0 and >= -ExactPowers ? Mantissa / Powers[-Exponent]
        : double.Parse(string.Create(CultureInfo.InvariantCulture, $"{Mantissa}E{Exponent}"), CultureInfo.InvariantCulture);

    /// <summary>The code as a grade's reason; null for a number.</summary>
    public string? Reason => Special switch
    {
        SpecialCode.None => null,
        SpecialCode.NotANumber => GradeReason.NotANumber,
        SpecialCode.PlusInfinity or SpecialCode.MinusInfinity => GradeReason.Infinite,
        _ => GradeReason.NotReached,
    };

    /// <summary>From the 16 bits of an SFLOAT: exponent in the upper four, mantissa in the lower twelve.</summary>
    public static MedicalNumber FromShort(ushort bits) => (bits & 0xFFF) switch
    {
        // source: IEEE 11073-20601 annex F; the codes hold whatever the exponent bits are, since some devices fill them
        0x7FF => new(0, 0, SpecialCode.NotANumber),
        0x800 => new(0, 0, SpecialCode.NotReached),
        0x7FE => new(0, 0, SpecialCode.PlusInfinity),
        0x802 => new(0, 0, SpecialCode.MinusInfinity),
        0x801 => new(0, 0, SpecialCode.Reserved),
        var mantissa => new((mantissa << 20) >> 20, unchecked((short)bits) >> 12, SpecialCode.None),
    };

    /// <summary>From the 32 bits of a FLOAT: exponent in the upper eight, mantissa in the lower twenty-four.</summary>
    public static MedicalNumber FromLong(uint bits) => (bits & 0xFFFFFF) switch
    {
        0x7FFFFF => new(0, 0, SpecialCode.NotANumber),
        0x800000 => new(0, 0, SpecialCode.NotReached),
        0x7FFFFE => new(0, 0, SpecialCode.PlusInfinity),
        0x800002 => new(0, 0, SpecialCode.MinusInfinity),
        0x800001 => new(0, 0, SpecialCode.Reserved),
        var mantissa => new(unchecked((int)(mantissa << 8)) >> 8, unchecked((int)bits) >> 24, SpecialCode.None),
    };
}
