using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Gateway.Profile;

/// <summary>What the rules of one citizen run with: signed settings where there are any, else the gateway's own file.</summary>
internal static class InForce
{
    /// <summary>The settings at a moment.</summary>
    /// <param name="configured">What the gateway's own file says.</param>
    /// <param name="profile">What was taken; null before the first.</param>
    /// <param name="at">The moment.</param>
    public static JudgeSettings Of(JudgeSettings configured, TakenProfile? profile, DateTimeOffset at)
    {
        if (profile is null || configured.SelfTest)
        {
            return configured; // a self-test is of the path, and belongs to no citizen
        }
        JudgeSettings signed = configured with { Charts = profile.Charts, Profile = profile.Version };
        return profile.Citizens.FirstOrDefault(one => one.Assignment == configured.Assignment && one.Holds(at)) is not { } citizen ? signed
            : signed with { Scale = citizen.Scale };
    }

    /// <summary>The next moment at which something begins or ends to hold; null when nothing does.</summary>
    public static DateTimeOffset? NextChange(TakenProfile profile, DateTimeOffset after) =>
        profile.Citizens.SelectMany(one => new[] { (DateTimeOffset?)one.From, one.To }).Where(edge => edge > after).Min();

    /// <summary>Versions that items made under it are made by.</summary>
    public static IReadOnlyDictionary<string, string> Versions(IReadOnlyDictionary<string, string> program, TakenProfile profile)
    {
        var versions = new SortedDictionary<string, string>(program.ToDictionary(), StringComparer.Ordinal);
        foreach (Chart chart in profile.Charts)
        {
            versions["chart/" + chart.Id] = chart.Version;
        }
        versions["profile"] = profile.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return versions;
    }
}
