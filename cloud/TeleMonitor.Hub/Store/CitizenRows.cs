using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.People.Citizens;

namespace TeleMonitor.Hub.Store;

/// <summary>What a citizen may agree to.</summary>
public enum ConsentKind : byte
{
    /// <summary>Being monitored at home: without it no kit is lent.</summary>
    Monitoring,
    /// <summary>Their data being shared with general practitioner and hospital.</summary>
    Sharing,
    /// <summary>Their relatives being told.</summary>
    Relatives,
}

/// <summary>A citizen of the register.</summary>
/// <param name="Citizen">Pseudonym.</param>
/// <param name="Closed">Identity, encrypted.</param>
/// <param name="Version">Counts the acts; what a person must have seen to act.</param>
/// <param name="RegisteredAt">When.</param>
/// <param name="RegisteredBy">By whom.</param>
/// <param name="EndedAt">When monitoring ended; null while it has not.</param>
/// <param name="EndReason">Why it ended.</param>
/// <param name="RestrictedAt">Since when their data is only kept; null while it is not.</param>
public sealed record CitizenRow(
    string Citizen, string Closed, long Version, DateTimeOffset RegisteredAt, string RegisteredBy, DateTimeOffset? EndedAt, string? EndReason, DateTimeOffset? RestrictedAt);

/// <summary>Something a citizen has agreed to.</summary>
/// <param name="Kind">What to.</param>
/// <param name="GivenAt">When.</param>
/// <param name="GivenBy">Who wrote it down.</param>
/// <param name="WithdrawnAt">Since when no longer; null while it holds.</param>
public sealed record Consent(ConsentKind Kind, DateTimeOffset GivenAt, string GivenBy, DateTimeOffset? WithdrawnAt);

public sealed partial class StoreTransaction
{
    /// <summary>A citizen of the register; null for one whose identity nobody has written down.</summary>
    public CitizenRow? CitizenRowOf(string citizen) => Query<CitizenRecord>(
        """
        select citizen as Citizen, identity as Identity, version as Version, registered_ms as RegisteredMs, registered_by as RegisteredBy, ended_ms as EndedMs,
          end_reason as EndReason, restricted_ms as RestrictedMs
        from citizen where citizen = @citizen
        """, new { citizen }).FirstOrDefault()?.Read();

    /// <summary>Writes down who a citizen is, for the first time or anew.</summary>
    /// <param name="citizen">Pseudonym.</param>
    /// <param name="identity">As <see cref="IdentityKeys.Close"/> gives it.</param>
    /// <param name="by">Who writes it.</param>
    /// <param name="now">Hub time.</param>
    /// <returns>The other citizen who has the same personal number, and then nothing was written; null when it was.</returns>
    public string? SaveIdentity(string citizen, ClosedIdentity identity, string by, DateTimeOffset now)
    {
        if (CitizensWith(identity.NumberKey).FirstOrDefault(other => !string.Equals(other, citizen, StringComparison.Ordinal)) is { } taken)
        {
            return taken;
        }
        Run(
            """
            insert into citizen (citizen, identity, version, registered_ms, registered_by) values (@citizen, @Text, 1, @now, @by)
            on conflict (citizen) do update set identity = excluded.identity, version = citizen.version + 1
            """, new { citizen, identity.Text, now = Milliseconds(now), by });
        Run("delete from citizen_search where citizen = @citizen", new { citizen });
        foreach (string key in identity.Keys)
        {
            Run("insert into citizen_search (key, citizen) values (@key, @citizen)", new { key, citizen });
        }
        return null;
    }

    /// <summary>Encrypts an identity anew, by the key of today; nothing else about the citizen changes.</summary>
    public void CloseAnew(string citizen, string closed) => Run("update citizen set identity = @closed where citizen = @citizen", new { citizen, closed });

    /// <summary>Citizens who are found by a keyed hash, by pseudonym.</summary>
    public IReadOnlyList<string> CitizensWith(string key) => [.. Query<string>("select citizen from citizen_search where key = @key order by citizen", new { key })];

    /// <summary>Pseudonyms of the register from one on, in their order.</summary>
    public IReadOnlyList<string> RegisteredAfter(string citizen, int most) =>
        [.. Query<string>("select citizen from citizen where citizen > @citizen order by citizen limit @most + 0", new { citizen, most })];

    /// <summary>True when a pseudonym is somebody's.</summary>
    public bool IsCitizen(string citizen) => One<bool>(
        "select exists (select 1 from citizen where citizen = @citizen) or exists (select 1 from assignment where citizen = @citizen) or exists (select 1 from place where citizen = @citizen)", new { citizen });

    /// <summary>One more act on a citizen.</summary>
    public void CountAct(string citizen) => Run("update citizen set version = version + 1 where citizen = @citizen", new { citizen });

    /// <summary>A citizen agrees; nothing when they do already.</summary>
    public bool GiveConsent(string citizen, ConsentKind kind, string by, DateTimeOffset now) => Run(
        """
        insert into consent (citizen, kind, given_ms, given_by) select @citizen, @kind, @now, @by
        where not exists (select 1 from consent where citizen = @citizen and kind = @kind and withdrawn_ms is null)
        """, new { citizen, kind = CaseWord.Of(kind), now = Milliseconds(now), by }) > 0;

    /// <summary>A citizen no longer agrees; false when they did not.</summary>
    public bool WithdrawConsent(string citizen, ConsentKind kind, string by, DateTimeOffset now) => Run(
        "update consent set withdrawn_ms = @now, withdrawn_by = @by where citizen = @citizen and kind = @kind and withdrawn_ms is null",
        new { citizen, kind = CaseWord.Of(kind), now = Milliseconds(now), by }) > 0;

    /// <summary>What a citizen has agreed to, and what of it was withdrawn, oldest first.</summary>
    public IReadOnlyList<Consent> ConsentsOf(string citizen) => [.. Query<ConsentRecord>(
        "select kind as Kind, given_ms as GivenMs, given_by as GivenBy, withdrawn_ms as WithdrawnMs from consent where citizen = @citizen order by id", new { citizen }).Select(row => row.Read())];

    // by properties: a column without a value yet has no type of its own
    private sealed class CitizenRecord
    {
        public string Citizen { get; init; } = "";
        public string Identity { get; init; } = "";
        public long Version { get; init; }
        public long RegisteredMs { get; init; }
        public string RegisteredBy { get; init; } = "";
        public long? EndedMs { get; init; }
        public string? EndReason { get; init; }
        public long? RestrictedMs { get; init; }

        public CitizenRow Read() => new(Citizen, Identity, Version, Time(RegisteredMs), RegisteredBy, EndedMs is { } ended ? Time(ended) : null, EndReason, RestrictedMs is { } restricted ? Time(restricted) : null);
    }

    private sealed class ConsentRecord
    {
        public string Kind { get; init; } = "";
        public long GivenMs { get; init; }
        public string GivenBy { get; init; } = "";
        public long? WithdrawnMs { get; init; }

        public Consent Read()
        {
            CaseWord.TryRead(Kind, out ConsentKind kind);
            return new Consent(kind, Time(GivenMs), GivenBy, WithdrawnMs is { } withdrawn ? Time(withdrawn) : null);
        }
    }
}
