using System.Text;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Plans;

public sealed class HistoryBuilderTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 1, 7, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Readings_of_one_set_come_together_also_when_another_set_stands_between_them()
    {
        var builder = new HistoryBuilder("c-1");
        Add(builder, "b1", At, Reading(Vital.Pulse, 70, "s1"));
        Add(builder, "b1", At.AddMinutes(1), Reading(Vital.Spo2, 97, "s9"));
        Add(builder, "b1", At.AddMinutes(2), Reading(Vital.Spo2, 95, "s1"));
        Add(builder, "b2", At.AddMinutes(3), Reading(Vital.Pulse, 80, "s1")); // another boot names its sets anew
        CitizenHistory history = builder.Build();
        Assert.Equal((3, 4L), (history.Count, builder.Readings));
        Assert.Equal([At.AddMinutes(1), At.AddMinutes(2), At.AddMinutes(3)], Enumerable.Range(0, 3).Select(history.At)); // each as of its last value
        VitalSet whole = history.Set(1);
        Assert.Equal((new Hundredths(70_00, 70_00), new Hundredths(95_00, 95_00)), (whole[Vital.Pulse], whole[Vital.Spo2]));
    }

    /// <summary>A store is read in stretches at once: wherever it is cut, also within a set, the same comes of it.</summary>
    [Fact]
    public void Stretches_that_are_joined_give_what_one_that_reads_all_gives()
    {
        ReadingItem[] items =
        [
            Reading(Vital.Pulse, 70, "s1"), Reading(Vital.Temperature, 36.5, "s1") with { Site = "oral" }, Reading(Vital.Pulse, 80, "s2"), Answer(Vital.Consciousness, "pain"), Reading(Vital.Pulse, 75, "s1"),
            Reading(Vital.Temperature, 37.5, "s2"), Answer(Vital.Oxygen, "no"), Reading(Vital.Spo2, 91, "s3"),
        ];
        CitizenHistory Read(params (int From, int To)[] stretches)
        {
            HistoryBuilder[] builders = [.. stretches.Select(stretch =>
            {
                var builder = new HistoryBuilder("c-1");
                for (int place = stretch.From; place < stretch.To; place++)
                {
                    Add(builder, "b1", At.AddMinutes(place), items[place]);
                }
                return builder;
            })];
            foreach (HistoryBuilder later in builders[1..])
            {
                builders[0].Join(later);
            }
            Assert.Equal(items.Length, builders[0].Readings);
            return builders[0].Build();
        }
        CitizenHistory whole = Read((0, items.Length));
        Assert.Equal(3, whole.Count);
        for (int cut = 0; cut <= items.Length; cut++)
        {
            CitizenHistory joined = Read((0, cut), (cut, items.Length), (items.Length, items.Length));
            Assert.Equal(Enumerable.Range(0, 3).Select(whole.At), Enumerable.Range(0, joined.Count).Select(joined.At));
            for (int place = 0; place < 3; place++)
            {
                (VitalSet one, VitalSet other) = (whole.Set(place), joined.Set(place));
                Assert.Equal((one.Known, one.Consciousness, one.Oxygen, one.TemperatureSite), (other.Known, other.Consciousness, other.Oxygen, other.TemperatureSite));
                foreach (Vital vital in Scoring.SetDice.Numbers)
                {
                    Assert.Equal(one[vital], other[vital]);
                }
            }
        }
    }

    [Fact]
    public void What_was_judged_in_no_set_is_left_out()
    {
        var builder = new HistoryBuilder("c-1");
        Add(builder, "b1", At, Reading(Vital.Pulse, 70, null));
        Assert.Equal((0, 0L), (builder.Build().Count, builder.Readings));
    }

    [Fact]
    public void A_number_that_no_chart_knows_is_a_set_of_its_own_where_it_was_judged_in_none_and_answers_stand_with_their_set()
    {
        HistoryBuilder[] builders = [new("c-1"), new("c-1")];
        foreach (HistoryBuilder one in builders)
        {
            Add(one, "b1", At, Reading(Vital.Weight, 80, null));
            Add(one, "b1", At, Reading(Vital.Pulse, 70, "s1"));
            Add(one, "b1", At.AddMinutes(1), Answer(Vital.Consciousness, "yes") with { Code = "answer/copd-daily/cough" });
        }
        builders[0].Join(builders[1]);
        CitizenHistory history = builders[0].Build();
        Assert.Equal((3, 6L), (history.Count, builders[0].Readings));
        Assert.Equal([Vital.Weight, Vital.Weight, Vital.Pulse, Vital.Pulse], Enumerable.Range(0, 3).SelectMany(place => history.Values(place).ToArray()).Select(value => value.Vital));
        Assert.Equal([("copd-daily", "cough", "yes"), ("copd-daily", "cough", "yes")], history.Answers(2).Select(answer => (answer.Questions, answer.Question, answer.Word)));
    }

    /// <summary>The short reader against the whole one, over every kind of reading: the same set.</summary>
    [Fact]
    public void A_reading_read_in_place_gives_the_set_that_the_whole_item_gives()
    {
        ReadingItem[] items =
        [
            Reading(Vital.Pulse, 70.5, "s1"), Reading(Vital.Temperature, 36.05, "s1") with { Site = "oral" }, Reading(Vital.Temperature, 36.05, "s1") with { Site = "moon" },
            Reading(Vital.Spo2, 96.123456, "s1"), Reading(Vital.Spo2, 96, "s1") with { Unit = "1" }, Reading(Vital.Systolic, 120, "s1") with { Grade = "unusable" },
            Reading(Vital.Diastolic, 80, "s1") with { Grade = "doubtful", Reasons = ["motion", "jump"] }, Reading(Vital.Weight, 80, "s1"),
            Reading(Vital.Respiration, 0, "s1") with { Value = null, Special = "nan", Unit = "/min" }, Reading(Vital.Pulse, 1e300, "s1"), Reading(Vital.Pulse, -5, "s1"),
            Answer(Vital.Consciousness, "alert"), Answer(Vital.Oxygen, "yes"), Answer(Vital.Consciousness, "dø\"d"), Reading(Vital.Pulse, 3, "s\u00e6t\"1"), Reading(Vital.Pulse, 71, "s1") with { Label = new ReplayLabel("h5", 3) },
        ];
        foreach (ReadingItem item in items)
        {
            Assert.True(StoredReading.TryRead(WireItems.Write(item), out StoredReading reading));
            VitalSet inPlace = ReadInPlace(item);
            VitalSet whole = SetReader.Read([item]);
            Assert.Equal((whole.Known, whole.Consciousness, whole.Oxygen, whole.TemperatureSite), (inPlace.Known, inPlace.Consciousness, inPlace.Oxygen, inPlace.TemperatureSite));
            Assert.All(Scoring.SetDice.Numbers, vital => Assert.Equal(SetReader.Read([item])[vital], ReadInPlace(item)[vital]));
            Assert.Equal(item.Set ?? "", Encoding.UTF8.GetString(reading.Set));
        }
    }

    [Fact]
    public void Bytes_that_are_no_reading_are_refused_and_throw_nowhere()
    {
        byte[] good = WireItems.Write(Reading(Vital.Pulse, 70, "s1"));
        for (int length = 0; length < good.Length; length++)
        {
            Assert.False(StoredReading.TryRead(good.AsSpan(0, length), out _));
        }
        foreach (string other in new[] { "", "null", "[]", "{}", "7", "{\"kind\":\"score\"}", "{\"kind\":\"reading\"", "{\"kind\":\"read\\ud800\"}" })
        {
            Assert.False(StoredReading.TryRead(Encoding.UTF8.GetBytes(other), out _), other);
        }
        var dice = new Random(3);
        for (int turn = 0; turn < 20_000; turn++)
        {
            byte[] flipped = [.. good];
            flipped[dice.Next(flipped.Length)] ^= (byte)(1 << dice.Next(8));
            if (StoredReading.TryRead(flipped, out StoredReading reading))
            {
                _ = SetReader.TryRead(in reading, At.UtcTicks, out _);
            }
        }
    }

    /// <summary>The short way against the general one, which a space sends everything to: the same fields of any item, and of any damaged one that is still JSON.</summary>
    [Fact]
    public void The_short_way_reads_what_the_general_reader_reads()
    {
        var dice = new Random(5);
        (int equal, int damaged) = (0, 0);
        for (int turn = 0; turn < 20_000; turn++)
        {
            double value = dice.Next(6) switch { 0 => dice.NextDouble() * 1e6, 1 => -dice.Next(500), 2 => dice.Next() * 1e12, 3 => 1e-7, 4 => 0, _ => dice.Next(40_000) / 100.0 };
            ReadingItem item = dice.Next(4) == 0 ? Answer(Vital.Oxygen, dice.Next(2) == 0 ? "yes" : "n\"o") : Reading(Vital.Temperature, value, dice.Next(3) == 0 ? null : "s" + turn);
            item = item with { Site = dice.Next(2) == 0 ? "oral" : null, Reasons = dice.Next(3) == 0 ? ["motion"] : [], Label = dice.Next(3) == 0 ? new ReplayLabel("h5", 3) : null };
            byte[] bytes = WireItems.Write(item);
            if (dice.Next(2) == 0)
            {
                bytes[dice.Next(bytes.Length)] ^= (byte)(1 << dice.Next(7));
            }
            bool general = StoredReading.TryRead([(byte)' ', .. bytes], out StoredReading whole), plain = StoredReading.TryRead(bytes, out StoredReading brief);
            if (general)
            {
                Assert.True(plain && whole.Value.Equals(brief.Value) && whole.Code.SequenceEqual(brief.Code) && whole.Set.SequenceEqual(brief.Set) && whole.Unit.SequenceEqual(brief.Unit)
                    && whole.Answer.SequenceEqual(brief.Answer) && whole.Site.SequenceEqual(brief.Site) && whole.Grade.SequenceEqual(brief.Grade), Encoding.UTF8.GetString(bytes));
            }
            (equal, damaged) = (equal + (general ? 1 : 0), damaged + (general ? 0 : 1));
        }
        Assert.InRange(equal, 12_000, 19_000);
        Assert.InRange(damaged, 1000, 8000);
    }

    private static VitalSet ReadInPlace(ReadingItem item)
    {
        Assert.True(StoredReading.TryRead(WireItems.Write(item), out StoredReading reading));
        return CitizenHistory.Of("c-1", [new TimedSet(At, SetReader.TryRead(in reading, At.UtcTicks, out HistoryValue value) ? [value] : [])]).Set(0);
    }

    private static void Add(HistoryBuilder builder, string boot, DateTimeOffset at, ReadingItem item)
    {
        Assert.True(StoredReading.TryRead(WireItems.Write(item), out StoredReading reading));
        builder.Add(1, Encoding.UTF8.GetBytes(boot), at, in reading);
    }

    private static ReadingItem Reading(Vital vital, double value, string? set) => new()
    {
        Kind = WireWord.Reading, Tick = 1, Code = VitalCode.Of(vital).Code, Assignment = 1, At = At, Value = value, Unit = VitalCode.Of(vital).Unit, Sensor = "manual", Grade = "good", Set = set,
    };

    private static ReadingItem Answer(Vital vital, string word) => new()
    {
        Kind = WireWord.Answer, Tick = 1, Code = VitalCode.Of(vital).Code, Assignment = 1, At = At, Answer = word, Sensor = "manual", Grade = "good", Set = "s1",
    };
}
