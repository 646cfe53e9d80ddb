using System.Globalization;

namespace TeleMonitor.EndToEnd;

/// <summary>
/// A second, plain reading of TOBS and NEWS2 (scale 1) that shares nothing with the product: bands as written in
/// clinical.md 1.2 and 2.1, thresholds as in design.md section 8. Only for counting rows that must open a case.
/// </summary>
internal static class IndependentTriage
{
    /// <summary>How many rows of a .psv are Yellow or Red by what they hold, missing parts counting nothing.</summary>
    public static int RowsThatCall(string file)
    {
        string[] lines = File.ReadAllLines(file);
        string[] head = lines[0].Split('|');
        return lines.Skip(1).Count(line =>
        {
            string[] fields = line.Split('|');
            double? Cell(string name, double most) =>
                double.TryParse(fields[Array.IndexOf(head, name)], NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                && value >= 0 && value <= most ? value : null;
            return Calls(Cell("HR", 350), Cell("Resp", 120), Cell("Temp", 45) is >= 20 and var warm ? warm : null, Cell("SBP", 350), Cell("O2Sat", 100));
        });
    }

    private static bool Calls(double? pulse, double? respiration, double? temperature, double? systolic, double? saturation)
    {
        int[] tobs =
        [
            Higher(pulse, 1, v => v < 40 ? 2 : v < 50 ? 1 : v < 90 ? 0 : v < 110 ? 1 : v < 130 ? 2 : 3),
            Higher(respiration, 1, v => v < 9 ? 3 : v < 12 ? 1 : v < 21 ? 0 : v < 25 ? 2 : 3),
            Higher(temperature, 0.1, v => v < 34 ? 3 : v < 36 ? 2 : v < 38 ? 0 : v < 39 ? 1 : v < 40 ? 2 : 3),
            Higher(systolic, 1, v => v < 70 ? 3 : v < 80 ? 2 : v < 100 ? 1 : v < 200 ? 0 : 2),
        ];
        int[] news =
        [
            Higher(pulse, 1, v => v <= 40 ? 3 : v <= 50 ? 1 : v <= 90 ? 0 : v <= 110 ? 1 : v <= 130 ? 2 : 3),
            Higher(respiration, 1, v => v <= 8 ? 3 : v <= 11 ? 1 : v <= 20 ? 0 : v <= 24 ? 2 : 3),
            Higher(temperature, 0.1, v => v <= 35 ? 3 : v <= 36 ? 1 : v <= 38 ? 0 : v <= 39 ? 1 : 2),
            Higher(systolic, 1, v => v <= 90 ? 3 : v <= 100 ? 2 : v <= 110 ? 1 : v <= 219 ? 0 : 3),
            Higher(saturation, 1, v => v <= 91 ? 3 : v <= 93 ? 2 : v <= 95 ? 1 : 0),
        ];
        return tobs.Sum() >= 2 || tobs.Contains(3) || news.Sum() >= 5 || news.Contains(3);
    }

    // between two printed edges both neighbours count, and the higher is kept
    private static int Higher(double? value, double step, Func<double, int> points)
    {
        if (value is not { } number)
        {
            return 0;
        }

        double steps = Math.Round(number / step, 6);
        return Math.Max(points(Math.Round(Math.Floor(steps) * step, 6)), points(Math.Round(Math.Ceiling(steps) * step, 6)));
    }
}
