using TeleMonitor.Edge.Tests.Plans;
using TeleMonitor.Evaluation.Icu;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Edge.Tests.Evaluation;

public sealed class IcuTests
{
    private const string File = "data/icu-vitals/vitals_hourly.csv.gz";

    [Fact]
    public void Rows_are_read_as_they_stand_and_a_patient_ends_where_the_next_begins()
    {
        IcuPatient[] patients = [.. Read("p100004,2,56.5,100,35.25,129,75,52,23,35,,0", "p100004,5,,,,,,,,,35,1", "p100006,1,61,,,,,,,,0.21,0")];
        Assert.Equal([100004, 100006], patients.Select(patient => patient.Number));
        Assert.Equal([true, false], patients.Select(patient => patient.IsKept));
        Assert.Equal([5, null], patients.Select(patient => patient.Labelled));
        IcuHour first = patients[0].Hours[0];
        Assert.Equal((2, new Hundredths(5650, 5650), new Hundredths(3525, 3525), null), (first.Hour, first.Numbers[Vital.Pulse], first.Numbers[Vital.Temperature], first.Fio2));
        Assert.False(patients[1].Hours[0].Numbers.Has(Vital.Spo2));
    }

    [Theory]
    [InlineData("p100004,2,56.5")]
    [InlineData("p100004,2,fast,100,35.25,129,75,52,23,35,,0")]
    [InlineData("x100004,2,56.5,100,35.25,129,75,52,23,35,,0")]
    [InlineData("p100004,2,56.5,100,35.25,129,75,52,23,35,,2")]
    public void A_row_that_is_none_is_named_by_its_line(string row)
    {
        InvalidDataException wrong = Assert.Throws<InvalidDataException>(() => Read("p100004,1,56.5,100,35.25,129,75,52,23,35,,0", row).Count());
        Assert.StartsWith("line 3: ", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_is_carried_as_long_as_it_is_not_too_old_and_never_over_a_newer_one()
    {
        IcuPatient patient = Read("p2,1,80,97,,,,,,,0.4,0", "p2,5,90,,,,,,,,,0", "p2,6,,,,,,,,,,0").Single();
        VitalSet[] none = IcuSets.Of(patient, 0), four = IcuSets.Of(patient, 4);
        Assert.False(none[1].Has(Vital.Spo2));
        Assert.True(four[1].Has(Vital.Spo2));
        Assert.False(four[2].Has(Vital.Spo2));
        Assert.Equal(9000, four[2][Vital.Pulse].Low);
        Assert.Equal([OxygenAnswer.Yes, OxygenAnswer.Yes, OxygenAnswer.No], four.Select(set => set.Oxygen));
        Assert.Equal(Consciousness.Alert, none[2].Consciousness);
    }

    [Fact]
    public void An_alert_counts_where_it_begins_and_a_septic_patient_is_found_only_near_the_label()
    {
        // pulse 135 is 3 points and Red by TOBS; the label stands first at hour 20
        string[] rows = [.. Enumerable.Range(1, 30).Select(hour => $"p2,{hour},{(hour is 3 or 4 or 8 or 14 ? 135 : 80)},,,,,,,,,{(hour >= 20 ? 1 : 0)}")];
        ScoredPatient scored = ScoredPatient.Of(Read(rows).Single(), Shipped.Tobs, 0);
        bool IsRed(ScoredPatient patient, int at) => patient.Scores[at].Triage == Triage.Red;
        Assert.Equal(new Burden(3, Found: true), Burden.Of(scored, IsRed));
        Assert.Equal(new Burden(2, Found: false), Burden.Of(scored, (patient, at) => patient.Patient.Hours[at].Hour < 14 && IsRed(patient, at)));
        Assert.Equal(30 / 24.0, scored.Days);
    }

    [SharedFact(File)]
    public void Counts_on_recorded_patients_are_those_of_a_second_reading_of_the_printed_tables()
    {
        // rows with nothing between two printed values; the patients that are kept for the last run stay untouched
        IcuPatient[] patients = [.. IcuFile.Read(SharedFile.Find(File)!).Where(patient => !patient.IsKept)];
        long[] tobs = new long[16], news2 = new long[21];
        foreach (IcuHour hour in patients.SelectMany(patient => patient.Hours).Where(hour => IcuSets.Numbers.All(vital => hour.Numbers.Has(vital))))
        {
            decimal[] numbers = [.. IcuSets.Numbers.Select(vital => hour.Numbers[vital].Low / 100m)];
            bool printed = IcuSets.Numbers.All(vital => hour.Numbers[vital].Low == hour.Numbers[vital].High && hour.Numbers[vital].Low % (vital == Vital.Temperature ? 10 : 100) == 0);
            if (printed)
            {
                var row = new Row(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], "alert", hour.Fio2 > 0.21);
                tobs[PrintedTables.Tobs(row).Lowest]++;
                news2[PrintedTables.News2(row).Lowest]++;
            }
        }
        Assert.True(tobs.Sum() > 40_000);
        Assert.Equal(tobs, ScoreCounts.Of(patients, Shipped.Tobs, CountedSets.AsPrinted).Totals);
        Assert.Equal(news2, ScoreCounts.Of(patients, Shipped.News2, CountedSets.AsPrinted).Totals);
    }

    private static IEnumerable<IcuPatient> Read(params string[] rows) => IcuFile.Read(new StringReader(string.Join('\n', [IcuFile.Header, .. rows])));
}
