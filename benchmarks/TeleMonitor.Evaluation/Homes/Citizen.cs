using TeleMonitor.Evaluation.Statistics;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Evaluation.Homes;

/// <summary>What will happen to a citizen: the label that rules are judged by and must never see.</summary>
internal enum Course
{
    /// <summary>Nothing.</summary>
    Stable,
    /// <summary>An attack with symptoms and changed vitals before it.</summary>
    WithWarning,
    /// <summary>An attack before which nothing changes.</summary>
    WithoutWarning,
}

/// <summary>An attack.</summary>
/// <param name="Onset">When symptoms begin; without warning: when they would have.</param>
/// <param name="Event">When it is there; the home is not followed any further.</param>
/// <param name="HasWarning">True when anything changes before.</param>
internal sealed record Attack(TimeSpan Onset, TimeSpan Event, bool HasWarning);

/// <summary>The questions of every day, by what they ask.</summary>
internal static class Symptom
{
    /// <summary>More breathless than usual.</summary>
    public const string Dyspnoea = "dyspnoea";
    /// <summary>More cough than usual.</summary>
    public const string Cough = "cough";
    /// <summary>More sputum than usual.</summary>
    public const string Sputum = "sputum";
    /// <summary>Sputum more yellow or green than usual.</summary>
    public const string Colour = "colour";

    /// <summary>In the order of the questions.</summary>
    public static IReadOnlyList<string> All { get; } = [Dyspnoea, Cough, Sputum, Colour];
}

/// <summary>
/// The body of one simulated citizen: what each vital truly is and which symptoms there are at a time. Times count from midnight before the first
/// day. Everything is drawn from (seed, number) and a purpose of its own.
/// </summary>
internal sealed class Citizen
{
    private enum Purpose { Habitual = 1, Day, Attack, Sign, Type, Symptom, Spell, SpellSymptom }

    private sealed record Body(VitalCourse Course, double Habitual, double[] Days, double Change);

    private static readonly Vital[] Measured = [Vital.Pulse, Vital.Spo2, Vital.Respiration, Vital.Temperature];

    private readonly Dictionary<Vital, Body> bodies;
    private readonly Dictionary<string, TimeSpan> symptomBegins = new(StringComparer.Ordinal);
    private readonly List<(TimeSpan From, TimeSpan To, IReadOnlyList<string> Symptoms)> spells = [];

    /// <summary>Draws a citizen.</summary>
    /// <param name="physiology">The parameters.</param>
    /// <param name="seed">The seed of the population.</param>
    /// <param name="number">Which of the population, from 0.</param>
    /// <param name="course">What will happen.</param>
    public Citizen(Physiology physiology, int seed, int number, Course course)
    {
        (Seed, Number, Course) = (seed, number, course);
        Attack = course == Course.Stable ? null : DrawAttack(physiology, course == Course.WithWarning);
        bodies = Measured.ToDictionary(vital => vital, vital => DrawBody(physiology, vital));
        DrawSymptoms(physiology);
        DrawSpells(physiology);
        End = Attack?.Event ?? TimeSpan.FromDays(physiology.Population.Days);
    }

    private Citizen(Citizen ill)
    {
        (Seed, Number, Course, End) = (ill.Seed, ill.Number, ill.Course, ill.End);
        bodies = ill.bodies.ToDictionary(pair => pair.Key, pair => pair.Value with { Change = 0 });
        spells = ill.spells;
    }

    /// <summary>Seed of the population.</summary>
    public int Seed { get; }
    /// <summary>Number in it.</summary>
    public int Number { get; }
    /// <summary>What will happen.</summary>
    public Course Course { get; }
    /// <summary>The attack; null for a stable citizen and for a twin.</summary>
    public Attack? Attack { get; }
    /// <summary>When following ends: at the attack, else after all days.</summary>
    public TimeSpan End { get; }

    /// <summary>The same citizen with the same noise, faults and bad days, but without the attack: what rules say of it, the attack did not cause.</summary>
    public Citizen Twin() => new(this);

    /// <summary>The level of a vital that a doctor would call habitual.</summary>
    public double Habitual(Vital vital) => bodies[vital].Habitual;

    /// <summary>What the vital truly is.</summary>
    public double At(Vital vital, TimeSpan at)
    {
        Body body = bodies[vital];
        double swing = body.Course.DailySwing * Math.Cos(2 * Math.PI * (at.TotalHours - body.Course.PeakHour) / 24);
        return body.Habitual + swing + body.Days[(int)(at.TotalHours + 12) / 24] + (body.Change * Progress(body.Course.Attack, at));
    }

    /// <summary>True when the citizen has the symptom.</summary>
    public bool Has(string symptom, TimeSpan at) =>
        (symptomBegins.TryGetValue(symptom, out TimeSpan begins) && at >= begins)
        || spells.Exists(spell => at >= spell.From && at < spell.To && spell.Symptoms.Contains(symptom, StringComparer.Ordinal));

    /// <summary>0 before the change begins, 1 when it is whole, evenly between.</summary>
    private double Progress(VitalAttack change, TimeSpan at)
    {
        if (Attack is not { HasWarning: true } attack)
        {
            return 0;
        }
        double days = (at - attack.Onset).TotalDays;
        return days <= change.BeginsDays ? 0 : days >= change.FullDays ? 1 : (days - change.BeginsDays) / (change.FullDays - change.BeginsDays);
    }

    private Attack DrawAttack(Physiology physiology, bool hasWarning)
    {
        Dice dice = For(Purpose.Attack, 0);
        TimeSpan onset = TimeSpan.FromDays(dice.Between(physiology.Attack.OnsetDay.Low, physiology.Attack.OnsetDay.High));
        return new Attack(onset, onset + TimeSpan.FromDays(dice.Between(physiology.Attack.WarningDays.Low, physiology.Attack.WarningDays.High)), hasWarning);
    }

    private Body DrawBody(Physiology physiology, Vital vital)
    {
        VitalCourse course = physiology.Vitals[vital];
        double[] days = new double[physiology.Population.Days + 2];
        Dice dice = For(Purpose.Day, (int)vital);
        double fresh = Math.Sqrt(1 - (course.DayCorrelation * course.DayCorrelation));
        days[0] = dice.Normal(0, course.DaySd);
        for (int day = 1; day < days.Length; day++)
        {
            days[day] = (course.DayCorrelation * days[day - 1]) + (fresh * dice.Normal(0, course.DaySd));
        }
        Dice sign = For(Purpose.Sign, (int)vital);
        bool shows = sign.Chance(course.Attack.Share);
        return new Body(course, Draw(For(Purpose.Habitual, (int)vital), course.Habitual), days, shows ? Draw(sign, course.Attack.Change) : 0);
    }

    private void DrawSymptoms(Physiology physiology)
    {
        if (Attack is not { HasWarning: true } attack)
        {
            return;
        }
        Dice dice = For(Purpose.Type, 0);
        List<string> cardinal = [Symptom.Dyspnoea, Symptom.Sputum, Symptom.Colour];
        double type = dice.Unit();
        bool isThird = type >= physiology.Symptoms.TypeShares[0] + physiology.Symptoms.TypeShares[1];
        if (isThird)
        {
            cardinal = [cardinal[dice.Below(cardinal.Count)]];
        }
        else if (type >= physiology.Symptoms.TypeShares[0])
        {
            cardinal.RemoveAt(dice.Below(cardinal.Count));
        }
        bool coughs = dice.Chance(physiology.Symptoms.CoughShare);
        foreach (string symptom in Symptom.All.Where(symptom => cardinal.Contains(symptom, StringComparer.Ordinal) || (symptom is Symptom.Cough && (isThird || coughs))))
        {
            FromTo begins = physiology.Symptoms.BeginsDays[symptom];
            symptomBegins.Add(symptom, attack.Onset + TimeSpan.FromDays(dice.Between(begins.Low, begins.High)));
        }
    }

    private void DrawSpells(Physiology physiology)
    {
        for (int day = 0; day < physiology.Population.Days; day++)
        {
            Dice dice = For(Purpose.Spell, day);
            if (dice.Chance(physiology.Symptoms.BadSpellADay))
            {
                TimeSpan from = TimeSpan.FromDays(day);
                TimeSpan to = from + TimeSpan.FromDays(dice.Between(physiology.Symptoms.BadSpellDays.Low, physiology.Symptoms.BadSpellDays.High));
                spells.Add((from, to, [.. Symptom.All.Where(symptom => dice.Chance(physiology.Symptoms.BadSpell[symptom]))]));
            }
        }
    }

    private Dice For(Purpose purpose, int what) => new(Seed, Number, (int)purpose, what);

    private static double Draw(Dice dice, Spread spread)
    {
        double drawn;
        do
        {
            drawn = dice.Normal(spread.Mean, spread.Sd);
        }
        while (drawn < spread.Low || drawn > spread.High);
        return drawn;
    }
}
