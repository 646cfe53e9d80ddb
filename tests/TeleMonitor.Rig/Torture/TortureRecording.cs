using System.Globalization;

namespace TeleMonitor.Rig.Torture;

/// <summary>
/// A recording made for counting: every row has the same five vital signs ten times a second, so fifty readings a second, and known rows
/// are Red. What must be in the hub at the end is therefore known to the cell: (row, code, value).
/// </summary>
internal sealed class TortureRecording
{
    /// <summary>The peers were measured at the same rate (shared/peers.md).</summary>
    public const int ReadingsPerSecond = 50;

    /// <summary>Cells of each row.</summary>
    public const int Cells = 5;

    /// <summary>Rows a second.</summary>
    public const int RowsPerSecond = ReadingsPerSecond / Cells;

    /// <summary>One hour of the recording lasts a tenth of a second.</summary>
    public const int Speed = RowsPerSecond * 3600;

    // source: LOINC; the codes of firmware-config's vocabulary for pulse, SpO2, temperature, systolic, respiration
    private static readonly string[] Codes = ["8867-4", "59408-5", "8310-5", "8480-6", "9279-1"];
    private const int MeanRowsBetweenReds = 30;
    private const int FirstRow = 2; // the header is line 1

    private readonly HashSet<int> reds = [];

    /// <summary>Decides which rows are Red; writes nothing.</summary>
    /// <param name="rows">Data rows; the last is line <c>rows + 1</c>.</param>
    /// <param name="dice">Says which rows are Red.</param>
    public TortureRecording(int rows, Random dice)
    {
        Rows = rows;
        // two Reds are never neighbours: each must be an alert of its own
        for (int row = FirstRow + 5; row <= LastRow; row += MeanRowsBetweenReds / 2 + dice.Next(MeanRowsBetweenReds))
        {
            reds.Add(row);
        }
    }

    public int Rows { get; }

    /// <summary>Line of the last row.</summary>
    public int LastRow => Rows + 1;

    /// <summary>Lines of the rows that must become a Red alert, and its case.</summary>
    public IReadOnlySet<int> Reds => reds;

    /// <summary>Writes the file as the gateway's replay reads it.</summary>
    public void Write(string file, string patient)
    {
        using StreamWriter text = new(file);
        text.WriteLine("patient,iculos_h,hr,o2sat,temp,sbp,dbp,resp");
        for (int row = FirstRow; row <= LastRow; row++)
        {
            double[] at = [.. Codes.Select(code => Value(row, code))];
            text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{patient},{row},{at[0]},{at[1]},{at[2]},{at[3]},,{at[4]}"));
        }
    }

    /// <summary>Every cell of a row.</summary>
    public IEnumerable<(string Code, double Value)> CellsOf(int row) => Codes.Select(code => (code, Value(row, code)));

    // all within the bands that score nothing, except a Red row's pulse: three points, which is Red alone
    private double Value(int row, string code) => code switch
    {
        "8867-4" => reds.Contains(row) ? 140 + (row % 10) : 60 + (row % 25),
        "59408-5" => 96 + (row % 4),
        "8310-5" => (365 + (row % 10)) / 10.0,
        "8480-6" => 115 + (row % 20),
        _ => 13 + (row % 6),
    };
}
