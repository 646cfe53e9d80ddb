using TeleMonitor.Evaluation.Statistics;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Evaluation.Homes;

/// <summary>How a home measures.</summary>
internal enum Routine
{
    /// <summary>Morning and evening on all days.</summary>
    TwiceDaily,
    /// <summary>Morning and evening for fourteen days, then Monday's and Thursday's morning (clinical.md 3.1, Syddanmark).</summary>
    ThenTwiceWeekly,
    /// <summary>Morning and evening, and a sensor that measures on and on through the night.</summary>
    NightSensor,
}

/// <summary>What reaches the gateway at one time.</summary>
/// <param name="At">From midnight before the first day.</param>
/// <param name="Values">Measured values; may be empty.</param>
/// <param name="Answers">Yes or no by <see cref="Symptom"/>; null when nothing was asked or answered.</param>
/// <param name="ByCitizen">True for a session in which a citizen can be asked to measure again; false for the night sensor.</param>
internal sealed record HomeBurst(TimeSpan At, IReadOnlyList<Measured> Values, IReadOnlyDictionary<string, bool>? Answers, bool ByCitizen);

/// <summary>A citizen's home: who measures when, with which noise and faults. A home is only asked; asking twice gives the same.</summary>
internal sealed class Home(Physiology physiology, Citizen citizen, Routine routine)
{
    /// <summary>The sensor files that the values name: of what the citizen measures, and of what is worn through the night.</summary>
    public const string Sensor = "simulated-home", NightSensor = "simulated-night";

    private enum Purpose { Session = 101, Noise, Fault, Answers, Told, Again, Night, NightValue }

    /// <summary>Whose home.</summary>
    public Citizen Citizen { get; } = citizen;

    /// <summary>The citizens of one seed, each with its course.</summary>
    public static IReadOnlyList<Citizen> Population(Physiology physiology, int seed)
    {
        Physiology.People people = physiology.Population;
        return [.. Enumerable.Range(0, people.Stable + people.WithWarning + people.WithoutWarning).Select(number => new Citizen(physiology, seed, number,
            number < people.Stable ? Course.Stable : number < people.Stable + people.WithWarning ? Course.WithWarning : Course.WithoutWarning))];
    }

    /// <summary>Everything that comes, in order, until the citizen's end.</summary>
    public IEnumerable<HomeBurst> Bursts()
    {
        List<HomeBurst> all = [];
        for (int day = 0; day <= Citizen.End.TotalDays; day++)
        {
            for (int session = 0; session < physiology.Measuring.Sessions.Count; session++)
            {
                if (IsDue(day, session) && SessionBurst(day, session) is { } burst)
                {
                    all.Add(burst);
                }
            }
            if (routine == Routine.NightSensor)
            {
                all.AddRange(NightBursts(day));
            }
        }
        return all.Where(burst => burst.At < Citizen.End).OrderBy(burst => burst.At);
    }

    /// <summary>The citizen is asked to measure again. Null when that is not done.</summary>
    /// <param name="first">What was measured.</param>
    /// <param name="time">How often it was asked for, from 1.</param>
    public HomeBurst? Again(HomeBurst first, int time)
    {
        Dice dice = For(Purpose.Again, first.At, time);
        if (!first.ByCitizen || !dice.Chance(physiology.Measuring.MeasuresAgain))
        {
            return null;
        }
        TimeSpan at = first.At + (time * TimeSpan.FromMinutes(physiology.Measuring.AgainMinutes));
        return at >= Citizen.End ? null : new HomeBurst(at, Values(at, [.. first.Values.Select(value => value.Vital)]), null, ByCitizen: true);
    }

    private bool IsDue(int day, int session) =>
        routine != Routine.ThenTwiceWeekly || day < physiology.Population.BaselineDays || (session == 0 && day % 7 is 0 or 3);

    private HomeBurst? SessionBurst(int day, int session)
    {
        Physiology.Session plan = physiology.Measuring.Sessions[session];
        TimeSpan due = TimeSpan.FromDays(day) + TimeSpan.FromHours(plan.Hour);
        Dice dice = For(Purpose.Session, due);
        TimeSpan at = due + TimeSpan.FromMinutes((int)dice.Between(-plan.SpreadHours * 60, plan.SpreadHours * 60));
        if (dice.Chance(physiology.Measuring.Missed))
        {
            return null;
        }
        bool isPartial = dice.Chance(physiology.Measuring.Partial);
        List<Vital> vitals = [Vital.Pulse, Vital.Spo2];
        if (isPartial)
        {
            vitals.RemoveAt(dice.Below(vitals.Count));
        }
        AddWhen(vitals, Vital.Temperature, dice.Chance(physiology.Measuring.TemperatureShare));
        AddWhen(vitals, Vital.Respiration, dice.Chance(physiology.Measuring.RespirationShare));
        bool answers = plan.Questions && !dice.Chance(physiology.Measuring.QuestionsSkipped);
        return new HomeBurst(at, Values(at, vitals), answers ? Answers(at) : null, ByCitizen: true);
    }

    private static void AddWhen(List<Vital> vitals, Vital vital, bool measured)
    {
        if (measured)
        {
            vitals.Add(vital);
        }
    }

    private Dictionary<string, bool> Answers(TimeSpan at)
    {
        Dice stray = For(Purpose.Answers, at);
        // told and stray are drawn for every question, so that an attack changes no other answer
        Dice told = For(Purpose.Told, at);
        var answers = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (string symptom in Symptom.All)
        {
            bool isStray = stray.Chance(physiology.Symptoms.StrayYes), isTold = told.Chance(physiology.Symptoms.ToldWhenPresent);
            answers.Add(symptom, isStray || (isTold && Citizen.Has(symptom, at)));
        }
        return answers;
    }

    private List<Measured> Values(TimeSpan at, List<Vital> vitals, string sensor = Sensor)
    {
        Physiology.FalseValues faults = physiology.Faults;
        Dice dice = For(Purpose.Fault, at);
        bool poor = dice.Chance(faults.PoorContact.Chance), flagged = dice.Chance(faults.PoorContact.Flagged);
        double contact = dice.Between(faults.PoorContact.Spo2.Low, faults.PoorContact.Spo2.High);
        bool unrested = dice.Chance(faults.Unrested.Chance), wrong = dice.Chance(faults.WrongPulse.Chance), misused = dice.Chance(faults.Thermometer.Chance);
        double factor = faults.WrongPulse.Factors[dice.Below(faults.WrongPulse.Factors.Count)];
        double low = dice.Between(faults.Thermometer.Temperature.Low, faults.Thermometer.Temperature.High);
        (double pulse, double spo2, double respiration) = (In(ref dice, faults.Unrested.Pulse), In(ref dice, faults.Unrested.Spo2), In(ref dice, faults.Unrested.Respiration));
        var values = new List<Measured>(vitals.Count);
        foreach (Vital vital in vitals)
        {
            double value = Noisy(vital, at) + (unrested ? vital switch { Vital.Pulse => pulse, Vital.Spo2 => spo2, Vital.Respiration => respiration, _ => 0 } : 0);
            value = vital switch
            {
                Vital.Pulse when wrong => value * factor,
                Vital.Spo2 when poor => value + contact,
                Vital.Temperature when misused => value + low,
                _ => value,
            };
            values.Add(Shown(vital, value, poor && flagged && vital is Vital.Spo2, sensor));
        }
        return values;
    }

    private static double In(ref Dice dice, FromTo range) => dice.Between(range.Low, range.High);

    private double Noisy(Vital vital, TimeSpan at)
    {
        Dice dice = new(Citizen.Seed, Citizen.Number, (int)Purpose.Noise, at.Ticks, (int)vital);
        return dice.Normal(Citizen.At(vital, at), physiology.Vitals[vital].NoiseSd);
    }

    /// <summary>As the sensor shows it: rounded, and no saturation above 100, because no sensor shows one.</summary>
    private Measured Shown(Vital vital, double value, bool flagged, string sensor)
    {
        double rounded = Math.Round(value, physiology.Vitals[vital].Decimals, MidpointRounding.AwayFromZero);
        return new Measured(vital, vital == Vital.Spo2 ? Math.Min(rounded, 100) : rounded, VitalCode.Of(vital).Unit, sensor)
        {
            Doubts = flagged ? [GradeReason.PoorSignal] : [],
        };
    }

    private IEnumerable<HomeBurst> NightBursts(int day)
    {
        Physiology.Night night = physiology.Measuring.NightSensor;
        TimeSpan from = TimeSpan.FromDays(day) + TimeSpan.FromHours(night.FromHour);
        Dice spell = For(Purpose.Night, from);
        bool sticks = spell.Chance(night.StuckSpellsANight);
        TimeSpan stuckFrom = from + TimeSpan.FromMinutes((int)spell.Between(0, night.Hours * 60));
        TimeSpan stuckTo = stuckFrom + TimeSpan.FromMinutes((int)In(ref spell, night.StuckMinutes));
        IReadOnlyList<Measured>? stuck = null;
        for (int minute = 0; minute < night.Hours * 60; minute += night.EveryMinutes)
        {
            TimeSpan at = from + TimeSpan.FromMinutes(minute);
            if (For(Purpose.NightValue, at).Chance(night.Lost))
            {
                continue;
            }
            IReadOnlyList<Measured> values = sticks && at >= stuckFrom && at < stuckTo && stuck is not null ? stuck : Values(at, [Vital.Pulse, Vital.Spo2, Vital.Respiration], NightSensor);
            stuck = values;
            yield return new HomeBurst(at, values, null, ByCitizen: false);
        }
    }

    private Dice For(Purpose purpose, TimeSpan at, int time = 0) => new(Citizen.Seed, Citizen.Number, (int)purpose, at.Ticks, time);
}
