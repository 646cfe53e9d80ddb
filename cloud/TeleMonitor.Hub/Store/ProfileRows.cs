using System.Text.Json;
using System.Text.Json.Serialization;
using TeleMonitor.Care.Devices;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Hub.Store;

/// <summary>What the approver signed.</summary>
/// <param name="Id">What the collection is called.</param>
/// <param name="Version">Its version.</param>
/// <param name="Approved">By whom and when.</param>
/// <param name="Jws">As it was signed.</param>
public sealed record SignedClinical(string Id, string Version, ContentApproval Approved, string Jws);

/// <summary>A bundle as it was issued.</summary>
/// <param name="Gateway">Gateway.</param>
/// <param name="Mark">Version and hash.</param>
/// <param name="Content">SHA-256 of what it says apart from version and time.</param>
/// <param name="Bundle">Its bytes.</param>
public sealed record IssuedProfile(string Gateway, ProfileMark Mark, string Content, byte[] Bundle);

/// <summary>What holds for a citizen from a time on, beside the plan.</summary>
/// <param name="From">From when.</param>
/// <param name="Zone">Time zone, an IANA name.</param>
/// <param name="Scale">SpO2 scale.</param>
/// <param name="ScaleSigned">Who decided on scale 2.</param>
/// <param name="Floor">green, yellow or red.</param>
/// <param name="Limits">The citizen's limits.</param>
public sealed record CitizenLimits(DateTimeOffset From, string Zone, int Scale, ContentApproval? ScaleSigned, string Floor, IReadOnlyList<Limit> Limits);

public sealed partial class StoreTransaction
{
    /// <summary>Keeps what the approver signed and lets every bundle be looked at; the same again changes nothing.</summary>
    /// <returns>False when something else that was approved at the same time, or later, is kept.</returns>
    public bool TakeClinical(SignedClinical signed, DateTimeOffset now)
    {
        if (NewestClinical() is { } newest && newest.Approved.At >= signed.Approved.At)
        {
            return string.Equals(newest.Jws, signed.Jws, StringComparison.Ordinal);
        }
        Run("insert into clinical (approved_ms, content_id, version, approved_by, jws, taken_ms) values (@at, @Id, @Version, @By, @Jws, @now)",
            new { at = Milliseconds(signed.Approved.At), signed.Id, signed.Version, signed.Approved.By, signed.Jws, now = Milliseconds(now) });
        LookAtAllProfiles();
        return true;
    }

    /// <summary>What was approved last; null before the first.</summary>
    public SignedClinical? NewestClinical() => One<ClinicalRow>(
        "select content_id as Id, version as Version, approved_by as ApprovedBy, approved_ms as ApprovedMs, jws as Jws from clinical order by approved_ms desc limit 1")?.Read();

    /// <summary>Changes with what is approved.</summary>
    public string ClinicalMark() => One<string>("select count(*) || ' ' || coalesce(max(approved_ms), 0) || ' ' || coalesce(max(taken_ms), 0) from clinical")!;

    /// <summary>Everything that was ever approved, the newest first.</summary>
    public IReadOnlyList<string> ClinicalParts() => [.. Query<string>("select jws from clinical order by approved_ms desc")];

    /// <summary>Keeps the statement that a key follows another.</summary>
    public void TakeProfileKey(string role, string jws, DateTimeOffset now)
    {
        Run("insert into profile_key (role, jws, taken_ms) values (@role, @jws, @now) on conflict (role) do update set jws = excluded.jws, taken_ms = excluded.taken_ms",
            new { role, jws, now = Milliseconds(now) });
        LookAtAllProfiles();
    }

    /// <summary>The change of key that was stated last; null when none was.</summary>
    public string? NewestProfileKey() => One<string>("select jws from profile_key order by taken_ms desc limit 1");

    /// <summary>Registers what holds for a citizen from a time on; the same beginning again replaces it.</summary>
    public void RegisterLimits(int assignment, CitizenLimits limits) => Run(
        """
        insert into citizen_settings (assignment, from_ms, zone, scale, scale_by, scale_ms, floor, limits) values (@assignment, @from, @Zone, @Scale, @by, @at, @Floor, @limits)
        on conflict (assignment, from_ms) do update set zone = excluded.zone, scale = excluded.scale, scale_by = excluded.scale_by, scale_ms = excluded.scale_ms,
          floor = excluded.floor, limits = excluded.limits
        """,
        new
        {
            assignment, from = Milliseconds(limits.From), limits.Zone, limits.Scale, by = limits.ScaleSigned?.By, at = limits.ScaleSigned is { } signed ? Milliseconds(signed.At) : (long?)null,
            limits.Floor, limits = JsonSerializer.Serialize(limits.Limits, LimitJson.Default.IReadOnlyListLimit),
        });

    /// <summary>What holds for a citizen, in the order in which it begins.</summary>
    public IReadOnlyList<CitizenLimits> LimitsOf(int assignment) => [.. Query<LimitsRow>(
        """
        select from_ms as FromMs, zone as Zone, scale as Scale, scale_by as ScaleBy, scale_ms as ScaleMs, floor as Floor, limits as Limits
        from citizen_settings where assignment = @assignment order by from_ms
        """, new { assignment }).Select(row => row.Read())];

    /// <summary>Lets the bundle of one gateway be looked at.</summary>
    public void LookAtProfile(string gateway) => Run("insert into profile_due (gateway) values (@gateway) on conflict (gateway) do nothing", new { gateway });

    /// <summary>Lets the bundle of the gateway that an assignment is at be looked at.</summary>
    public void LookAtProfileOf(int assignment) =>
        Run("insert into profile_due (gateway) select gateway from assignment where number = @assignment on conflict (gateway) do nothing", new { assignment });

    /// <summary>Lets every bundle be looked at.</summary>
    public void LookAtAllProfiles() => Run("insert into profile_due (gateway) select gateway from gateway where true on conflict (gateway) do nothing");

    /// <summary>Gateways whose bundle must be looked at.</summary>
    public IReadOnlyList<string> ProfilesDue(int most) => [.. Query<string>("select gateway from profile_due order by gateway limit @most + 0", new { most })];

    /// <summary>It was looked at.</summary>
    public void ProfileLookedAt(string gateway) => Run("delete from profile_due where gateway = @gateway", new { gateway });

    /// <summary>What was issued last; null before the first.</summary>
    public IssuedProfile? ProfileOf(string gateway) =>
        One<ProfileRow>("select gateway as Gateway, version as Version, hash as Hash, content as Content, bundle as Bundle from profile where gateway = @gateway", new { gateway })?.Read();

    /// <summary>Issues a bundle; it must go out.</summary>
    public void Issue(IssuedProfile issued, DateTimeOffset now) => Run(
        """
        insert into profile (gateway, version, hash, content, bundle, issued_ms) values (@Gateway, @Version, @Hash, @Content, @Bundle, @now)
        on conflict (gateway) do update set version = excluded.version, hash = excluded.hash, content = excluded.content, bundle = excluded.bundle, issued_ms = excluded.issued_ms,
          published_ms = null
        """, new { issued.Gateway, issued.Mark.Version, issued.Mark.Hash, issued.Content, issued.Bundle, now = Milliseconds(now) });

    /// <summary>Bundles that must go out.</summary>
    public IReadOnlyList<IssuedProfile> ProfilesToPublish(int most) => [.. Query<ProfileRow>(
        "select gateway as Gateway, version as Version, hash as Hash, content as Content, bundle as Bundle from profile where published_ms is null order by gateway limit @most + 0",
        new { most }).Select(row => row.Read())];

    /// <summary>A broker has this version; nothing when another was issued meanwhile.</summary>
    public void Published(string gateway, int version, DateTimeOffset now) =>
        Run("update profile set published_ms = @now where gateway = @gateway and version = @version", new { gateway, version, now = Milliseconds(now) });

    /// <summary>It goes out again.</summary>
    public void PublishAgain(string gateway) => Run("update profile set published_ms = null where gateway = @gateway", new { gateway });

    /// <summary>What the gateway's status showed last; null when it showed none.</summary>
    public ProfileMark? ProfileSeen(string gateway) =>
        One<SeenRow>("select version as Version, hash as Hash, behind_ms as BehindMs from profile_seen where gateway = @gateway", new { gateway })?.Mark;

    /// <summary>A status showed what is in force: what is not what was issued goes out again, and is a finding when it lasts.</summary>
    public void NoteProfile(string gateway, ProfileMark? seen, DateTimeOffset now)
    {
        if (ProfileMarkOf(gateway) is not { } issued)
        {
            if (seen is not null)
            {
                SaveSeen(gateway, seen, null); // of a hub before this one: the next version must be higher
            }
            return;
        }
        SeenRow? last = One<SeenRow>("select version as Version, hash as Hash, behind_ms as BehindMs from profile_seen where gateway = @gateway", new { gateway });
        ProfileStanding standing = ProfileRules.Compare(issued, seen);
        long? behind = standing == ProfileStanding.InForce ? null : last?.BehindMs ?? Milliseconds(now);
        if (last is null || last.BehindMs != behind || last.Mark != seen)
        {
            SaveSeen(gateway, seen, behind);
        }
        switch (standing)
        {
            case ProfileStanding.InForce when last?.BehindMs is not null:
                EndFinding(gateway, ProfileRules.NotInForce, null, now);
                break;
            case ProfileStanding.Behind:
                PublishAgain(gateway);
                break;
            case ProfileStanding.Ahead:
                LookAtProfile(gateway);
                break;
        }
        if (behind is { } since && now - Time(since) >= ProfileRules.FindingAfter)
        {
            Finding(gateway, ProfileRules.NotInForce, "", now);
        }
    }

    /// <summary>Version and hash of what was issued last; null before the first.</summary>
    public ProfileMark? ProfileMarkOf(string gateway) =>
        One<SeenRow>("select version as Version, hash as Hash, null as BehindMs from profile where gateway = @gateway", new { gateway })?.Mark;

    private void SaveSeen(string gateway, ProfileMark? seen, long? behind) => Run(
        """
        insert into profile_seen (gateway, version, hash, behind_ms) values (@gateway, @version, @hash, @behind)
        on conflict (gateway) do update set version = excluded.version, hash = excluded.hash, behind_ms = excluded.behind_ms
        """, new { gateway, version = seen?.Version ?? 0, hash = seen?.Hash ?? "", behind });

    private sealed class ClinicalRow
    {
        public string Id { get; init; } = "";
        public string Version { get; init; } = "";
        public string ApprovedBy { get; init; } = "";
        public long ApprovedMs { get; init; }
        public string Jws { get; init; } = "";
        public SignedClinical Read() => new(Id, Version, new ContentApproval(ApprovedBy, Time(ApprovedMs)), Jws);
    }

    private sealed class ProfileRow
    {
        public string Gateway { get; init; } = "";
        public int Version { get; init; }
        public string Hash { get; init; } = "";
        public string Content { get; init; } = "";
        public byte[] Bundle { get; init; } = [];
        public IssuedProfile Read() => new(Gateway, new ProfileMark(Version, Hash), Content, Bundle);
    }

    private sealed class SeenRow
    {
        public int Version { get; init; }
        public string Hash { get; init; } = "";
        public long? BehindMs { get; init; }
        public ProfileMark? Mark => Version == 0 ? null : new ProfileMark(Version, Hash);
    }

    private sealed class LimitsRow
    {
        public long FromMs { get; init; }
        public string Zone { get; init; } = "";
        public int Scale { get; init; }
        public string? ScaleBy { get; init; }
        public long? ScaleMs { get; init; }
        public string Floor { get; init; } = "";
        public string Limits { get; init; } = "[]";

        public CitizenLimits Read() => new(Time(FromMs), Zone, Scale, ScaleBy is { } by && ScaleMs is { } at ? new ContentApproval(by, Time(at)) : null, Floor,
            JsonSerializer.Deserialize(Limits, LimitJson.Default.IReadOnlyListLimit)!);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<Limit>))]
internal sealed partial class LimitJson : JsonSerializerContext;
