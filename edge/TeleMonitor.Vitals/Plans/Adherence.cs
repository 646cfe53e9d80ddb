using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Plans;

/// <summary>Why nothing came. Three reasons, since each is somebody else's to see to.</summary>
public enum MissingReason : byte
{
    /// <summary>The gateway is heard and its sensors work: the citizen has not measured.</summary>
    NotMeasured,
    /// <summary>The gateway is not heard: nobody can say whether the citizen has measured.</summary>
    NotHeard,
    /// <summary>A sensor that the set needs is broken or away.</summary>
    Sensor,
}

/// <summary>Who is called first.</summary>
public enum MissingReceiver : byte
{
    /// <summary>The team that is responsible for the citizen.</summary>
    Nurses,
    /// <summary>The support of the kit.</summary>
    Support,
    /// <summary>The citizen, by the gateway.</summary>
    Citizen,
}

/// <summary>The reason codes of missing data, and their words.</summary>
public static class MissingWord
{
    /// <summary>Reason code, as <see cref="Reason"/>: <c>missing/not-measured</c>, <c>missing/not-heard</c>, <c>missing/sensor</c>.</summary>
    public static string Of(MissingReason reason) => reason switch
    {
        MissingReason.NotHeard => "missing/not-heard",
        MissingReason.Sensor => "missing/sensor",
        _ => "missing/not-measured",
    };

    /// <summary>Who sees to it first.</summary>
    public static MissingReceiver First(MissingReason reason) => reason == MissingReason.NotMeasured ? MissingReceiver.Nurses : MissingReceiver.Support;
}

/// <summary>Whether the gateway is heard, as far as can be proved.</summary>
public enum GatewayHeard : byte
{
    /// <summary>It is; at the gateway itself always.</summary>
    Yes,
    /// <summary>It is not, and the way between is proved.</summary>
    No,
    /// <summary>It is not, and nobody vouches for the way between: the hub or its broker was away too.</summary>
    Unproved,
}

/// <summary>What is known of the home when one looks.</summary>
/// <param name="Heard">Whether its gateway is heard.</param>
/// <param name="CannotMeasure">Vitals whose sensor is broken or away.</param>
public sealed record HomeEvidence(GatewayHeard Heard, IReadOnlyCollection<Vital> CannotMeasure)
{
    /// <summary>Everything works.</summary>
    public static HomeEvidence Well { get; } = new(GatewayHeard.Yes, []);
}

/// <summary>What has been said so far; one small row, kept together with what it led to.</summary>
public sealed record AdherenceState
{
    /// <summary>Since when the citizen is Unknown for want of data, to the stated minute; null while not.</summary>
    public DateTimeOffset? UnknownSince { get; init; }
    /// <summary>Why; null while not Unknown.</summary>
    public MissingReason? Because { get; init; }
    /// <summary>What support was told of since then; null while of nothing.</summary>
    public MissingReason? SupportTold { get; init; }
    /// <summary>Due time of the newest occasion for which a case was opened or joined.</summary>
    public DateTimeOffset? CaseThrough { get; init; }
    /// <summary>The last reminder that was given.</summary>
    public DateTimeOffset? RemindedAt { get; init; }

    /// <summary>Nothing has been said.</summary>
    public static AdherenceState Nothing { get; } = new();
}

/// <summary>What has to happen.</summary>
public enum AdherenceEffectKind : byte
{
    /// <summary>Remind the citizen: a set is due or overdue.</summary>
    Remind,
    /// <summary>The citizen is Unknown from now.</summary>
    BecameUnknown,
    /// <summary>Tell the support of the kit that the home's device keeps the citizen from being measured.</summary>
    TellSupport,
    /// <summary>Open or join the citizen's case of missing data.</summary>
    OpenCase,
    /// <summary>The citizen is no longer Unknown for want of data: a complete set has come, or nothing is asked any more.</summary>
    Over,
}

/// <summary>One thing that has to happen.</summary>
/// <param name="Kind">What.</param>
/// <param name="To">Whom it concerns.</param>
/// <param name="Occasion">The occasion it is about; null of <see cref="AdherenceEffectKind.Over"/>.</param>
/// <param name="Reason">Why nothing came; null where that plays no part.</param>
public sealed record AdherenceEffect(AdherenceEffectKind Kind, MissingReceiver To, Occasion? Occasion, MissingReason? Reason);

/// <summary>One look.</summary>
/// <param name="State">What to remember; commit it together with the effects.</param>
/// <param name="Effects">What has to happen, in this order.</param>
/// <param name="NextLook">When to look again unless something comes before; null when nothing will be asked any more.</param>
public sealed record AdherenceStep(AdherenceState State, IReadOnlyList<AdherenceEffect> Effects, DateTimeOffset? NextLook);

/// <summary>How it stands, for the page at home.</summary>
/// <param name="Now">The occasion that is open or missed; null while nothing is asked.</param>
/// <param name="IsComplete">A complete set for it has come.</param>
/// <param name="IsMissing">Its grace is over without one.</param>
/// <param name="Lacking">Vitals to measure for it.</param>
/// <param name="Next">The next at which something is asked.</param>
public sealed record AdherenceView(Occasion? Now, bool IsComplete, bool IsMissing, IReadOnlyList<Vital> Lacking, Occasion? Next);

/// <summary>
/// What is missing, and who must know (design.md section 8). Looked at by the gateway, which tells the citizen, and by the hub, which alone can
/// know that a gateway is not heard. An occasion is met by a complete set taken since it opened, also by a later one. Pure.
/// </summary>
public static class Adherence
{
    /// <summary>While nobody vouches for the way to the gateway, nobody is called for so long: most of it comes as soon as hub and broker are up.</summary>
    public static readonly TimeSpan LongestUnproved = TimeSpan.FromHours(1);

    private static readonly TimeSpan LooksBack = TimeSpan.FromDays(15), UnprovedAgain = TimeSpan.FromMinutes(1); // longer than case_after and support_first together

    /// <summary>Looks once.</summary>
    /// <param name="state">What was said before.</param>
    /// <param name="inForce">The citizen's plan.</param>
    /// <param name="taken">What has come.</param>
    /// <param name="evidence">What is known of the home.</param>
    /// <param name="now">Time.</param>
    public static AdherenceStep Look(AdherenceState state, PlanInForce inForce, Taken taken, HomeEvidence evidence, DateTimeOffset now)
    {
        Occasion[] unmet = Unmet(inForce, taken, now);
        Occasion[] overdue = [.. unmet.Where(occasion => occasion.UnknownAt <= now)];
        var effects = new List<AdherenceEffect>();
        if (overdue.Length == 0)
        {
            if (state.UnknownSince is not null)
            {
                effects.Add(new AdherenceEffect(AdherenceEffectKind.Over, MissingReceiver.Nurses, null, null));
            }
            state = new AdherenceState { RemindedAt = state.RemindedAt, CaseThrough = state.CaseThrough };
        }
        else
        {
            state = SayMissing(state, inForce.Plan, overdue, taken, evidence, now, effects);
        }
        state = Remind(state, inForce.Plan, unmet, now, effects);
        return new AdherenceStep(state, effects, NextLook(state, inForce, unmet, evidence, now));
    }

    /// <summary>How it stands now.</summary>
    public static AdherenceView View(PlanInForce inForce, Taken taken, DateTimeOffset now)
    {
        Occasion? newest = Opened(inForce, now).LastOrDefault();
        bool complete = newest is not null && taken.CompleteSince(inForce) >= newest.Opens;
        return new AdherenceView(newest, complete, newest is not null && !complete && newest.UnknownAt <= now,
            newest is null || complete ? [] : taken.Lacking(inForce.Plan, newest.Opens), Schedule.Next(inForce.Plan, inForce.Course, newest is null ? now : newest.Due));
    }

    private static AdherenceState SayMissing(
        AdherenceState state, Plan plan, Occasion[] overdue, Taken taken, HomeEvidence evidence, DateTimeOffset now, List<AdherenceEffect> effects)
    {
        MissingReason reason = ReasonOf(evidence, taken.Lacking(plan, overdue[^1].Opens));
        if (state.UnknownSince is null)
        {
            effects.Add(new AdherenceEffect(AdherenceEffectKind.BecameUnknown, MissingWord.First(reason), overdue[0], reason));
            state = state with { UnknownSince = overdue[0].UnknownAt };
        }
        state = state with { Because = reason, SupportTold = reason == MissingReason.NotMeasured ? null : state.SupportTold };
        if (evidence.Heard == GatewayHeard.Unproved && now < overdue[0].UnknownAt + LongestUnproved)
        {
            return state;
        }
        if (reason != MissingReason.NotMeasured && state.SupportTold != reason)
        {
            effects.Add(new AdherenceEffect(AdherenceEffectKind.TellSupport, MissingReceiver.Support, overdue[^1], reason));
            state = state with { SupportTold = reason };
        }
        if (overdue.LastOrDefault(occasion => occasion.Due + plan.CaseAfterFor(reason) <= now && !(state.CaseThrough >= occasion.Due)) is { } late)
        {
            effects.Add(new AdherenceEffect(AdherenceEffectKind.OpenCase, MissingReceiver.Nurses, late, reason));
            state = state with { CaseThrough = late.Due };
        }
        return state;
    }

    /// <summary>Silence of the gateway hides everything else; a broken sensor is the reason only where its vital is what lacks.</summary>
    private static MissingReason ReasonOf(HomeEvidence evidence, IReadOnlyList<Vital> lacking) =>
        evidence.Heard != GatewayHeard.Yes ? MissingReason.NotHeard
        : lacking.Any(evidence.CannotMeasure.Contains) ? MissingReason.Sensor : MissingReason.NotMeasured;

    /// <summary>The last reminder whose time has come, once; of the newest occasion only, and not when it is over.</summary>
    private static AdherenceState Remind(AdherenceState state, Plan plan, Occasion[] unmet, DateTimeOffset now, List<AdherenceEffect> effects)
    {
        if (unmet.LastOrDefault() is not { } newest || newest.UnknownAt <= now)
        {
            return state;
        }
        DateTimeOffset[] passed = [.. plan.Reminders.Select(reminder => newest.Due + reminder).Where(at => at <= now && !(state.RemindedAt >= at))];
        if (passed.Length == 0)
        {
            return state;
        }
        effects.Add(new AdherenceEffect(AdherenceEffectKind.Remind, MissingReceiver.Citizen, newest, null));
        return state with { RemindedAt = passed[^1] };
    }

    private static DateTimeOffset? NextLook(AdherenceState state, PlanInForce inForce, Occasion[] unmet, HomeEvidence evidence, DateTimeOffset now)
    {
        Plan plan = inForce.Plan;
        Occasion? next = Schedule.Next(plan, inForce.Course, now);
        var looks = new List<DateTimeOffset>();
        foreach (Occasion occasion in next is null ? unmet : [.. unmet, next])
        {
            looks.AddRange([occasion.Opens, occasion.UnknownAt, .. plan.Reminders.Select(reminder => occasion.Due + reminder),
                .. Enum.GetValues<MissingReason>().Select(reason => occasion.Due + plan.CaseAfterFor(reason))]);
        }
        if (inForce.Course.To is { } end)
        {
            looks.Add(end);
        }
        if (state.UnknownSince is not null && evidence.Heard == GatewayHeard.Unproved)
        {
            looks.Add(now + UnprovedAgain);
        }
        return looks.Where(at => at > now).Select(at => (DateTimeOffset?)at).Min();
    }

    private static Occasion[] Unmet(PlanInForce inForce, Taken taken, DateTimeOffset now)
    {
        DateTimeOffset? complete = taken.CompleteSince(inForce);
        return [.. Opened(inForce, now).Where(occasion => !(complete >= occasion.Opens))];
    }

    private static IEnumerable<Occasion> Opened(PlanInForce inForce, DateTimeOffset now) =>
        inForce.Course.To <= now ? [] : Schedule.Between(inForce.Plan, inForce.Course, now - LooksBack, now + inForce.Plan.OpensBefore + TimeSpan.FromTicks(1))
            .Where(occasion => occasion.IsAsked && occasion.Opens <= now);
}
