using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Simulation;

/// <summary>
/// A citizen at home with sensors: measures a set every few minutes, gets worse and better, presses for help now and then. Faults: sets that stay incomplete, values
/// that are none, impossible or the same again, a measurement cut short.
/// </summary>
internal sealed class SimCitizen(World world, SimHome home, bool justRed, bool quiet)
{
    private const string Sensor = "simulated-home";
    private readonly Dice dice = world.Dice("citizen " + home.Name);
    private readonly Dice help = world.Dice("help " + home.Name); // of its own, so that pressing changes no measuring
    private int severity;
    private bool resting;

    public void Start()
    {
        if (quiet)
        {
            return; // neither measures nor asks for help
        }
        world.In(dice.Between(1, 240), Set);
        world.In(help.Between(60, 2400), Press);
    }

    /// <summary>Nothing more is measured.</summary>
    public void Rest() => resting = true;

    private void Press()
    {
        if (resting)
        {
            return;
        }
        for (int again = help.Next(4); again >= 0; again--) // a frightened hand presses more than once
        {
            world.In(help.Between(0, 40), home.Press);
        }
        world.In(help.Between(600, 3600), Press);
    }

    private void Set()
    {
        if (resting)
        {
            return;
        }
        severity = Math.Clamp(severity + (dice.Chance(0.45) ? 1 : 0) - (dice.Chance(0.35) ? 1 : 0), 0, 2);
        List<Measured[]> bursts =
        [
            [Number(Vital.Spo2, 97, 93, 80, 1), Number(Vital.Pulse, 72, 112, 140, 4)],
            [Number(Vital.Systolic, 125, 104, 86, 4), Number(Vital.Diastolic, 78, 66, 50, 3)],
            [Number(Vital.Temperature, 36.8, 38.4, 39.6, 0.2)],
            [Number(Vital.Respiration, 15, 22, 34, 1)],
            [Word(Vital.Consciousness, AnswerWord.Of(Consciousness.Alert)), Word(Vital.Oxygen, AnswerWord.Of(OxygenAnswer.No))],
        ];
        if (dice.Chance(0.25))
        {
            bursts.RemoveAt(dice.Next(bursts.Count));
        }
        TimeSpan wait = TimeSpan.Zero;
        for (int i = 0; i < bursts.Count; i++)
        {
            (Measured[] values, bool last) = (bursts[i], i == bursts.Count - 1 && dice.Chance(0.3));
            world.In(wait, () => home.Measure(values, last));
            wait += dice.Between(2, 60);
        }
        world.In(wait + dice.Between(120, 720), Set);
    }

    private Measured Number(Vital vital, double well, double worse, double bad, double spread)
    {
        double centre = severity switch { 0 => well, 1 => worse, _ => bad };
        double value = Math.Round(centre + ((dice.NextDouble() - 0.5) * 2 * spread), 1);
        if (justRed)
        {
            value = vital switch { Vital.Pulse => 112, Vital.Respiration => 22, Vital.Temperature => 38.5, _ => well }; // TOBS 2 + 2 + 1
        }
        value = vital is Vital.Spo2 ? Math.Min(100, value) : value;
        var measured = new Measured(vital, dice.Chance(0.02) ? double.NaN : dice.Chance(0.02) ? 9999 : value, VitalCode.Of(vital).Unit, Sensor);
        return vital is Vital.Temperature ? measured with { Site = Site.Ear } : measured;
    }

    private static Measured Word(Vital vital, string word) => new(vital, null, "", Sensor) { Answer = word };
}
