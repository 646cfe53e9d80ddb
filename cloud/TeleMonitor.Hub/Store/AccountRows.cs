using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Hub.Store;

public sealed partial class StoreTransaction
{
    private const string AccountColumns =
        "person as Person, initials as Initials, password as Password, stamp as Stamp, authenticator as Authenticator, failed as Failed, locked_until_ms as LockedUntilMs, ended_ms as EndedMs";

    /// <summary>An account, or null.</summary>
    public Account? AccountOf(string person) => One<AccountRow>($"select {AccountColumns} from account where person = @person", new { person })?.Read();

    /// <summary>Everybody who has or had an account.</summary>
    public IReadOnlyList<Account> Accounts() => [.. Query<AccountRow>($"select {AccountColumns} from account order by person").Select(row => row.Read())];

    /// <summary>
    /// Everybody with an account as screens and paging know them: initials, and role and team of their first grant that holds. A role that is over
    /// still names what the person was when they acted. Neither password nor key is read.
    /// </summary>
    public Care.Routing.People Staff(DateTimeOffset now) => new("accounts", "", "", [.. Query<StaffRow>(
        """
        select account.person as Person, account.initials as Initials, main.role as Role, main.kind as Kind, main.unit as Unit
        from account left join role_grant main on main.id = coalesce(
          (select min(id) from role_grant g where g.person = account.person and g.from_ms <= @now and (g.to_ms is null or g.to_ms > @now)),
          (select max(id) from role_grant g where g.person = account.person))
        order by account.person
        """, new { now = Milliseconds(now) }).Select(row => row.Read())]);

    /// <summary>When somebody signed in last, as far back as the audit goes; null for never.</summary>
    public DateTimeOffset? SignedIn(string person) => One<long?>(
        """
        select at_ms from audit where person = @person and session = '' and citizen = '' and kind = 'account' and act = 'sign-in' and outcome = 'done'
        order by at_ms desc limit 1
        """, new { person }) is { } at ? Time(at) : null;

    /// <summary>Whose a grant is; null when there is none.</summary>
    public string? PersonOfGrant(long id) => One<string>("select person from role_grant where id = @id", new { id });

    /// <summary>Writes an account as it now is; false when the initials are somebody else's.</summary>
    public bool SaveAccount(Account account)
    {
        if (One<string>("select person from account where initials = @Initials", new { account.Initials }) is { } other && !string.Equals(other, account.Person, StringComparison.Ordinal))
        {
            return false;
        }
        Run("""
            insert into account (person, initials, password, stamp, authenticator, failed, locked_until_ms, ended_ms)
            values (@Person, @Initials, @Password, @Stamp, @Authenticator, @Failed, @locked, @ended)
            on conflict (person) do update set initials = excluded.initials, password = excluded.password, stamp = excluded.stamp, authenticator = excluded.authenticator,
              failed = excluded.failed, locked_until_ms = excluded.locked_until_ms, ended_ms = excluded.ended_ms
            """,
            new
            {
                account.Person, account.Initials, account.Password, account.Stamp, account.Authenticator, account.Failed,
                locked = account.LockedUntil is { } locked ? Milliseconds(locked) : (long?)null, ended = account.Ended is { } ended ? Milliseconds(ended) : (long?)null,
            });
        return true;
    }

    /// <summary>A code of the authenticator is used up; false when the same was used a moment ago: seen over a shoulder it is worth nothing.</summary>
    public bool UseCode(string person, string code, DateTimeOffset now, TimeSpan lives) => Run(
        "update account set last_code = @code, last_code_ms = @now where person = @person and (last_code is null or last_code <> @code or last_code_ms < @since)",
        new { person, code, now = Milliseconds(now), since = Milliseconds(now - lives) }) > 0;

    /// <summary>Keeps the hash of a code that somebody may choose a password with; one at a time.</summary>
    public void Invite(string person, string hash, DateTimeOffset until)
    {
        Run("delete from invitation where person = @person", new { person });
        Run("insert into invitation (hash, person, until_ms) values (@hash, @person, @until)", new { hash, person, until = Milliseconds(until) });
    }

    /// <summary>Whose code it is, while it holds; null for any other.</summary>
    public string? InvitedBy(string hash, DateTimeOffset now) => One<string>("select person from invitation where hash = @hash and until_ms > @now", new { hash, now = Milliseconds(now) });

    /// <summary>The code was used.</summary>
    public void EndInvitation(string hash) => Run("delete from invitation where hash = @hash", new { hash });

    /// <summary>No code of a person who has chosen no password yet holds any more.</summary>
    public void EndInvitationOf(string person) => Run("delete from invitation where person in (select person from account where person = @person and password is null)", new { person });

    /// <summary>Who signs in at a provider as this subject; null when nobody does.</summary>
    public string? PersonAt(string provider, string subject) =>
        One<string>("select person from account_login where provider = @provider and subject = @subject", new { provider, subject });

    /// <summary>A person signs in at a provider as this subject.</summary>
    public void SignsInAt(string provider, string subject, string person) => Run(
        "insert into account_login (provider, subject, person) values (@provider, @subject, @person) on conflict (provider, subject) do update set person = excluded.person",
        new { provider, subject, person });

    /// <summary>True when a person signs in at some provider.</summary>
    public bool SignsInAnywhere(string person) => One<bool>("select exists (select 1 from account_login where person = @person)", new { person });

    /// <summary>Nobody signs in at a provider as this subject any more.</summary>
    public void ForgetLogin(string provider, string subject) => Run("delete from account_login where provider = @provider and subject = @subject", new { provider, subject });

    /// <summary>A program's token: its id is a person of its own, with grants as any other.</summary>
    public void AddToken(string id, string hash, DateTimeOffset from, DateTimeOffset to, string by) =>
        Run("insert into api_token (id, hash, from_ms, to_ms, given_by) values (@id, @hash, @from, @to, @by)", new { id, hash, from = Milliseconds(from), to = Milliseconds(to), by });

    /// <summary>The id of a token that holds now, by its hash; null for any other.</summary>
    public string? TokenOf(string hash, DateTimeOffset now) =>
        One<string>("select id from api_token where hash = @hash and from_ms <= @now and to_ms > @now", new { hash, now = Milliseconds(now) });

    /// <summary>A token no longer holds; false when it had ended.</summary>
    public bool EndToken(string id, DateTimeOffset now) => Run("update api_token set to_ms = @now where id = @id and to_ms > @now", new { id, now = Milliseconds(now) }) > 0;

    /// <summary>Every token there is or was, by id.</summary>
    public IReadOnlyList<ApiToken> Tokens() => [.. Query<TokenRow>("select id as Id, from_ms as FromMs, to_ms as ToMs, given_by as GivenBy from api_token order by id")
        .Select(row => new ApiToken(row.Id, Time(row.FromMs), Time(row.ToMs), row.GivenBy))];

    /// <summary>True when a person or a token has or had this id: it stands in the audit and beside grants, and is nobody else's for ever.</summary>
    public bool IsTaken(string id) => One<bool>("select exists (select 1 from account where person = @id) or exists (select 1 from api_token where id = @id)", new { id });

    /// <summary>True when somebody who can sign in is an administrator.</summary>
    public bool HasAdministrator(DateTimeOffset now) => One<bool>(
        """
        select exists (select 1 from role_grant join account on account.person = role_grant.person
          where role = 'administrator' and from_ms <= @now and (to_ms is null or to_ms > @now) and ended_ms is null
            and (password is not null or exists (select 1 from account_login where account_login.person = account.person)))
        """,
        new { now = Milliseconds(now) });

    /// <summary>A person's grants that somebody gave, and that hold.</summary>
    public IReadOnlyList<(long Id, Grant Grant)> GrantsGivenBy(string by, string person, DateTimeOffset now) => [.. Query<GrantRow>(
        """
        select id as Id, role as Role, kind as Kind, unit as Unit, from_ms as FromMs, to_ms as ToMs from role_grant
        where person = @person and given_by = @by and from_ms <= @now and (to_ms is null or to_ms > @now) order by id
        """,
        new { person, by, now = Milliseconds(now) }).Select(row => (row.Id, row.Read()))];

    // by properties: the engine answers with wider types than a constructor asks for
    private sealed class TokenRow
    {
        public string Id { get; init; } = "";
        public long FromMs { get; init; }
        public long ToMs { get; init; }
        public string GivenBy { get; init; } = "";
    }

    // by properties, as below
    private sealed class StaffRow
    {
        public string Person { get; init; } = "";
        public string Initials { get; init; } = "";
        public string? Role { get; init; }
        public string? Kind { get; init; }
        public string? Unit { get; init; }

        public Person Read()
        {
            Grant? main = Role is null ? null : new GrantRow(0, Role, Kind ?? "", Unit ?? "", 0, null).Read();
            return new Person(Person, Initials, main?.Role ?? PersonRole.Machine, main is { Kind: UnitKind.Team } ? main.Unit : "");
        }
    }

    // by properties: a column without a value yet has no type of its own
    private sealed class AccountRow
    {
        public string Person { get; init; } = "";
        public string Initials { get; init; } = "";
        public string? Password { get; init; }
        public string Stamp { get; init; } = "";
        public string? Authenticator { get; init; }
        public long Failed { get; init; }
        public long? LockedUntilMs { get; init; }
        public long? EndedMs { get; init; }

        public Account Read() => new()
        {
            Person = Person, Initials = Initials, Password = Password, Stamp = Stamp, Authenticator = Authenticator, Failed = (int)Failed,
            LockedUntil = LockedUntilMs is { } locked ? Time(locked) : null, Ended = EndedMs is { } ended ? Time(ended) : null,
        };
    }
}

/// <summary>What a program signs in with; the token itself is kept nowhere.</summary>
/// <param name="Id">What stands beside everything the program reads.</param>
/// <param name="From">First moment.</param>
/// <param name="To">First moment at which it no longer holds.</param>
/// <param name="GivenBy">Who has given it.</param>
public sealed record ApiToken(string Id, DateTimeOffset From, DateTimeOffset To, string GivenBy);
