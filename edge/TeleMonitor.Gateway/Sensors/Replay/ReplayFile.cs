using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Gateway.Sensors.Replay;

/// <summary>One number of a row. The unit follows from the column's name alone.</summary>
/// <param name="Vital">What.</param>
/// <param name="Value">The number; infinite when the text is a number too large to hold.</param>
public readonly record struct ReplayValue(Vital Vital, double Value);

/// <summary>One row of a recording.</summary>
/// <param name="Patient">Patient as the file or the column names it.</param>
/// <param name="Hour">Hour since admission.</param>
/// <param name="Line">Line number; the header is line 1.</param>
/// <param name="Values">The readings of the row, in the columns' order; may be empty.</param>
/// <param name="Ignored">Non-empty cells of columns that are no reading.</param>
public sealed record ReplayRow(string Patient, double Hour, int Line, IReadOnlyList<ReplayValue> Values, int Ignored)
{
    /// <summary>True where the label's column has a number above 0; false without such a column.</summary>
    public bool Labelled { get; init; }
}

/// <summary>A recording could not be opened or its header not be used; the message names file, line and column.</summary>
public sealed class ReplayFileException(string message) : Exception(message);

/// <summary>
/// Reads a recording row by row: <c>.psv</c> as PhysioNet published it, or <c>.csv</c> and <c>.csv.gz</c> with a patient column.
/// A bad row is reported and skipped; the rest goes on.
/// </summary>
public sealed class ReplayFile : IDisposable
{
    // source: ../shared/data/icu-vitals/SOURCE.md; the unit is part of what a known column name means, never guessed
    private static readonly (string Psv, string Csv, Vital Vital)[] Columns =
    [
        ("HR", "hr", Vital.Pulse), ("O2Sat", "o2sat", Vital.Spo2), ("Temp", "temp", Vital.Temperature),
        ("SBP", "sbp", Vital.Systolic), ("DBP", "dbp", Vital.Diastolic), ("Resp", "resp", Vital.Respiration),
    ];
    private const int Ignored = -1, HourColumn = -2, PatientColumn = -3, LabelColumn = -4;
    private const double LastHour = 1_000_000; // 114 years: keeps every time computed from it in range

    private static readonly SearchValues<char> PatientLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private readonly string name;
    private readonly char separator;
    private readonly TextReader text;
    private readonly int[] meaning;
    private readonly string[] headings;
    private readonly string? onlyPatient;
    private readonly Action<string> complain;
    private readonly Dictionary<string, double> lastHours = new(StringComparer.Ordinal);
    private int line = 1;

    /// <summary>Opens a recording.</summary>
    /// <param name="path">The file; its ending tells the format.</param>
    /// <param name="complain">Takes one sentence per bad row, beginning with file:line:column.</param>
    /// <param name="label">Column that is above 0 from an event on; null when no column is.</param>
    /// <exception cref="ReplayFileException">Not readable, another ending, or a header that cannot be used.</exception>
    public static ReplayFile Open(string path, Action<string> complain, string? label = null)
    {
        string ending = path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase) ? ".csv.gz" : Path.GetExtension(path).ToLowerInvariant();
        if (ending is not (".psv" or ".csv" or ".csv.gz"))
        {
            throw new ReplayFileException($"{path}: the name must end in .psv, .csv or .csv.gz");
        }
        Stream? file = null;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            Stream plain = ending is ".csv.gz" ? new GZipStream(file, CompressionMode.Decompress) : file;
            return new ReplayFile(path, ending is ".psv" ? Path.GetFileNameWithoutExtension(path) : null, new StreamReader(plain, Encoding.UTF8, true, 1 << 16), complain, label);
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            file?.Dispose();
            throw new ReplayFileException($"{path}: cannot be read: {bad.Message}");
        }
        catch (ReplayFileException)
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Reads from text: with a patient it is the .psv form, without the .csv form.</summary>
    internal ReplayFile(string name, string? patient, TextReader text, Action<string> complain, string? label = null)
    {
        (this.name, this.text, this.complain, onlyPatient) = (name, text, complain, patient);
        separator = patient is null ? ',' : '|';
        if (patient is not null && !IsPatient(patient))
        {
            throw new ReplayFileException($"{name}: the file name is the patient and must be 5 to 37 of a-z, 0-9 and -, as p100068.psv");
        }
        headings = (text.ReadLine() ?? throw new ReplayFileException($"{name}:1:1: the file is empty, line 1 must be the header")).Split(separator);
        meaning = new int[headings.Length];
        Array.Fill(meaning, Ignored);
        Place(patient is null ? "iculos_h" : "ICULOS", HourColumn);
        if (patient is null)
        {
            Place("patient", PatientColumn);
        }
        if (label is not null)
        {
            Place(label, LabelColumn);
        }
        foreach ((string psv, string csv, Vital vital) in Columns)
        {
            Place(patient is null ? csv : psv, (int)vital);
        }
    }

    /// <summary>Bad rows so far.</summary>
    public int BadRows { get; private set; }

    /// <summary>Data rows so far, bad ones too.</summary>
    public int Rows => line - 1;

    /// <summary>The next good row; null at the end.</summary>
    public ReplayRow? Read()
    {
        while (ReadLine() is { } textLine)
        {
            line++;
            if (Parse(textLine) is { } row)
            {
                return row;
            }
            BadRows++;
        }
        return null;
    }

    private string? ReadLine()
    {
        try
        {
            return text.ReadLine();
        }
        catch (Exception bad) when (bad is IOException or InvalidDataException)
        {
            Complain(line + 1, 1, $"the file cannot be read further: {bad.Message}");
            BadRows++;
            return null;
        }
    }

    /// <summary>True when a gateway can be named after the patient: <c>gw-</c> and the name must be 8 to 40 characters.</summary>
    private static bool IsPatient(string patient) =>
        patient.Length is >= 5 and <= 37 && !patient.AsSpan().ContainsAnyExcept(PatientLetters);

    private void Place(string heading, int what)
    {
        int at = Array.FindIndex(headings, text => string.Equals(text.Trim(), heading, StringComparison.Ordinal));
        if (at < 0)
        {
            throw new ReplayFileException($"{name}:1:1: column '{heading}' is missing; line 1 has {string.Join(separator, headings)}");
        }
        if (Array.FindIndex(headings, at + 1, text => string.Equals(text.Trim(), heading, StringComparison.Ordinal)) is var again and >= 0)
        {
            throw new ReplayFileException($"{name}:1:{headings[..again].Sum(text => text.Length + 1) + 1}: column '{heading}' stands twice");
        }
        meaning[at] = what;
    }

    private ReplayRow? Parse(string row)
    {
        string patient = onlyPatient ?? "";
        double hour = double.NaN;
        int hourAt = 1, ignored = 0, field = 0, start = 0;
        bool labelled = false;
        var values = new List<ReplayValue>(Columns.Length);
        for (; start <= row.Length; field++)
        {
            int end = row.IndexOf(separator, start);
            end = end < 0 ? row.Length : end;
            if (field == headings.Length)
            {
                return Bad(start, $"the row has more than the header's {headings.Length} fields");
            }
            ReadOnlySpan<char> cell = row.AsSpan(start, end - start).Trim();
            bool empty = cell.IsEmpty || cell.Equals("NaN", StringComparison.OrdinalIgnoreCase);
            switch (meaning[field])
            {
                case Ignored:
                    ignored += empty ? 0 : 1;
                    break;
                case PatientColumn:
                    patient = cell.ToString();
                    if (!IsPatient(patient))
                    {
                        return Bad(start, $"patient '{patient}' must be 5 to 37 of a-z, 0-9 and -, as p100068");
                    }
                    break;
                case LabelColumn:
                    double label = 0;
                    if (!empty && !TryNumber(cell, out label))
                    {
                        return Bad(start, $"{headings[field].Trim()} '{cell}' is not a number");
                    }
                    labelled = label > 0;
                    break;
                case HourColumn:
                    hourAt = start;
                    if (!TryNumber(cell, out hour) || !double.IsFinite(hour) || Math.Abs(hour) > LastHour)
                    {
                        return Bad(start, $"{headings[field].Trim()} '{cell}' is not an hour");
                    }
                    break;
                default:
                    if (empty)
                    {
                        break;
                    }
                    if (!TryNumber(cell, out double value))
                    {
                        return Bad(start, $"{headings[field].Trim()} '{cell}' is not a number (decimal point, no unit)");
                    }
                    values.Add(new ReplayValue((Vital)meaning[field], value));
                    break;
            }
            start = end + 1;
        }
        if (field < headings.Length)
        {
            return Bad(row.Length, $"the row has {field} fields, the header {headings.Length}");
        }
        if (lastHours.TryGetValue(patient, out double before) && hour <= before)
        {
            return Bad(hourAt, string.Create(CultureInfo.InvariantCulture, $"hour {hour} does not come after hour {before} of {patient}"));
        }
        lastHours[patient] = hour;
        return new ReplayRow(patient, hour, line, values, ignored) { Labelled = labelled };
    }

    private static bool TryNumber(ReadOnlySpan<char> cell, out double value) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && !double.IsNaN(value);

    private ReplayRow? Bad(int at, string problem)
    {
        Complain(line, at + 1, problem);
        return null;
    }

    private void Complain(int atLine, int column, string problem) => complain(string.Create(CultureInfo.InvariantCulture, $"{name}:{atLine}:{column}: {problem}"));

    /// <summary>Closes the file.</summary>
    public void Dispose() => text.Dispose();
}
