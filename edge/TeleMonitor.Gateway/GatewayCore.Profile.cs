using System.Globalization;
using System.Security.Cryptography;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Profile;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway;

// signed settings: taken whole or not at all by the sending thread, in force from the next step of the rules on
internal sealed partial class GatewayCore
{
    /// <summary>Finding that stands from a bundle that was refused to one that is good.</summary>
    public const string ProfileRefused = "profile/refused";

    private ReadOnlyMemory<byte>? cameProfile; // not dealt with yet; of the sending thread, as the next two
    private ProfileTrust trust = ProfileTrust.Nobody;
    private ProfileStanding standing = ProfileStanding.None;
    private volatile TakenProfile? taken;
    private volatile TakenProfile? inForce; // what the rules run with; written by the judging thread
    private DateTimeOffset? forceChanges;
    private volatile ContextInForce? contextInForce;

    private sealed record ContextInForce(BatchContext Program, TakenProfile Profile, BatchContext Context);

    /// <summary>Goes on with what was taken before, its signatures checked once more: a card can be changed where nobody looks.</summary>
    private void BeginProfile()
    {
        trust = setup.Trust;
        try
        {
            foreach (PinnedKey pinned in setup.Outbox.PinnedKeys)
            {
                trust = setup.Trust.Of(pinned.Role) is { } setUp && string.Equals(Fingerprint(setUp), pinned.InsteadOf, StringComparison.Ordinal) ? trust.With(pinned.Role, pinned.Key) : trust;
            }
            if (setup.Outbox.Profile is { } kept)
            {
                standing = new ProfileStanding(kept.Version, kept.Hash, null);
                ProfileVerdict? verdict = kept.Bundle is { } bundle ? ProfileReading.Read(bundle, setup.Gateway, ProfileStanding.None, trust, setup.Judging.Charts) : null;
                if (verdict?.Profile is { } profile)
                {
                    taken = profile;
                    standing = standing with { Approved = profile.ApprovedAt };
                }
                else if (verdict is not null)
                {
                    Refuse(verdict, now.At);
                }
            }
        }
        catch (OutboxException unread)
        {
            setup.Say($"{setup.Gateway}: {unread.Message}");
        }
        PutInForce();
    }

    /// <summary>Deals with a bundle that came; it stays until it could be stored.</summary>
    /// <exception cref="OutboxException">Nothing was taken; tried again.</exception>
    private void TakeProfile(DateTimeOffset wall)
    {
        if (cameProfile is not { } bytes)
        {
            return;
        }
        ProfileVerdict verdict = ProfileReading.Read(bytes.Span, setup.Gateway, standing, trust, setup.Judging.Charts);
        if (verdict.Problems.Count > 0)
        {
            Refuse(verdict, wall);
        }
        else
        {
            if (verdict.Profile is { } profile)
            {
                PinnedKey? key = profile.NewKey is { } named ? new PinnedKey(named.Role, Fingerprint(setup.Trust.Of(named.Role)!), named.Key) : null;
                setup.Outbox.Keep(new KeptProfile(profile.Version, profile.Hash, bytes.ToArray(), wall), key);
                trust = key is null ? trust : trust.With(key.Role, key.Key);
                standing = new ProfileStanding(profile.Version, profile.Hash, profile.ApprovedAt);
                taken = profile;
                setup.Say(string.Create(CultureInfo.InvariantCulture, $"{setup.Gateway}: signed settings, version {profile.Version}, are taken{(key is null ? "" : $"; another key signs for {key.Role} from here on")}"));
            }
            findings.Close(ProfileRefused, wall);
        }
        cameProfile = null;
        WantStatus();
    }

    /// <summary>Says why; which figure of whom is wrong stays out of it.</summary>
    private void Refuse(ProfileVerdict verdict, DateTimeOffset wall)
    {
        string text = $"signed settings were refused and nothing has changed: {verdict.Reasons}";
        if (string.Equals(findings.TextOf(ProfileRefused), text, StringComparison.Ordinal))
        {
            return;
        }
        setup.Say($"{setup.Gateway}: {text}");
        findings.Close(ProfileRefused, wall); // another reason is another finding: the hub has to be told which
        findings.Open(ProfileRefused, text, wall, ("reason", verdict.Reasons), ("in_force", standing.Version.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Nobody goes on: what was of the citizen is gone, from here too; the version stays.</summary>
    private void ForgetProfile()
    {
        if (setup.Serving.Count == 0)
        {
            taken = null;
            standing = standing with { Approved = null };
        }
    }

    /// <summary>Gives the rules what holds now: after something was taken, and when the time has come for what was to hold from then on.</summary>
    private void PutInForce()
    {
        TakenProfile? profile = taken;
        // nobody may vouch for the clock, but it is later than when the settings were made
        DateTimeOffset at = profile is not null && profile.IssuedAt > now.At ? profile.IssuedAt : now.At;
        if (ReferenceEquals(profile, inForce) && !(forceChanges <= at))
        {
            return;
        }
        inForce = profile;
        forceChanges = profile is null ? null : InForce.NextChange(profile, at);
        rules.Use([.. setup.AlsoJudging.Prepend(setup.Judging).Select(configured => InForce.Of(configured, profile, at))]);
        rules.Follow(setup.AlsoJudging.Prepend(setup.Judging).Where(configured => configured is { SelfTest: false, Assignment: > 0 })
            .Select(configured => (configured.Assignment, Plan: profile is null ? null : InForce.PlanOf(profile, configured.Assignment, at)))
            .Where(one => one.Plan is not null).ToDictionary(one => one.Assignment, one => one.Plan!));
    }

    /// <summary>Boot, clock and versions of what is made now.</summary>
    private BatchContext Context(WallTime time)
    {
        BatchContext program = setup.Identity.ContextOf(time);
        if (inForce is not { } profile)
        {
            return program;
        }
        ContextInForce? known = contextInForce;
        if (known is null || !ReferenceEquals(known.Program, program) || !ReferenceEquals(known.Profile, profile))
        {
            contextInForce = known = new ContextInForce(program, profile, program with { Versions = InForce.Versions(program.Versions, profile) });
        }
        return known.Context;
    }

    private static string Fingerprint(byte[] key) => Convert.ToHexStringLower(SHA256.HashData(key));
}
