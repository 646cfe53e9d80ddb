using System.Text;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Vitals.Plans;

/// <summary>From stored readings to the set that is scored. Gateway and hub both read through here, so that both score the same.</summary>
public static class SetReader
{
    /// <summary>Reads usable values; a later one of the same vital replaces an earlier one. What cannot be read is missing, never guessed.</summary>
    public static VitalSet Read(IEnumerable<ReadingItem> readings)
    {
        var set = new VitalSet();
        foreach (ReadingItem reading in readings)
        {
            Add(ref set, VitalCode.FromCode(reading.Code), reading.Value, reading.Answer, reading.Unit, reading.Site, reading.Grade);
        }
        return set;
    }

    /// <summary>Reads the values that an alert carries.</summary>
    public static VitalSet Read(IEnumerable<AlertInput> inputs)
    {
        var set = new VitalSet();
        foreach (AlertInput input in inputs)
        {
            Add(ref set, VitalCode.FromCode(input.Code), input.Value, input.Answer, input.Unit, input.Site, input.Grade);
        }
        return set;
    }

    /// <summary>Reads usable values with the time each was taken at; a later one of the same vital replaces an earlier one.</summary>
    public static RecentValues Recent(IEnumerable<SetValue> values)
    {
        var recent = new RecentValues();
        foreach (SetValue value in values)
        {
            ReadingItem reading = value.Reading;
            var one = new VitalSet();
            Add(ref one, VitalCode.FromCode(reading.Code), reading.Value, reading.Answer, reading.Unit, reading.Site, reading.Grade);
            if (!one.Known.IsEmpty)
            {
                recent.Take(in one, value.TakenAt);
            }
            else if (VitalCode.FromCode(reading.Code) is { CanBeScored: false } code && IsUsable(reading.Grade) && string.Equals(reading.Unit, code.Unit, StringComparison.Ordinal)
                && reading.Value is { } number && Hundredths.TryFrom(number, out Hundredths hundredths))
            {
                recent.Set(code.Vital, hundredths, value.TakenAt);
            }
        }
        return recent;
    }

    private static bool IsUsable(string gradeWord) => GradeWord.TryRead(gradeWord, out Grade grade) && grade != Grade.Unusable;

    /// <summary>Reads one stored reading of a vital; false when nothing of it counts.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="at">When it was measured, UTC ticks.</param>
    /// <param name="value">What counts.</param>
    public static bool TryRead(in StoredReading reading, long at, out HistoryValue value)
    {
        value = default;
        bool isGood = reading.Grade.SequenceEqual("good"u8);
        if (VitalCode.FromCode(reading.Code) is not { } code || !(isGood || reading.Grade.SequenceEqual("doubtful"u8)))
        {
            return false;
        }
        if (code.IsAnswer)
        {
            byte word = WordOf(code.Vital, Encoding.UTF8.GetString(reading.Answer));
            value = new HistoryValue(at, 0, default, code.Vital, word, IsGood: isGood);
            return word != 0;
        }
        Site site = Site.None;
        bool isPlaced = code.Vital != Vital.Temperature || AnswerWord.TryRead(reading.Site.IsEmpty ? null : Encoding.UTF8.GetString(reading.Site), out site);
        if (!isPlaced || reading.Value is not { } number || !Ascii.Equals(reading.Unit, code.Unit) || !Hundredths.TryFrom(number, out Hundredths hundredths))
        {
            return false;
        }
        value = new HistoryValue(at, number, hundredths, code.Vital, Site: site, IsGood: isGood);
        return true;
    }

    private static byte WordOf(Vital vital, string answer) => vital == Vital.Oxygen
        ? AnswerWord.TryRead(answer, out OxygenAnswer oxygen) ? (byte)oxygen : (byte)0
        : AnswerWord.TryRead(answer, out Consciousness consciousness) ? (byte)consciousness : (byte)0;

    private static void Add(ref VitalSet set, VitalCode? code, double? value, string? answer, string? unit, string? site, string gradeWord)
    {
        if (code is null || !code.CanBeScored || !IsUsable(gradeWord))
        {
            return;
        }
        switch (code.Vital)
        {
            case Vital.Consciousness when AnswerWord.TryRead(answer, out Consciousness consciousness):
                set.Consciousness = consciousness;
                break;
            case Vital.Oxygen when AnswerWord.TryRead(answer, out OxygenAnswer oxygen):
                set.Oxygen = oxygen;
                break;
            case Vital.Consciousness or Vital.Oxygen:
                break;
            default:
                AddNumber(ref set, code, value, unit, site);
                break;
        }
    }

    private static void AddNumber(ref VitalSet set, VitalCode code, double? value, string? unit, string? siteWord)
    {
        if (value is not { } number || !string.Equals(unit, code.Unit, StringComparison.Ordinal) || !Hundredths.TryFrom(number, out Hundredths hundredths))
        {
            return;
        }
        if (code.Vital == Vital.Temperature)
        {
            if (!AnswerWord.TryRead(siteWord, out Site site))
            {
                return; // a site nobody knows could hide a correction
            }
            set.TemperatureSite = site;
        }
        set.Set(code.Vital, hundredths);
    }
}
