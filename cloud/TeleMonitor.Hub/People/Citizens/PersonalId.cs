using System.Globalization;

namespace TeleMonitor.Hub.People.Citizens;

/// <summary>Whose numbering a personal number is of (clinical.md 5.2, after DK-CORE).</summary>
public enum PersonalIdKind : byte
{
    /// <summary>The national one: DDMMYY and four digits, <c>urn:oid:1.2.208.176.1.2</c>.</summary>
    Cpr,
    /// <summary>A replacement number given across regions: DDMMYY, 1 or 7, two letters, a digit, <c>urn:oid:1.2.208.176.1.6.1.1</c>.</summary>
    XEcpr,
    /// <summary>A replacement number given by one region: DDMMYY, 0, 5 or 6, two letters, a digit.</summary>
    DEcpr,
}

/// <summary>Sex as the national number says it.</summary>
public enum PersonalIdSex : byte
{
    /// <summary>The last digit is even.</summary>
    Female,
    /// <summary>The last digit is odd.</summary>
    Male,
}

/// <summary>Why something typed is no personal number.</summary>
public enum PersonalIdProblem : byte
{
    /// <summary>It is one.</summary>
    None,
    /// <summary>Nothing was typed.</summary>
    Empty,
    /// <summary>It has not ten characters, apart from a hyphen or a space after the sixth.</summary>
    Length,
    /// <summary>It is neither ten digits nor a replacement number.</summary>
    Form,
    /// <summary>Its first six digits are no date.</summary>
    Date,
}

/// <summary>What was typed, read: a number, or why it is none.</summary>
/// <param name="Id">The number; null where there is a problem.</param>
/// <param name="Problem">Why it is none.</param>
public sealed record PersonalIdReading(PersonalId? Id, PersonalIdProblem Problem);

/// <summary>A personal number as clinical.md 5.2 tells it. Written out it is masked; only <see cref="Number"/> is the whole.</summary>
public sealed record PersonalId
{
    /// <summary>Characters of every kind of number [S: DKC, "10 chars no hyphen"].</summary>
    private const int Length = 10;
    /// <summary>Administrative numbers have their day moved by so much [K].</summary>
    private const int AdministrativeDays = 60;

    private PersonalId(string number, PersonalIdKind kind, DateOnly? born, bool isAdministrative) => (Number, Kind, Born, IsAdministrative) = (number, kind, born, isAdministrative);

    /// <summary>All ten characters, without a hyphen.</summary>
    public string Number { get; }

    /// <summary>Whose numbering it is of.</summary>
    public PersonalIdKind Kind { get; }

    /// <summary>Birth date with its century; null where the number does not tell: replacement and administrative numbers.</summary>
    public DateOnly? Born { get; }

    /// <summary>True where the day is moved by 60: no birth date, so a person must see to it by hand. It is kept, never dropped.</summary>
    public bool IsAdministrative { get; }

    /// <summary>DDMMYY as it stands in the number.</summary>
    public string BirthDigits => Number[..6];

    /// <summary>As it may be shown in lists: the birth date only.</summary>
    public string Masked => $"{BirthDigits}-••••";

    /// <summary>By the last digit [S: cpr.dk]; null for numbers that are not the national one.</summary>
    public PersonalIdSex? Sex => Kind == PersonalIdKind.Cpr && !IsAdministrative ? (Number[^1] - '0') % 2 == 0 ? PersonalIdSex.Female : PersonalIdSex.Male : null;

    /// <summary>
    /// True where the number passes modulus 11, or has none. A warning where false and never a refusal: since 2007 valid numbers without it
    /// are given [S: cpr.dk "Personnumre uden kontrolciffer"].
    /// </summary>
    public bool PassesModulus11 => Kind != PersonalIdKind.Cpr || Weighed(Number) % 11 == 0;

    /// <summary>Reads what was typed or stands in a file. Never throws.</summary>
    /// <param name="typed">Ten characters, with a hyphen or a space after the sixth or without.</param>
    public static PersonalIdReading Read(string? typed)
    {
        string text = (typed ?? "").Trim();
        if (text.Length == 0)
        {
            return new PersonalIdReading(null, PersonalIdProblem.Empty);
        }
        string number = (text.Length == Length + 1 && text[6] is '-' or ' ' ? text.Remove(6, 1) : text).ToUpperInvariant();
        if (number.Length != Length)
        {
            return new PersonalIdReading(null, PersonalIdProblem.Length);
        }
        return KindOf(number) is not { } kind ? new PersonalIdReading(null, PersonalIdProblem.Form) : OfKind(number, kind);
    }

    /// <summary>Masked: a number must not reach a log or an exception's text by being written out.</summary>
    public override string ToString() => Masked;

    private static PersonalIdReading OfKind(string number, PersonalIdKind kind)
    {
        int day = Two(number, 0), month = Two(number, 2), year = Two(number, 4);
        bool administrative = kind == PersonalIdKind.Cpr && day > AdministrativeDays;
        int[] years = kind == PersonalIdKind.Cpr && !administrative ? [FullYear(year, number[6] - '0')]
            : [1800 + year, 1900 + year, 2000 + year]; // which century the number does not tell: the date must exist in one
        DateOnly[] dates = [.. years.Select(one => DateOf(one, month, administrative ? day - AdministrativeDays : day)).OfType<DateOnly>()];
        return dates.Length == 0 ? new PersonalIdReading(null, PersonalIdProblem.Date)
            : new PersonalIdReading(new PersonalId(number, kind, years.Length == 1 ? dates[0] : null, administrative), PersonalIdProblem.None);
    }

    private static PersonalIdKind? KindOf(string number)
    {
        if (!number.AsSpan(0, 7).ContainsAnyExceptInRange('0', '9') && char.IsAsciiDigit(number[9]))
        {
            if (char.IsAsciiDigit(number[7]) && char.IsAsciiDigit(number[8]))
            {
                return PersonalIdKind.Cpr;
            }
            if (char.IsAsciiLetterUpper(number[7]) && char.IsAsciiLetterUpper(number[8]))
            {
                return number[6] switch { '1' or '7' => PersonalIdKind.XEcpr, '0' or '5' or '6' => PersonalIdKind.DEcpr, _ => null };
            }
        }
        return null;
    }

    /// <summary>The century by the seventh digit [S: da.wikipedia CPR-nummer]: 0–3 1900–99; 4 and 9 2000–36 and 1937–99; 5–8 2000–57 and 1858–99.</summary>
    private static int FullYear(int year, int seventh) => seventh switch
    {
        <= 3 => 1900 + year,
        4 or 9 => year <= 36 ? 2000 + year : 1900 + year,
        _ => year <= 57 ? 2000 + year : 1800 + year,
    };

    private static DateOnly? DateOf(int year, int month, int day) =>
        month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) ? new DateOnly(year, month, day) : null;

    private static int Two(string number, int at) => int.Parse(number.AsSpan(at, 2), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Weights 4 3 2 7 6 5 4 3 2 1 [S: kode.tingeling.dk].</summary>
    private static int Weighed(string number)
    {
        ReadOnlySpan<int> weights = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1];
        int sum = 0;
        for (int at = 0; at < Length; at++)
        {
            sum += weights[at] * (number[at] - '0');
        }
        return sum;
    }
}
