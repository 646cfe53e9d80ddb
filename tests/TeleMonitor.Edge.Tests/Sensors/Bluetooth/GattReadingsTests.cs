using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

/// <summary>Frames become measured values; nothing that is no number becomes one.</summary>
public sealed class GattReadingsTests
{
    private static readonly SensorFile Ranges = Shipped.Config.Sensors["simulated-home"];

    private static GattReading Read(ushort characteristic, string hex, string? deviceNow = null)
    {
        Assert.True(GattReadings.TryRead(characteristic, Convert.FromHexString(hex), Ranges.Id, deviceNow, out GattReading reading, out string problem), problem);
        return reading;
    }

    [Fact]
    public void A_cuff_gives_both_pressures_and_the_pulse_with_its_own_time_and_user()
    {
        GattReading reading = Read(GattReadings.BloodPressure, "DEF6F416F3FF07E4070114082B00B2F2018000", "2020-01-20T08:45:00");
        Assert.Equal([(Vital.Systolic, 127.0), (Vital.Diastolic, 79.0), (Vital.Pulse, 69.0)], reading.Values.Select(value => (value.Vital, value.Value!.Value)));
        Assert.All(reading.Values, value => Assert.Equal(("2020-01-20T08:43:00", "2020-01-20T08:45:00"), (value.SensorAt, value.SensorNow)));
        Assert.Equal(1, reading.User);
    }

    [Fact]
    public void A_cuff_that_could_not_measure_gives_a_special_code_and_no_number()
    {
        Measured systolic = Read(GattReadings.BloodPressure, "00FF070008FE07").Values[0];
        Assert.Equal((null, GradeReason.NotANumber), (systolic.Value, systolic.Special));
    }

    [Theory]
    [InlineData("0B", new[] { GradeReason.Motion, GradeReason.CuffLoose }, true)]
    [InlineData("20", new[] { GradeReason.Position }, false)]
    [InlineData("04", new[] { GradeReason.IrregularPulse }, false)]
    [InlineData("00", new string[0], false)]
    public void What_a_cuff_holds_against_its_value_stands_beside_it(string status, string[] doubts, bool pulseOutside)
    {
        GattReading reading = Read(GattReadings.BloodPressure, $"147800500064004800{status}00");
        Assert.Equal(doubts, reading.Values[0].Doubts);
        Assert.Equal(pulseOutside, reading.Values[2].Doubts.Contains(GradeReason.OutsideSpecified));
    }

    [Theory]
    [InlineData("0061004800", "", Grade.Good)]
    [InlineData("0861004800000800", GradeReason.ProbeOff, Grade.Unusable)]
    [InlineData("04610048000008", GradeReason.NoMeasurement, Grade.Unusable)]
    [InlineData("04610048000080", GradeReason.DeviceFault, Grade.Unusable)]
    [InlineData("04610048004000", GradeReason.EarlyEstimate, Grade.Doubtful)]
    [InlineData("0861004800200000", GradeReason.LowPerfusion, Grade.Doubtful)]
    [InlineData("0861004800100000", GradeReason.PoorSignal, Grade.Doubtful)]
    public void What_an_oximeter_holds_against_its_value_sets_the_grade(string hex, string doubt, Grade grade)
    {
        Measured spo2 = Read(GattReadings.ContinuousOximeter, hex).Values[0];
        Assert.Equal(doubt.Length == 0 ? [] : [doubt], spo2.Doubts);
        Assert.Equal(grade, Grading.WithDoubts(Grading.Judge(spo2.Vital, spo2.Value, spo2.Special, spo2.Unit, Ranges), spo2.Doubts).Grade);
    }

    /// <summary>Source: Pulse Oximeter Service 1.0.1, 3.1.1.5: each bit by itself; 0 to 4 are reserved, 5 and 7 to 9 hold nothing against the value.</summary>
    [Fact]
    public void Each_bit_of_an_oximeters_measurement_status_has_its_doubt()
    {
        string[] expected =
        [
            "", "", "", "", "", "", GradeReason.EarlyEstimate, "", "", "", GradeReason.NoMeasurement, GradeReason.NoMeasurement, GradeReason.NoMeasurement,
            GradeReason.DeviceFault, GradeReason.PoorSignal, GradeReason.DeviceFault,
        ];
        for (int bit = 0; bit < expected.Length; bit++)
        {
            int status = 1 << bit;
            Assert.Equal(expected[bit], string.Join(' ', Read(GattReadings.ContinuousOximeter, $"0461004800{status & 0xFF:X2}{status >> 8:X2}").Values[0].Doubts));
        }
    }

    /// <summary>Source: the same, 3.1.1.6. Bit 0 is a longer display interval, 16 to 23 are reserved.</summary>
    [Fact]
    public void Each_bit_of_an_oximeters_sensor_status_has_its_doubt_on_both_values()
    {
        string[] expected =
        [
            "", GradeReason.DeviceFault, GradeReason.PoorSignal, GradeReason.PoorSignal, GradeReason.PoorSignal, GradeReason.LowPerfusion, GradeReason.PoorSignal, GradeReason.ProbeOff,
            GradeReason.PoorSignal, GradeReason.EarlyEstimate, GradeReason.PoorSignal, GradeReason.ProbeOff, GradeReason.DeviceFault, GradeReason.ProbeOff, GradeReason.DeviceFault,
            GradeReason.ProbeOff, "", "", "", "", "", "", "", "",
        ];
        for (int bit = 0; bit < expected.Length; bit++)
        {
            int status = 1 << bit;
            string hex = $"{status & 0xFF:X2}{(status >> 8) & 0xFF:X2}{status >> 16:X2}";
            Assert.All(Read(GattReadings.ContinuousOximeter, "0861004800" + hex).Values, value => Assert.Equal(expected[bit], string.Join(' ', value.Doubts)));
            Assert.All(Read(GattReadings.SpotOximeter, "0461004800" + hex).Values, value => Assert.Equal(expected[bit], string.Join(' ', value.Doubts)));
        }
    }

    [Theory]
    [InlineData("0448", GradeReason.ProbeOff)] // contact can be told, and there is none
    [InlineData("0648", "")]
    [InlineData("0048", "")] // cannot tell
    public void A_heart_rate_belt_that_is_off_the_skin_says_so(string hex, string doubt) =>
        Assert.Equal(doubt, string.Join(' ', Read(GattReadings.HeartRate, hex).Values[0].Doubts));

    [Fact]
    public void A_foreign_unit_is_found_among_the_values_and_a_doubt_is_added_to_each()
    {
        Assert.Equal("kPa", Read(GattReadings.BloodPressure, "01BDF00B009FF0").ForeignUnit);
        GattReading right = Read(GattReadings.BloodPressure, "DEF6F416F3FF07E4070114082B00B2F2018000");
        Assert.Null(right.ForeignUnit);
        Assert.Same(right, right.But(null));
        Assert.All(right.But(GradeReason.SensorTime).Values, value => Assert.Equal(GradeReason.SensorTime, value.Doubts[^1]));
    }

    [Theory]
    [InlineData(GattReadings.Temperature, "05B00300FF02", "[degF]")]
    [InlineData(GattReadings.Temperature, "00700100FF", "Cel")]
    [InlineData(GattReadings.BloodPressure, "01BDF00B009FF0", "kPa")]
    [InlineData(GattReadings.Weight, "01543D", "[lb_av]")]
    public void Another_unit_is_named_and_not_converted(ushort characteristic, string hex, string unit) =>
        Assert.Equal(unit, Read(characteristic, hex).Values[0].Unit);

    [Theory]
    [InlineData(1, Site.Axillary, false)]
    [InlineData(3, Site.Ear, false)]
    [InlineData(9, Site.Ear, false)]
    [InlineData(6, Site.Oral, false)]
    [InlineData(7, Site.Rectal, false)]
    [InlineData(5, Site.Core, false)]
    [InlineData(2, Site.None, false)]
    [InlineData(4, Site.None, true)]
    [InlineData(8, Site.None, true)]
    [InlineData(77, Site.None, false)]
    public void Where_a_thermometer_measures_is_kept(int type, Site site, bool peripheral)
    {
        Measured value = Read(GattReadings.Temperature, $"04700100FF{type:X2}").Values[0];
        Assert.Equal((36.8, site, peripheral), (value.Value!.Value, value.Site, value.Doubts.Contains(GradeReason.PeripheralSite)));
    }

    [Fact]
    public void A_scale_that_did_not_settle_gives_no_weight()
    {
        Assert.Equal(70.0, Read(GattReadings.Weight, "00B036").Values[0].Value);
        Measured nothing = Read(GattReadings.Weight, "00FFFF").Values[0];
        Assert.Equal((null, GradeReason.NotReached), (nothing.Value, nothing.Special));
    }

    [Theory]
    [InlineData("1161006000E1070101012213")] // says that its clock was never set
    [InlineData("0161006000E1070D01012213")] // month 13
    [InlineData("016100600000000101012213")] // year unknown
    public void A_time_that_is_no_time_is_left_out_with_a_remark_and_the_value_stays(string hex)
    {
        Measured spo2 = Read(GattReadings.SpotOximeter, hex, "2026-11-22T08:00:00").Values[0];
        Assert.Equal((97.0, null, null), (spo2.Value!.Value, spo2.SensorAt, spo2.SensorNow));
        Assert.Equal(GradeReason.SensorClock, Assert.Single(spo2.Doubts));
        Assert.Equal(Grade.Good, Grading.GradeOf(GradeReason.SensorClock));
    }

    [Fact]
    public void Random_frames_never_throw_and_never_give_an_impossible_value_that_is_good()
    {
        var dice = new Random(20261122);
        byte[] bytes = new byte[24];
        ushort[] all = [.. GattReadings.Measurements.Select(row => row.Characteristic)];
        int numbers = 0;
        for (int i = 0; i < 10_000_000 / Share; i++)
        {
            Span<byte> frame = bytes.AsSpan(0, dice.Next(bytes.Length + 1));
            dice.NextBytes(frame);
            if (!GattReadings.TryRead(all[i % all.Length], frame, Ranges.Id, null, out GattReading reading, out string problem))
            {
                Assert.NotEqual("", problem);
                continue;
            }
            foreach (Measured value in reading.Values)
            {
                Graded graded = Grading.Judge(value.Vital, value.Value, value.Special, value.Unit, Ranges);
                Assert.Equal(value.Special is null, value.Value is not null);
                bool possible = value.Value is { } number && Ranges.Vitals.TryGetValue(VitalCode.Of(value.Vital).Name, out SensorVital? limits) && limits.Specified!.Holds(number);
                Assert.True(graded.Grade is not Grade.Good || possible, $"{value} is Good");
                numbers += graded.Grade is Grade.Good ? 1 : 0;
            }
        }
        Assert.True(numbers > 1000, "hardly any random frame was a good reading: the test looks at nothing");
    }

    // all ten million in the long verification; a tenth of them in every test run
    private static int Share => Environment.GetEnvironmentVariable("TELEMONITOR_FRAMES") is "all" ? 1 : 10;
}
