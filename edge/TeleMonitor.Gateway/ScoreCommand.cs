using System.CommandLine;
using System.Globalization;
using System.Text;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Gateway;

/// <summary><c>score --chart tobs|news2</c>: CSV in, the same CSV with the score out. The same code as the gateway's own scoring.</summary>
internal sealed class ScoreCommand
{
    private const string SensorId = "manual";
    private static readonly string[] Columns =
        ["pulse", "respiration", "temperature", "temperature_site", "systolic", "consciousness", "spo2", "spo2_scale", "oxygen"];

    private readonly Chart chart;
    private readonly SensorFile limits;
    private readonly List<string> errors = [];

    private ScoreCommand(Chart chart, SensorFile limits) => (this.chart, this.limits) = (chart, limits);

    /// <summary>The command for the program's root.</summary>
    public static Command Create()
    {
        var chartOption = new Option<string>("--chart") { Description = "chart id: tobs or news2", Required = true };
        var folderOption = new Option<string?>("--firmware-config") { Description = "folder with charts and sensors; found beside or above the program when absent" };
        var command = new Command("score", "score rows of CSV from standard input; writes CSV with total, lowest, highest, missing, triage, error") { chartOption, folderOption };
        command.SetAction(parsed => Run(parsed.GetValue(chartOption)!, parsed.GetValue(folderOption)));
        return command;
    }

    private static int Run(string chartId, string? named)
    {
        if (FirmwareConfig.Find(named) is not { } folder)
        {
            Console.Error.WriteLine($"score: no folder {named ?? FirmwareConfig.FolderName} beside or above the program");
            return ExitCode.Refused;
        }
        if (FirmwareConfig.Load(folder, out IReadOnlyList<string> problems) is not { } config)
        {
            foreach (string problem in problems)
            {
                Console.Error.WriteLine(problem);
            }
            return ExitCode.Refused;
        }
        if (!config.Charts.TryGetValue(chartId, out Chart? chart) || !config.Sensors.TryGetValue(SensorId, out SensorFile? limits))
        {
            Console.Error.WriteLine($"score: chart '{chartId}' is not one of {string.Join(", ", config.Charts.Keys)}, or sensors/{SensorId}.json is missing");
            return ExitCode.Refused;
        }
        using var input = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16);
        using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), bufferSize: 1 << 16) { NewLine = "\n" };
        return new ScoreCommand(chart, limits).ScoreAll(input, output, Console.Error);
    }

    /// <summary>Scores every row.</summary>
    /// <returns>0, or 2 when any row or the header was wrong.</returns>
    internal static int ScoreAll(Chart chart, SensorFile limits, TextReader input, TextWriter output, TextWriter complaints) =>
        new ScoreCommand(chart, limits).ScoreAll(input, output, complaints);

    private int ScoreAll(TextReader input, TextWriter output, TextWriter complaints)
    {
        var csv = new Csv(input);
        if (!csv.Read(out IReadOnlyList<string> header))
        {
            complaints.WriteLine("score: standard input is empty, line 1 must be a header");
            return ExitCode.BadInput;
        }
        if (PlaceColumns(header, complaints) is not { } places)
        {
            return ExitCode.BadInput;
        }
        int width = header.Count;
        WriteFields(output, header, width);
        output.WriteLine("total,lowest,highest,missing,triage,error");
        bool anyError = false;
        while (csv.Read(out IReadOnlyList<string> row))
        {
            anyError |= ScoreRow(row, width, places, output);
        }
        return anyError ? ExitCode.BadInput : 0;
    }

    /// <summary>Where each known column stands; -1 where it is absent.</summary>
    private static int[]? PlaceColumns(IReadOnlyList<string> header, TextWriter complaints)
    {
        int[] places = new int[Columns.Length];
        Array.Fill(places, -1);
        bool clear = true;
        for (int place = 0; place < header.Count; place++)
        {
            int column = Array.IndexOf(Columns, header[place].Trim());
            if (column >= 0 && places[column] >= 0)
            {
                complaints.WriteLine($"score: line 1: column '{header[place]}' stands twice");
                clear = false;
            }
            else if (column >= 0)
            {
                places[column] = place;
            }
        }
        if (Array.TrueForAll(places, place => place < 0))
        {
            complaints.WriteLine($"score: line 1: none of the columns {string.Join(", ", Columns)} is there");
            clear = false;
        }
        return clear ? places : null;
    }

    private bool ScoreRow(IReadOnlyList<string> row, int width, int[] places, TextWriter output)
    {
        errors.Clear();
        bool aligned = row.Count == width;
        string Field(int column) => aligned && places[column] >= 0 ? row[places[column]].Trim() : "";
        if (!aligned)
        {
            errors.Add($"the row has {row.Count} fields, the header {width}");
        }
        var set = new VitalSet();
        Number(ref set, Vital.Pulse, Field(0));
        Number(ref set, Vital.Respiration, Field(1));
        if (Word(Field(3), "temperature_site", AnswerWord.SiteChoices, AnswerWord.TryRead(Field(3), out Site site)))
        {
            set.TemperatureSite = site;
            Number(ref set, Vital.Temperature, Field(2));
        }
        Number(ref set, Vital.Systolic, Field(4));
        Word(Field(5), "consciousness", AnswerWord.ConsciousnessChoices, AnswerWord.TryRead(Field(5), out Consciousness consciousness));
        set.Consciousness = consciousness;
        int scale = Field(7) switch { "" or "1" => 1, "2" => 2, _ => 0 };
        if (Word(Field(7), "spo2_scale", "1|2", scale > 0))
        {
            Number(ref set, Vital.Spo2, Field(6));
        }
        Word(Field(8), "oxygen", AnswerWord.OxygenChoices, AnswerWord.TryRead(Field(8), out OxygenAnswer oxygen));
        set.Oxygen = oxygen;
        Score score = Scorer.Of(chart, in set, scale, VitalMask.All);
        WriteFields(output, row, width);
        WriteScore(output, in score);
        return errors.Count > 0;
    }

    private void Number(ref VitalSet set, Vital vital, string text)
    {
        if (text.Length == 0)
        {
            return;
        }
        VitalCode code = VitalCode.Of(vital);
        Span<byte> utf8 = stackalloc byte[96];
        bool read = text.Length <= utf8.Length / 3; // three bytes is the most that one character takes
        Hundredths hundredths = default;
        read = read && Hundredths.TryParse(utf8[..Encoding.UTF8.GetBytes(text, utf8)], out hundredths);
        // what two decimals say exactly needs no second reading
        double value = read && hundredths.Low == hundredths.High ? hundredths.Low / 100d : double.NaN;
        if (double.IsNaN(value) && (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) || !double.IsFinite(value)))
        {
            errors.Add($"{code.Name} '{text}' is not a number (decimal point, no unit)");
        }
        else if (Grading.Judge(vital, value, null, code.Unit, limits).Grade == Grade.Unusable)
        {
            ValueRange possible = limits.Vitals[code.Name].Possible!;
            errors.Add(string.Create(CultureInfo.InvariantCulture, $"{code.Name} {text} is not possible ({possible.Low} to {possible.High} {code.Unit}), so it counts as missing"));
        }
        else if (!read)
        {
            errors.Add($"{code.Name} '{text}' cannot be read exactly");
        }
        else
        {
            set.Set(vital, hundredths);
        }
    }

    private bool Word(string text, string column, string choices, bool known)
    {
        if (!known)
        {
            errors.Add($"{column} '{text}' is none of {choices}");
        }
        return known;
    }

    private static void WriteFields(TextWriter output, IReadOnlyList<string> row, int width)
    {
        for (int index = 0; index < width; index++)
        {
            Csv.Write(output, index < row.Count ? row[index] : "");
            output.Write(',');
        }
    }

    private void WriteScore(TextWriter output, in Score score)
    {
        output.Write(score.Total is { } total ? total.ToString(CultureInfo.InvariantCulture) : "");
        output.Write(',');
        output.Write(score.Lowest);
        output.Write(',');
        output.Write(score.Highest);
        output.Write(',');
        if (!score.Missing.IsEmpty)
        {
            output.Write(string.Join(';', ItemWriter.Missing(chart, in score)));
        }
        output.Write(',');
        output.Write(TriageWord.Of(score.Triage));
        output.Write(',');
        Csv.Write(output, string.Join("; ", errors));
        output.WriteLine();
    }
}
