using System.IO.Compression;

namespace TeleMonitor.Rig;

/// <summary>
/// Who is in a recording and about how much: what the rig must know to register the patients and to spread kills over a replay.
/// What is a reading, and what is wrong with one, is the gateway's to say.
/// </summary>
/// <param name="Patients">As the file names them, in order of appearance.</param>
/// <param name="Cells">Non-empty cells of the six vital signs.</param>
public sealed record Recording(IReadOnlyList<string> Patients, long Cells)
{
    private static readonly string[] Vitals = ["hr", "o2sat", "temp", "sbp", "dbp", "resp"];

    /// <summary>Reads a .psv (the patient is the file's name), a .csv or a .csv.gz (column <c>patient</c>).</summary>
    /// <param name="rows">Data rows to look at, at most.</param>
    /// <exception cref="RigException">Unreadable, another ending, or no patient column.</exception>
    public static Recording Read(string file, int rows)
    {
        char separator = file.EndsWith(".psv", StringComparison.OrdinalIgnoreCase) ? '|' : ',';
        bool known = separator == '|' || file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)
            || file.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase);
        if (!known)
        {
            throw new RigException($"{file}: a recording ends in .psv, .csv or .csv.gz");
        }

        try
        {
            using StreamReader text = Open(file);
            return Read(text, separator == '|' ? Path.GetFileNameWithoutExtension(file) : null, separator, file, rows);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new RigException($"{file}: cannot be read: {unreadable.Message}");
        }
    }

    private static Recording Read(StreamReader text, string? onlyPatient, char separator, string file, int rows)
    {
        string[] head = (text.ReadLine() ?? "").Split(separator);
        int patientAt = Array.FindIndex(head, name => string.Equals(name, "patient", StringComparison.OrdinalIgnoreCase));
        if (onlyPatient is null && patientAt < 0)
        {
            throw new RigException($"{file}:1: a column 'patient' is expected");
        }

        int[] vitalsAt = [.. Enumerable.Range(0, head.Length).Where(at => Vitals.Contains(head[at], StringComparer.OrdinalIgnoreCase))];
        List<string> patients = onlyPatient is null ? [] : [onlyPatient];
        HashSet<string> seen = new(patients, StringComparer.Ordinal);
        long cells = 0;
        for (int row = 0; row < rows && text.ReadLine() is { } line; row++)
        {
            string[] fields = line.Split(separator);
            cells += vitalsAt.Count(at => at < fields.Length && fields[at] is not ("" or "NaN"));
            if (onlyPatient is null && patientAt < fields.Length && seen.Add(fields[patientAt]))
            {
                patients.Add(fields[patientAt]);
            }
        }

        return new Recording(patients, cells);
    }

    private static StreamReader Open(string file)
    {
        Stream bytes = File.OpenRead(file);
        return new StreamReader(file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(bytes, CompressionMode.Decompress) : bytes);
    }
}
