using System.Buffers.Text;
using System.Globalization;

namespace TeleMonitor.Vitals.Readings;

/// <summary>
/// A number as whole hundredths taken from its decimal text, because a binary double cannot hold 36.05 and a band edge must not
/// depend on that. With more than two decimals both neighbouring hundredths are kept; scoring uses the one with more points.
/// </summary>
/// <param name="Low">The hundredth at or below the value.</param>
/// <param name="High">The hundredth at or above the value; equal to <paramref name="Low"/> with at most two decimals.</param>
public readonly record struct Hundredths(int Low, int High)
{
    /// <summary>Largest magnitude, in whole units, that is held: far above any vital, so that nothing here can overflow.</summary>
    public const int Limit = 1_000_000;

    /// <summary>Takes the shortest text that reads back as this double. False for NaN, infinities and magnitudes above <see cref="Limit"/>.</summary>
    public static bool TryFrom(double value, out Hundredths hundredths)
    {
        hundredths = default;
        if (!double.IsFinite(value) || Math.Abs(value) > Limit)
        {
            return false;
        }
        // the double nearest to whole hundredths has just them as its shortest text: division rounds correctly
        double nearest = Math.Round(value * 100d);
        if (nearest / 100d == value)
        {
            hundredths = new Hundredths((int)nearest, (int)nearest);
            return true;
        }
        Span<byte> text = stackalloc byte[32];
        return Utf8Formatter.TryFormat(value, text, out int written) && TryParse(text[..written], out hundredths);
    }

    /// <summary>Reads decimal text (sign, digits, point, digits, exponent). False when it is not such text or is above <see cref="Limit"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Hundredths hundredths)
    {
        if (TryParsePlain(text, out hundredths))
        {
            return true;
        }
        // decimal is exact for every text within the limit: 28 digits, more than a double ever prints
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) || Math.Abs(number) > Limit)
        {
            return false;
        }
        decimal scaled = number * 100m;
        hundredths = new Hundredths((int)decimal.Floor(scaled), (int)decimal.Ceiling(scaled));
        return true;
    }

    /// <summary>The usual text, up to six digits and at most two decimals, without the cost of the general reader.</summary>
    private static bool TryParsePlain(ReadOnlySpan<byte> text, out Hundredths hundredths)
    {
        hundredths = default;
        int value = 0, whole = 0, decimals = -1;
        foreach (byte letter in text)
        {
            if (letter == '.' && decimals < 0 && whole > 0)
            {
                decimals = 0;
                continue;
            }
            if (!char.IsAsciiDigit((char)letter) || (decimals < 0 ? ++whole > 6 : ++decimals > 2))
            {
                return false;
            }
            value = (value * 10) + (letter - '0');
        }
        if (whole == 0 || decimals == 0)
        {
            return false;
        }
        int exact = value * (decimals switch { 2 => 1, 1 => 10, _ => 100 });
        hundredths = new Hundredths(exact, exact);
        return true;
    }

    /// <summary>The value moved by whole hundredths (a site correction).</summary>
    public Hundredths Plus(int hundredths) => new(Low + hundredths, High + hundredths);
}
