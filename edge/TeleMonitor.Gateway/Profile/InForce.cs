using System.Globalization;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Gateway.Profile;

/// <summary>What the rules of one citizen run with: signed settings where there are any, else the gateway's own file.</summary>
internal static class InForce
{
    /// <summary>Stands in the place of a plan's id where a citizen has limits and no plan.</summary>
    public const string OwnLimits = "own-limits";

    /// <summary>The settings at a moment.</summary>
    /// <param name="configured">What the gateway's own file says.</param>
    /// <param name="profile">What was taken; null before the first.</param>
    /// <param name="at">The moment.</param>
    public static JudgeSettings Of(JudgeSettings configured, TakenProfile? profile, DateTimeOffset at)
    {
        if (profile is null || configured is { SelfTest: true } or { Assignment: 0 })
        {
            return configured; // a self-test is of the path, and a kit in stock is nobody's
        }
        JudgeSettings signed = configured with { Charts = profile.Charts, Profile = profile.Version };
        return profile.Citizens.FirstOrDefault(one => one.Settings.Assignment == configured.Assignment && one.Settings.Holds(at)) is not { } citizen ? signed
            : signed with
            {
                Scale = citizen.Settings.Scale, Plan = citizen.Judging,
                ConfirmWithin = citizen.Plan is { } plan ? plan.ConfirmWithin : configured.ConfirmWithin, HelpButton = citizen.Plan?.HelpButton ?? configured.HelpButton,
                MeasureAgainFirst = citizen.Plan?.MeasureAgainFirst,
            };
    }

    /// <summary>What was signed of one citizen, made ready for the rules.</summary>
    /// <param name="settings">As signed; a plan that it names is there.</param>
    /// <param name="content">Charts, plans and questions.</param>
    /// <param name="profile">Version of the bundle: names limits that belong to no plan.</param>
    /// <exception cref="ArgumentException">The rules give more reasons than can be told apart.</exception>
    public static SignedSettings Compile(CitizenSettings settings, ProfileContent content, int profile)
    {
        Plan? plan = content.PlanOf(settings);
        if (plan is null && settings is { Limits: null or { Count: 0 }, LeastTriage: Triage.Yellow })
        {
            return new SignedSettings(settings, null, null); // nothing stands beside the charts
        }
        Questionnaire? questions = plan?.Questions is { } id ? content.Questionnaires[id] : null;
        var assessor = new Assessor(AssessmentRules.Of(content.Charts, plan, questions) with { Scale = settings.Scale, Limits = settings.Limits ?? [], Floor = settings.LeastTriage });
        return new SignedSettings(settings, plan, new JudgingPlan(plan?.Id ?? OwnLimits, plan?.Version ?? profile.ToString(CultureInfo.InvariantCulture), assessor,
            TimeZoneInfo.FindSystemTimeZoneById(settings.Zone)) { Questions = questions }, questions);
    }

    /// <summary>
    /// The plan that somebody follows at a moment; null without one. Settings that follow each other without a gap and name the same plan are
    /// one course of it: new limits do not begin it anew.
    /// </summary>
    public static PlanInForce? PlanOf(TakenProfile profile, int assignment, DateTimeOffset at)
    {
        SignedSettings[] own = [.. profile.Citizens.Where(one => one.Settings.Assignment == assignment).OrderBy(one => one.Settings.From)];
        int now = Array.FindIndex(own, one => one.Settings.Holds(at));
        if (now < 0 || own[now].Plan is not { } plan)
        {
            return null;
        }
        (int first, int last) = (now, now);
        while (first > 0 && Continues(own[first - 1].Settings, own[first].Settings))
        {
            first--;
        }
        while (last < own.Length - 1 && Continues(own[last].Settings, own[last + 1].Settings))
        {
            last++;
        }
        PlanPause[] pauses = [.. own[first..(last + 1)].SelectMany(one => one.Settings.Pauses ?? []).Distinct()];
        return new PlanInForce(plan, new PlanCourse(own[first].Settings.From, own[last].Settings.To, TimeZoneInfo.FindSystemTimeZoneById(own[now].Settings.Zone), pauses), own[now].Questions);
    }

    private static bool Continues(CitizenSettings one, CitizenSettings next) => one.To == next.From && one.Plan is not null
        && string.Equals(one.Plan, next.Plan, StringComparison.Ordinal) && string.Equals(one.PlanVersion, next.PlanVersion, StringComparison.Ordinal);

    /// <summary>The next moment at which something begins or ends to hold; null when nothing does.</summary>
    public static DateTimeOffset? NextChange(TakenProfile profile, DateTimeOffset after) =>
        profile.Citizens.SelectMany(one => new[] { (DateTimeOffset?)one.Settings.From, one.Settings.To }).Where(edge => edge > after).Min();

    /// <summary>Versions that items made under it are made by.</summary>
    public static IReadOnlyDictionary<string, string> Versions(IReadOnlyDictionary<string, string> program, TakenProfile profile)
    {
        var versions = new SortedDictionary<string, string>(program.ToDictionary(), StringComparer.Ordinal);
        foreach (Chart chart in profile.Charts)
        {
            versions["chart/" + chart.Id] = chart.Version;
        }
        versions["profile"] = profile.Version.ToString(CultureInfo.InvariantCulture);
        return versions;
    }
}
