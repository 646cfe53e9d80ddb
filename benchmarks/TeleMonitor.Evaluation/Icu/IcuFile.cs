using System.Globalization;
using System.IO.Compression;
using System.Text;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Evaluation.Icu;

/// <summary>One hour of one patient.</summary>
/// <param name="Hour">Hour in intensive care, as recorded.</param>
/// <param name="Numbers">Pulse, respiration, SpO2, temperature, systolic as recorded; no answers.</param>
/// <param name="Fio2">As recorded; null where it was not.</param>
/// <param name="Septic">The published label: true from six hours before the onset of sepsis.</param>
internal readonly record struct IcuHour(int Hour, VitalSet Numbers, double? Fio2, bool Septic);

/// <summary>A patient with the hours in recorded order.</summary>
/// <param name="Number">The number in the id: p100068 is 100068.</param>
/// <param name="Hours">At least one.</param>
internal sealed record IcuPatient(int Number, IReadOnlyList<IcuHour> Hours)
{
    /// <summary>True for the quarter that is kept for the last run.</summary>
    public bool IsKept => Number % 4 == 0;

    /// <summary>Hour of the first positive label; null in a patient who never has one.</summary>
    public int? Labelled { get; } = Hours.Any(hour => hour.Septic) ? Hours.First(hour => hour.Septic).Hour : null;
}

/// <summary>Reads the hourly table patient by patient. A row that is not one ends the reading with its line number.</summary>
internal static class IcuFile
{
    /// <summary>First line of the file.</summary>
    public const string Header = "patient,iculos_h,hr,o2sat,temp,sbp,map,dbp,resp,etco2,fio2,sepsis_label";

    private static readonly (Vital Vital, int Column)[] Columns =
        [(Vital.Pulse, 2), (Vital.Spo2, 3), (Vital.Temperature, 4), (Vital.Systolic, 5), (Vital.Respiration, 8)];

    /// <summary>Reads a gzip file.</summary>
    public static IEnumerable<IcuPatient> Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        using GZipStream plain = new(file, CompressionMode.Decompress);
        using StreamReader reader = new(plain, Encoding.UTF8);
        foreach (IcuPatient patient in Read(reader))
        {
            yield return patient;
        }
    }

    /// <summary>Reads text; rows of one patient stand together.</summary>
    /// <exception cref="InvalidDataException">The header or a row is another; the message names the line and what was expected.</exception>
    public static IEnumerable<IcuPatient> Read(TextReader reader)
    {
        if (!string.Equals(reader.ReadLine(), Header, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"line 1: expected {Header}");
        }
        string name = "";
        List<IcuHour> hours = [];
        for (int line = 2; reader.ReadLine() is { } row; line++)
        {
            string[] fields = row.Split(',');
            if (fields.Length != 12 || !TryRead(fields, out IcuHour hour) || !TryNumber(fields[0], out _))
            {
                throw new InvalidDataException($"line {line}: expected p and a number, then eleven numbers or empty fields");
            }
            if (hours.Count > 0 && !string.Equals(fields[0], name, StringComparison.Ordinal))
            {
                yield return Patient(name, hours);
                hours = [];
            }
            name = fields[0];
            hours.Add(hour);
        }
        if (hours.Count > 0)
        {
            yield return Patient(name, hours);
        }
    }

    private static IcuPatient Patient(string name, List<IcuHour> hours)
    {
        TryNumber(name, out int number);
        return new IcuPatient(number, hours);
    }

    private static bool TryNumber(string name, out int number)
    {
        number = 0;
        return name.Length > 1 && name[0] == 'p' && int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static bool TryRead(string[] fields, out IcuHour hour)
    {
        hour = default;
        var numbers = new VitalSet();
        Span<byte> text = stackalloc byte[32];
        foreach ((Vital vital, int column) in Columns)
        {
            if (fields[column].Length == 0)
            {
                continue;
            }
            if (!Encoding.ASCII.TryGetBytes(fields[column], text, out int written) || !Hundredths.TryParse(text[..written], out Hundredths value))
            {
                return false;
            }
            numbers.Set(vital, value);
        }
        double fio2 = 0;
        if (!int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out int at)
            || (fields[10].Length > 0 && !double.TryParse(fields[10], NumberStyles.Float, CultureInfo.InvariantCulture, out fio2))
            || fields[11] is not ("0" or "1"))
        {
            return false;
        }
        hour = new IcuHour(at, numbers, fields[10].Length > 0 ? fio2 : null, fields[11] is "1");
        return true;
    }
}
