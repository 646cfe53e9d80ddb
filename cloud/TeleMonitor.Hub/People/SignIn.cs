using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.People;

/// <summary>How an attempt to sign in ended.</summary>
/// <param name="Account">Whose it is; null when it was refused. Nothing says which part was wrong.</param>
/// <param name="LockedUntil">Locked until then, for everybody who tries; null while not.</param>
public sealed record SignInAnswer(Account? Account, DateTimeOffset? LockedUntil);

/// <summary>Signs people in: password, and the code of their authenticator. Hashing, counting, locking and codes are the framework's.</summary>
/// <param name="users">The framework's identity.</param>
/// <param name="store">Store.</param>
/// <param name="clock">Hub time.</param>
public sealed class SignIn(UserManager<Account> users, HubStore store, TimeProvider clock)
{
    /// <summary>Scheme and claim names.</summary>
    public const string Scheme = "tm", PersonClaim = "person", SessionClaim = "session", StampClaim = "stamp", SinceClaim = "since";

    /// <summary>Without use for so long a session ends.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(15);
    /// <summary>However much it is used, a session ends after so long: a shift and its hand-over.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);
    /// <summary>An invitation holds so long.</summary>
    public static readonly TimeSpan InvitationHolds = TimeSpan.FromDays(2);
    /// <summary>The framework accepts a code for two steps of 30 s around its own.</summary>
    private static readonly TimeSpan CodeLives = TimeSpan.FromMinutes(5);
    private static readonly string Nobodys = new PasswordHasher<Account>().HashPassword(new Account { Person = "", Initials = "" }, Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));

    /// <summary>Tries name, password and code; each attempt is a line of the audit.</summary>
    /// <param name="name">As typed.</param>
    /// <param name="password">As typed.</param>
    /// <param name="code">Six digits; empty where the person has no authenticator yet.</param>
    public async Task<SignInAnswer> Try(string name, string password, string code)
    {
        Account? account = await users.FindByNameAsync(name);
        if (account is null || account.Ended is not null || account.Password is null)
        {
            // as long as for somebody who exists
            users.PasswordHasher.VerifyHashedPassword(new Account { Person = "", Initials = "" }, Nobodys, password);
            return Refuse("", null);
        }
        if (await users.IsLockedOutAsync(account))
        {
            users.PasswordHasher.VerifyHashedPassword(account, Nobodys, password);
            return Refuse(account.Person, account.LockedUntil);
        }
        bool right = await users.CheckPasswordAsync(account, password);
        if (account.Authenticator is not null)
        {
            string digits = code.Replace(" ", "", StringComparison.Ordinal);
            right &= await users.VerifyTwoFactorTokenAsync(account, TokenOptions.DefaultAuthenticatorProvider, digits)
                && store.Write(write => write.UseCode(account.Person, digits, clock.GetUtcNow(), CodeLives));
        }
        if (!right)
        {
            await users.AccessFailedAsync(account);
            return Refuse(account.Person, await users.IsLockedOutAsync(account) ? account.LockedUntil : null);
        }
        await users.ResetAccessFailedCountAsync(account);
        Say(account.Person, "sign-in", AuditOutcome.Done);
        return new SignInAnswer(account, null);
    }

    /// <summary>What a session's cookie says: who, which session, since when, and by which stamp.</summary>
    public ClaimsPrincipal Begin(Account account) => new(new ClaimsIdentity(
        [
            new Claim(PersonClaim, account.Person), new Claim(SessionClaim, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))), new Claim(StampClaim, account.Stamp),
            new Claim(SinceClaim, clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ], Scheme, PersonClaim, null));

    /// <summary>True while a session's account is as it was when it began, and its longest time is not over.</summary>
    public bool Holds(ClaimsPrincipal principal) =>
        principal.FindFirstValue(PersonClaim) is { } person && store.Read(read => read.AccountOf(person)) is { Ended: null } account
        && string.Equals(principal.FindFirstValue(StampClaim), account.Stamp, StringComparison.Ordinal)
        && long.TryParse(principal.FindFirstValue(SinceClaim), out long since) && clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(since) < Longest;

    /// <summary>A new code to choose a password with, and until when; what the person had is over when it is used.</summary>
    public static (string Code, DateTimeOffset Until) Invite(StoreTransaction write, string person, DateTimeOffset now)
    {
        string code = NewCode();
        write.Invite(person, HashOf(code), now + InvitationHolds);
        return (code, now + InvitationHolds);
    }

    /// <summary>Chooses the password, and the authenticator where a key is given, by an invitation. Every problem; none when it is done.</summary>
    public async Task<IReadOnlyList<string>> Join(string code, string password, string? key, string digits)
    {
        string hash = HashOf(code.Trim());
        if (store.Read(read => read.InvitedBy(hash, clock.GetUtcNow())) is not { } person || await users.FindByIdAsync(person) is not { Ended: null } account)
        {
            return ["join-code"];
        }
        var problems = new List<string>();
        foreach (IPasswordValidator<Account> validator in users.PasswordValidators)
        {
            problems.AddRange((await validator.ValidateAsync(users, account, password)).Errors.Select(_ => "join-password"));
        }
        account.Authenticator = key;
        if (key is not null && !await users.VerifyTwoFactorTokenAsync(account, TokenOptions.DefaultAuthenticatorProvider, digits.Replace(" ", "", StringComparison.Ordinal)))
        {
            problems.Add("join-digits");
        }
        if (problems.Count > 0)
        {
            return [.. problems.Distinct(StringComparer.Ordinal)];
        }
        account.Password = users.PasswordHasher.HashPassword(account, password);
        (account.Failed, account.LockedUntil) = (0, null);
        await users.UpdateSecurityStampAsync(account); // writes the account whole
        store.Write(write => write.EndInvitation(hash));
        Say(person, "join", AuditOutcome.Done);
        return [];
    }

    /// <summary>How a code or a token is kept: nobody who reads the database can use it.</summary>
    public static string HashOf(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)));

    /// <summary>A code that is not guessed: 100 bits, in letters and digits that are not taken for one another.</summary>
    public static string NewCode() => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 20);

    /// <summary>Changes when everything the account has given out is to be over.</summary>
    public static string NewStamp() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private SignInAnswer Refuse(string person, DateTimeOffset? lockedUntil)
    {
        Say(person, "sign-in", AuditOutcome.Denied);
        return new SignInAnswer(null, lockedUntil);
    }

    private void Say(string person, string act, AuditOutcome outcome) =>
        store.Write(write => write.AddAudit([new AuditEntry(clock.GetUtcNow(), person, "", "", "", act, "account", "", "", outcome)]));
}
