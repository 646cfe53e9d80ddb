using System.IO.Compression;
using System.Text;
using TeleMonitor.Gateway.Sensors.Replay;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Edge.Tests.Sensors;

public sealed class ReplayFileTests
{
    private const string CsvHeader = "patient,iculos_h,hr,o2sat,temp,sbp,map,dbp,resp,etco2,fio2,sepsis_label";
    private const string PsvHeader = "HR|O2Sat|Temp|SBP|MAP|DBP|Resp|FiO2|ICULOS|SepsisLabel";
    private readonly List<string> complaints = [];

    private List<ReplayRow> ReadCsv(params string[] rows) => ReadAll(null, string.Join('\n', [CsvHeader, .. rows]));

    private List<ReplayRow> ReadAll(string? patient, string text)
    {
        using var file = new ReplayFile("in.csv", patient, new StringReader(text), complaints.Add);
        var rows = new List<ReplayRow>();
        while (file.Read() is { } row)
        {
            rows.Add(row);
        }
        Assert.Equal(complaints.Count, file.BadRows);
        return rows;
    }

    [Fact]
    public void A_csv_row_gives_its_readings_in_the_columns_order_and_counts_the_other_cells()
    {
        ReplayRow row = Assert.Single(ReadCsv("p100002,2,56.5,100,35.2,129,75,52.5,23,35,,0"));
        Assert.Equal(("p100002", 2.0, 2, 3), (row.Patient, row.Hour, row.Line, row.Ignored));
        Assert.Equal(
            [new(Vital.Pulse, 56.5), new(Vital.Spo2, 100), new(Vital.Temperature, 35.2), new(Vital.Systolic, 129), new(Vital.Diastolic, 52.5), new(Vital.Respiration, 23)],
            row.Values);
    }

    [Fact]
    public void A_psv_takes_the_patient_from_the_file_name_and_NaN_is_no_reading()
    {
        ReplayRow row = Assert.Single(ReadAll("p100068", PsvHeader + "\n102|NaN|NaN|161|NaN|85|nan|0.5|2|0\n"));
        Assert.Equal("p100068", row.Patient);
        Assert.Equal([new(Vital.Pulse, 102), new(Vital.Systolic, 161), new(Vital.Diastolic, 85)], row.Values);
        Assert.Equal(2, row.Ignored); // FiO2 and SepsisLabel; NaN MAP is empty, ICULOS is the hour
    }

    [Theory]
    [InlineData("p100002,2,56.5,100,35.2,129,75,52.5,23,35,", "in.csv:2:43: the row has 11 fields, the header 12")]
    [InlineData("p100002,2,56.5,100,35.2,129,75,52.5,23,35,,0,9", "in.csv:2:46: the row has more than the header's 12 fields")]
    [InlineData("", "in.csv:2:1: patient '' must be")]
    [InlineData("p100002,2,high,100,35.2,129,75,52.5,23,35,,0", "in.csv:2:11: hr 'high' is not a number")]
    [InlineData("p100002,2,56.5,100,36;5,129,75,52.5,23,35,,0", "in.csv:2:20: temp '36;5' is not a number")]
    [InlineData("p100002,2,56.5,100,36.5C,129,75,52.5,23,35,,0", "in.csv:2:20: temp '36.5C' is not a number")]
    [InlineData("p100002,,56.5,100,35.2,129,75,52.5,23,35,,0", "in.csv:2:9: iculos_h '' is not an hour")]
    [InlineData("p100002,NaN,56.5,100,35.2,129,75,52.5,23,35,,0", "in.csv:2:9: iculos_h 'NaN' is not an hour")]
    [InlineData("p100002,1e999,56.5,100,35.2,129,75,52.5,23,35,,0", "in.csv:2:9: iculos_h '1e999' is not an hour")]
    [InlineData("P/+#,2,56.5,100,35.2,129,75,52.5,23,35,,0", "in.csv:2:1: patient 'P/+#' must be")]
    public void A_bad_row_is_reported_with_its_place_and_the_next_goes_on(string bad, string expected)
    {
        List<ReplayRow> rows = ReadCsv(bad, "p100002,3,61,100,35.8,86,56,43,17,39,,0");
        Assert.StartsWith(expected, Assert.Single(complaints), StringComparison.Ordinal);
        Assert.Equal(3, Assert.Single(rows).Line);
    }

    [Fact]
    public void Hours_must_rise_for_each_patient_and_a_bad_row_does_not_move_them()
    {
        List<ReplayRow> rows = ReadCsv("p100002,2,60,,,,,,,,,", "p100004,1,60,,,,,,,,,", "p100002,2,61,,,,,,,,,", "p100002,1,62,,,,,,,,,", "p100002,9,x,,,,,,,,,", "p100002,2.5,63,,,,,,,,,");
        Assert.Equal([2, 3, 7], rows.Select(row => row.Line));
        Assert.StartsWith("in.csv:4:9: hour 2 does not come after hour 2 of p100002", complaints[0], StringComparison.Ordinal);
        Assert.StartsWith("in.csv:5:9: hour 1 does not come after", complaints[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1e999", double.PositiveInfinity)]
    [InlineData("-1e999", double.NegativeInfinity)]
    [InlineData("-40", -40.0)]
    [InlineData("999999", 999999.0)]
    public void An_impossible_number_is_still_a_reading(string cell, double expected)
    {
        ReplayRow row = Assert.Single(ReadCsv($"p100002,2,{cell},,,,,,,,,"));
        Assert.Equal(new ReplayValue(Vital.Pulse, expected), Assert.Single(row.Values));
    }

    [Fact]
    public void A_number_too_large_to_hold_becomes_a_special_value_with_its_label()
    {
        Burst burst = ReplaySensor.ToBurst(Assert.Single(ReadCsv("p100002,2.5,1e999,,36.05,,,,,,,")));
        Assert.True(burst.ClosesSet);
        Assert.Equal([null, 36.05], burst.Values.Select(value => value.Value));
        Assert.Equal(["infinite", null], burst.Values.Select(value => value.Special));
        Assert.All(burst.Values, value => Assert.Equal(("h2.5", 2), (value.Label!.Recorded, value.Label.Row)));
        Assert.Equal(["/min", "Cel"], burst.Values.Select(value => value.Unit));
    }

    [Theory]
    [InlineData("", ":1:1: the file is empty")]
    [InlineData("patient,iculos_h,hr,o2sat,temp_f,sbp,dbp,resp", ":1:1: column 'temp' is missing; line 1 has patient,")]
    [InlineData("patient,iculos_h,HR,o2sat,temp,sbp,dbp,resp", ":1:1: column 'hr' is missing")]
    [InlineData("patient,hr,o2sat,temp,sbp,dbp,resp", ":1:1: column 'iculos_h' is missing")]
    [InlineData("patient,iculos_h,hr,o2sat,temp,sbp,dbp,resp,hr", ":1:45: column 'hr' stands twice")]
    [InlineData("patient|iculos_h|hr|o2sat|temp|sbp|dbp|resp", ":1:1: column 'iculos_h' is missing")]
    public void A_header_that_does_not_say_what_is_what_is_refused(string header, string expected)
    {
        ReplayFileException refused = Assert.Throws<ReplayFileException>(() => ReadAll(null, header));
        Assert.StartsWith("in.csv" + expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Line_ends_of_Windows_and_a_byte_order_mark_are_read_like_others()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("p100009.psv"), PsvHeader + "\r\n80|||||||| 3 |\r\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        using ReplayFile file = ReplayFile.Open(folder.At("p100009.psv"), complaints.Add);
        Assert.Equal(3.0, file.Read()!.Hour);
        Assert.Null(file.Read());
        Assert.Empty(complaints);
    }

    [Theory]
    [InlineData("absent.psv", "cannot be read")]
    [InlineData("p100002.txt", "must end in .psv, .csv or .csv.gz")]
    [InlineData("p1.psv", "the file name is the patient")]
    [InlineData("broken.csv.gz", "cannot be read")]
    public void A_file_that_cannot_be_used_is_refused_by_name(string name, string expected)
    {
        using var folder = new TempFolder();
        if (name != "absent.psv")
        {
            File.WriteAllText(folder.At(name), PsvHeader + "\n");
        }
        ReplayFileException refused = Assert.Throws<ReplayFileException>(() => ReplayFile.Open(folder.At(name), complaints.Add).Dispose());
        Assert.StartsWith(folder.At(name), refused.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_compressed_file_that_breaks_off_gives_the_rows_before_and_says_where_it_ended()
    {
        using var folder = new TempFolder();
        using var whole = new MemoryStream();
        using (var zip = new GZipStream(whole, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(Encoding.UTF8.GetBytes(CsvHeader + "\n"));
            var dice = new Random(5);
            for (int hour = 1; hour < 40_000; hour++)
            {
                zip.Write(Encoding.UTF8.GetBytes($"p100002,{hour},{dice.Next(40, 200)},{dice.Next(80, 100)},,,,,,,,\n"));
            }
        }
        byte[] broken = whole.ToArray();
        broken.AsSpan(broken.Length / 2).Fill(0xFF);
        File.WriteAllBytes(folder.At("broken.csv.gz"), broken);
        using ReplayFile file = ReplayFile.Open(folder.At("broken.csv.gz"), complaints.Add);
        int rows = 0;
        while (file.Read() is not null)
        {
            rows++;
        }
        Assert.InRange(rows, 1000, 39_000);
        Assert.True(file.BadRows > 0);
        Assert.Contains("cannot be read further", complaints[^1], StringComparison.Ordinal);
    }

    [SharedFact("data/icu-vitals/raw/p100068.psv")]
    public void A_published_file_has_the_readings_that_a_plain_count_finds()
    {
        string path = SharedFile.Find("data/icu-vitals/raw/p100068.psv")!;
        string[] lines = File.ReadAllLines(path);
        string[] header = lines[0].Split('|');
        string[] vitals = ["HR", "O2Sat", "Temp", "SBP", "DBP", "Resp"];
        int expected = lines.Skip(1).Sum(line => line.Split('|').Where((cell, at) => vitals.Contains(header[at]) && cell != "NaN").Count());
        int ignored = lines.Skip(1).Sum(line => line.Split('|').Where((cell, at) => !vitals.Contains(header[at]) && header[at] != "ICULOS" && cell != "NaN").Count());
        using ReplayFile file = ReplayFile.Open(path, complaints.Add);
        (int readings, int left) = (0, 0);
        while (file.Read() is { } row)
        {
            readings += row.Values.Count;
            left += row.Ignored;
        }
        Assert.Equal((expected, ignored, 0), (readings, left, complaints.Count));
        Assert.True(expected > 0);
    }
}

internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gateway-test-");

    public string At(string name) => Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);
}
