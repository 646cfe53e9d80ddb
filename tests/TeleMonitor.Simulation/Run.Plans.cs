using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Simulation;

// plans and signed settings: two of the homes follow one, and one of them never measures
internal sealed partial class Run
{
    private static readonly Questionnaire Daily = Shipped.Hub.Content.Questionnaires["copd-daily"];

    private static readonly Plan Copd = Shipped.Hub.Content.Plans["copd-intensive"];

    private bool isApproved, isLimited;

    /// <summary>The approver signs a while after the start, limits are set a while after that: homes judge before, between and after.</summary>
    private void Plan()
    {
        Dice die = world.Dice("plans");
        plans.Paused = die.Chance(0.25) && composition.MayBeAway;
        world.In(die.Between(60, 600), () => Change(() => isApproved = true));
        world.In(die.Between(700, 1500), () => Change(() => isLimited = true));
        world.In(die.Between(300, 3600), Tell);
        foreach (SimHome home in homes.ToArray())
        {
            world.In(die.Between(900, 2400), () => Offer(home, die.Next(3)));
        }

        void Tell() // once a day in a home; often here, so that symptoms meet readings
        {
            if (!isFair)
            {
                var words = Daily.Questions.Select(question => KeyValuePair.Create(question.Id, die.Chance(0.2) ? "yes" : "no")).ToDictionary(StringComparer.Ordinal);
                AnswersResult result = AnswerRules.Evaluate(Daily, words);
                homes[0].Tell(new ToldAnswers(Daily.Id, [.. words.Where(word => result.Asked.Any(question => string.Equals(question.Id, word.Key, StringComparison.Ordinal)))], result.Reasons));
                world.In(die.Between(600, 2400), Tell);
            }
        }
    }

    /// <summary>A person signs or sets something; it is in the register from then on, whatever becomes of the store.</summary>
    private void Change(Action what)
    {
        what();
        HubProcess? process = hub.Processes.FirstOrDefault(one => one.IsAlive);
        if (hub.IsFull || process?.Run(() => process.Store.Write(RegisterPlans)) != true)
        {
            world.In(TimeSpan.FromSeconds(30), () => Change(() => { })); // tried again until it is stored
        }
    }

    private void RegisterPlans(StoreTransaction write)
    {
        foreach (Assignment one in register.Values.Where(one => plans.Follows(one.Gateway)))
        {
            write.RegisterPlan(new CitizenPlan(one.Number, Copd.Id, Copd.Version, PlanChecks.From, null, "Europe/Copenhagen"), world.Wall);
            if (plans.Paused && plans.IsQuiet(one.Gateway))
            {
                write.RegisterPause(one.Number, PlanChecks.Pause);
            }
            write.LookAtPlan(one.Number, world.Wall);
            if (isLimited)
            {
                write.RegisterLimits(one.Number, new CitizenLimits(PlanChecks.From, "Europe/Copenhagen", 1, null, "green",
                    [new Limit("spo2", "%", LowRed: 94, LowYellow: 96), new Limit("pulse", "/min", HighYellow: 110, HighRed: 135, Margin: 2)]));
            }
            write.LookAtProfile(one.Gateway);
        }
        if (isApproved)
        {
            write.TakeClinical(SimSigner.Clinical, world.Wall);
        }
    }

    /// <summary>Somebody offers a home settings that are not the hub's, older than those in force, or cut short. It must change nothing and be told.</summary>
    private void Offer(SimHome home, int kind)
    {
        byte[] good = home.Card.Live.Profile?.Bundle ?? [];
        byte[] bad = kind switch
        {
            0 when good.Length > 0 => good[..(good.Length / 2)],
            1 when plans.FirstOf(home.Gateway) is { } first && home.Card.Live.Profile?.Version > first.Version => first.Bundle!,
            _ => SimSigner.Forge(home.Gateway, home.Lent.Assignment, world.Wall),
        };
        if (!isFair && home.Offer(bad))
        {
            plans.Offered(home);
            weather.Count(Fault.ProfileForged);
        }
    }
}
