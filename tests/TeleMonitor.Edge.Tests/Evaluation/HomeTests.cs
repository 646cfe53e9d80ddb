using TeleMonitor.Evaluation.Homes;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Edge.Tests.Evaluation;

public sealed class HomeTests
{
    private static readonly Physiology Physiology = Physiology.Load(Tree.At("benchmarks", "TeleMonitor.Evaluation", "physiology.json"));

    [Fact]
    public void The_same_seed_gives_the_same_bursts_and_another_seed_others()
    {
        Assert.Equal(Lines(3, 6, Routine.NightSensor), Lines(3, 6, Routine.NightSensor));
        Assert.NotEqual(Lines(3, 6, Routine.TwiceDaily), Lines(4, 6, Routine.TwiceDaily));
    }

    [Fact]
    public void A_population_has_its_courses_and_a_fifth_of_the_attacks_has_no_warning()
    {
        IReadOnlyList<Citizen> citizens = Home.Population(Physiology, 5);
        Assert.Equal([5, 4, 1], new[] { Course.Stable, Course.WithWarning, Course.WithoutWarning }.Select(course => citizens.Count(citizen => citizen.Course == course)));
        Assert.All(citizens.Where(citizen => citizen.Attack is not null), citizen =>
        {
            Assert.InRange(citizen.Attack!.Onset.TotalDays, 21, 49);
            Assert.InRange((citizen.Attack.Event - citizen.Attack.Onset).TotalDays, 4, 6);
            Assert.Equal(citizen.Attack.Event, citizen.End);
        });
    }

    [Fact]
    public void Before_an_attack_without_warning_everything_is_as_in_the_twin_without_an_attack()
    {
        foreach (int seed in Enumerable.Range(1, 5))
        {
            Citizen citizen = Home.Population(Physiology, seed).Single(one => one.Course == Course.WithoutWarning);
            Assert.Equal(Lines(citizen, Routine.NightSensor), Lines(citizen.Twin(), Routine.NightSensor));
        }
    }

    [Fact]
    public void An_attack_with_warning_changes_nothing_earlier_than_half_a_day_before_its_onset_and_something_after()
    {
        foreach (int seed in Enumerable.Range(1, 5))
        {
            foreach (Citizen citizen in Home.Population(Physiology, seed).Where(one => one.Course == Course.WithWarning))
            {
                string[] ill = Lines(citizen, Routine.TwiceDaily), well = Lines(citizen.Twin(), Routine.TwiceDaily);
                int first = Enumerable.Range(0, ill.Length).First(i => ill[i] != well[i]);
                Assert.True(new Home(Physiology, citizen, Routine.TwiceDaily).Bursts().ElementAt(first).At > citizen.Attack!.Onset - TimeSpan.FromHours(12));
            }
        }
    }

    [Fact]
    public void Stable_mornings_have_the_spread_that_was_published()
    {
        // source: clinical.md 3.5, Hurst 2010: pulse 5/min, SpO2 1 %, between days of one person; rounding to whole numbers adds 0.3
        Dictionary<Vital, List<double>> spreads = new() { [Vital.Pulse] = [], [Vital.Spo2] = [], [Vital.Respiration] = [] };
        foreach (Citizen citizen in Enumerable.Range(1, 30).SelectMany(seed => Home.Population(Physiology, seed)).Where(one => one.Course == Course.Stable))
        {
            foreach ((Vital vital, List<double> found) in spreads)
            {
                double[] mornings = [.. Enumerable.Range(0, 56).Select(day => citizen.At(vital, TimeSpan.FromDays(day) + TimeSpan.FromHours(8)))];
                double noise = Physiology.Vitals[vital].NoiseSd;
                found.Add(mornings.Average(value => Math.Pow(value - mornings.Average(), 2)) + (noise * noise));
            }
        }
        Assert.InRange(Math.Sqrt(spreads[Vital.Pulse].Average()), 4.7, 5.1);
        Assert.InRange(Math.Sqrt(spreads[Vital.Spo2].Average()), 0.94, 1.02);
        Assert.InRange(Math.Sqrt(spreads[Vital.Respiration].Average()), 1.95, 2.15);
    }

    [Fact]
    public void Respiration_rises_as_published_in_seven_attacks_of_ten()
    {
        // source: clinical.md 3.5, Yañez 2012: 15.2 to 19.1 over five days in 70 %
        List<double> rises = [];
        foreach (Citizen citizen in Enumerable.Range(1, 60).SelectMany(seed => Home.Population(Physiology, seed)).Where(one => one.Course == Course.WithWarning))
        {
            TimeSpan at = citizen.Attack!.Onset + TimeSpan.FromDays(5);
            rises.Add(citizen.At(Vital.Respiration, at) - citizen.Twin().At(Vital.Respiration, at));
        }
        Assert.InRange(rises.Average(rise => rise > 0 ? 1.0 : 0), 0.62, 0.78);
        Assert.InRange(rises.Where(rise => rise > 0).Average(), 3.6, 4.2);
    }

    [Fact]
    public void No_value_leaves_what_a_sensor_can_show_and_every_answer_is_one_of_the_four()
    {
        foreach (HomeBurst burst in Home.Population(Physiology, 9).SelectMany(citizen => new Home(Physiology, citizen, Routine.TwiceDaily).Bursts()))
        {
            Assert.All(burst.Values, value => Assert.InRange(value.Value!.Value, 5, 250));
            Assert.All(burst.Values.Where(value => value.Vital == Vital.Spo2), value => Assert.InRange(value.Value!.Value, 70, 100));
            Assert.True(burst.Answers is null || burst.Answers.Keys.Order(StringComparer.Ordinal).SequenceEqual(Symptom.All.Order(StringComparer.Ordinal)));
        }
    }

    [Fact]
    public void After_fourteen_days_the_plan_measures_twice_a_week()
    {
        Citizen citizen = Home.Population(Physiology, 2)[0];
        int[] days = [.. new Home(Physiology, citizen, Routine.ThenTwiceWeekly).Bursts().Select(burst => burst.At.Days)];
        Assert.InRange(days.Count(day => day < 14), 20, 28);
        Assert.All(days.Where(day => day >= 14), day => Assert.Contains(day % 7, new[] { 0, 3 }));
    }

    private static string[] Lines(int seed, int number, Routine routine) => Lines(Home.Population(Physiology, seed)[number], routine);

    private static string[] Lines(Citizen citizen, Routine routine) => [.. new Home(Physiology, citizen, routine).Bursts().Select(burst =>
        $"{burst.At} {string.Join(' ', burst.Values.Select(value => $"{value.Vital}={value.Value}{string.Concat(value.Doubts)}"))} {string.Join(' ', burst.Answers ?? new Dictionary<string, bool>())}")];
}
