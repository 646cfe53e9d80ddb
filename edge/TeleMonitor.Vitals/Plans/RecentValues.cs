using System.Runtime.CompilerServices;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Vitals.Plans;

/// <summary>The newest usable value or answer of each vital with the time it was taken at: what an assessment looks at. No heap.</summary>
public struct RecentValues
{
    private const int Places = 9; // one per Vital

    private struct Value
    {
        public Hundredths Number;
        public TimeSpan TakenAt;
        public byte Word; // of an answer; 0 of a number
        public Site Site;
        public Kind Kind;
    }

    private enum Kind : byte
    {
        None,
        Known,
        OtherUnit,
    }

    [InlineArray(Places)]
    private struct Values
    {
        private Value first;
    }

    private Values values;

    /// <summary>Sets a number.</summary>
    /// <param name="vital">A measured vital.</param>
    /// <param name="number">Its value in its own unit.</param>
    /// <param name="takenAt">Rule time it was taken at.</param>
    /// <param name="site">Where a temperature was taken.</param>
    public void Set(Vital vital, Hundredths number, TimeSpan takenAt, Site site = Site.None) =>
        values[(int)vital] = new Value { Number = number, TakenAt = takenAt, Site = site, Kind = Kind.Known };

    /// <summary>Sets the level of consciousness.</summary>
    public void Set(Consciousness word, TimeSpan takenAt) =>
        values[(int)Vital.Consciousness] = new Value { Word = (byte)word, TakenAt = takenAt, Kind = word == Consciousness.None ? Kind.None : Kind.Known };

    /// <summary>Sets whether oxygen is given.</summary>
    public void Set(OxygenAnswer word, TimeSpan takenAt) =>
        values[(int)Vital.Oxygen] = new Value { Word = (byte)word, TakenAt = takenAt, Kind = word == OxygenAnswer.None ? Kind.None : Kind.Known };

    /// <summary>Sets what a set has.</summary>
    public void Take(in VitalSet set, TimeSpan takenAt)
    {
        for (var vital = Vital.Pulse; vital <= Vital.Diastolic; vital++)
        {
            if (set.Has(vital))
            {
                Set(vital, set[vital], takenAt, vital == Vital.Temperature ? set.TemperatureSite : Site.None);
            }
        }
        if (set.Consciousness != Readings.Consciousness.None)
        {
            Set(set.Consciousness, takenAt);
        }
        if (set.Oxygen != OxygenAnswer.None)
        {
            Set(set.Oxygen, takenAt);
        }
    }

    /// <summary>Sets one stored value.</summary>
    public void Take(in HistoryValue value) =>
        values[(int)value.Vital] = new Value { Number = value.Number, TakenAt = new TimeSpan(value.At), Word = value.Word, Site = value.Site, Kind = Kind.Known };

    /// <summary>What charts can score of it, however old.</summary>
    public readonly VitalSet ToSet()
    {
        var set = new VitalSet { Consciousness = Consciousness, Oxygen = Oxygen, TemperatureSite = TemperatureSite };
        for (var vital = Vital.Pulse; vital <= Vital.Diastolic; vital++)
        {
            if (Has(vital))
            {
                set.Set(vital, Number(vital));
            }
        }
        return set;
    }

    /// <summary>A number came in a unit that is not the vital's own: a person must look at it.</summary>
    public void SetOtherUnit(Vital vital, TimeSpan takenAt) => values[(int)vital] = new Value { TakenAt = takenAt, Kind = Kind.OtherUnit };

    /// <summary>True when there is a usable value.</summary>
    public readonly bool Has(Vital vital) => values[(int)vital].Kind == Kind.Known;

    /// <summary>True when the newest value came in another unit.</summary>
    public readonly bool IsOtherUnit(Vital vital) => values[(int)vital].Kind == Kind.OtherUnit;

    /// <summary>Rule time at which it was taken; ask <see cref="Has"/> first.</summary>
    public readonly TimeSpan TakenAt(Vital vital) => values[(int)vital].TakenAt;

    /// <summary>The number; ask <see cref="Has"/> first.</summary>
    public readonly Hundredths Number(Vital vital) => values[(int)vital].Number;

    /// <summary>The level of consciousness; None when it is not known.</summary>
    public readonly Consciousness Consciousness => (Consciousness)values[(int)Vital.Consciousness].Word;

    /// <summary>Whether oxygen is given; None when it is not known.</summary>
    public readonly OxygenAnswer Oxygen => (OxygenAnswer)values[(int)Vital.Oxygen].Word;

    /// <summary>Where the temperature was taken.</summary>
    public readonly Site TemperatureSite => values[(int)Vital.Temperature].Site;
}
