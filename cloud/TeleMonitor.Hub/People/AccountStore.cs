using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.People;

/// <summary>The framework's identity over the hub's own store: it hashes, counts and locks; the rows are ours. A person's id is the name they sign in with.</summary>
/// <param name="store">Store.</param>
/// <param name="keys">Encrypts the authenticator's key.</param>
public sealed class AccountStore(HubStore store, IDataProtectionProvider keys)
    : IUserPasswordStore<Account>, IUserLockoutStore<Account>, IUserSecurityStampStore<Account>, IUserAuthenticatorKeyStore<Account>, IUserTwoFactorStore<Account>
{
    private readonly IDataProtector authenticators = keys.CreateProtector("TeleMonitor.Hub.People.Authenticator");

    /// <inheritdoc/>
    public Task<Account?> FindByIdAsync(string userId, CancellationToken cancellationToken) => Task.FromResult(Open(store.Read(read => read.AccountOf(userId))));

    /// <inheritdoc/>
    public Task<Account?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => FindByIdAsync(Person(normalizedUserName), cancellationToken);

    /// <inheritdoc/>
    public Task<IdentityResult> CreateAsync(Account user, CancellationToken cancellationToken) => UpdateAsync(user, cancellationToken);

    /// <inheritdoc/>
    public Task<IdentityResult> UpdateAsync(Account user, CancellationToken cancellationToken)
    {
        Account closed = new()
        {
            Person = user.Person, Initials = user.Initials, Password = user.Password, Stamp = user.Stamp, Failed = user.Failed,
            LockedUntil = user.LockedUntil, Ended = user.Ended, Authenticator = user.Authenticator is { } key ? authenticators.Protect(key) : null,
        };
        return Task.FromResult(store.Write(write => write.SaveAccount(closed)) ? IdentityResult.Success
            : IdentityResult.Failed(new IdentityError { Code = "initials", Description = $"the initials {user.Initials} are somebody else's" }));
    }

    /// <inheritdoc/>
    public Task<IdentityResult> DeleteAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult(IdentityResult.Failed(new IdentityError { Code = "kept", Description = "an account is ended and never deleted: what the person did keeps its initials" }));

    /// <inheritdoc/>
    public Task<string> GetUserIdAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Person);

    /// <inheritdoc/>
    public Task<string?> GetUserNameAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Person);

    /// <inheritdoc/>
    public Task<string?> GetNormalizedUserNameAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Person);

    /// <inheritdoc/>
    public Task SetUserNameAsync(Account user, string? userName, CancellationToken cancellationToken) => Task.CompletedTask; // the id is the name, and never changes

    /// <inheritdoc/>
    public Task SetNormalizedUserNameAsync(Account user, string? normalizedName, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task SetPasswordHashAsync(Account user, string? passwordHash, CancellationToken cancellationToken) => Set(() => user.Password = passwordHash);

    /// <inheritdoc/>
    public Task<string?> GetPasswordHashAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Password);

    /// <inheritdoc/>
    public Task<bool> HasPasswordAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Password is not null);

    /// <inheritdoc/>
    public Task<DateTimeOffset?> GetLockoutEndDateAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.LockedUntil);

    /// <inheritdoc/>
    public Task SetLockoutEndDateAsync(Account user, DateTimeOffset? lockoutEnd, CancellationToken cancellationToken) => Set(() => user.LockedUntil = lockoutEnd);

    /// <inheritdoc/>
    public Task<int> IncrementAccessFailedCountAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(++user.Failed);

    /// <inheritdoc/>
    public Task ResetAccessFailedCountAsync(Account user, CancellationToken cancellationToken) => Set(() => user.Failed = 0);

    /// <inheritdoc/>
    public Task<int> GetAccessFailedCountAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Failed);

    /// <inheritdoc/>
    public Task<bool> GetLockoutEnabledAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(true);

    /// <inheritdoc/>
    public Task SetLockoutEnabledAsync(Account user, bool enabled, CancellationToken cancellationToken) => Task.CompletedTask; // everybody's

    /// <inheritdoc/>
    public Task SetSecurityStampAsync(Account user, string stamp, CancellationToken cancellationToken) => Set(() => user.Stamp = stamp);

    /// <inheritdoc/>
    public Task<string?> GetSecurityStampAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Stamp);

    /// <inheritdoc/>
    public Task SetAuthenticatorKeyAsync(Account user, string key, CancellationToken cancellationToken) => Set(() => user.Authenticator = key);

    /// <inheritdoc/>
    public Task<string?> GetAuthenticatorKeyAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Authenticator);

    /// <inheritdoc/>
    public Task SetTwoFactorEnabledAsync(Account user, bool enabled, CancellationToken cancellationToken) => Task.CompletedTask; // by whether there is a key

    /// <inheritdoc/>
    public Task<bool> GetTwoFactorEnabledAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Authenticator is not null);

    /// <inheritdoc/>
    public void Dispose()
    {
        // owns nothing: the store outlives every request
    }

    /// <summary>Names are small letters: how a person types theirs makes no difference.</summary>
    internal static string Person(string typed) => typed.Trim().ToLowerInvariant();

    private Account? Open(Account? account)
    {
        if (account?.Authenticator is { } closed)
        {
            account.Authenticator = authenticators.Unprotect(closed);
        }
        return account;
    }

    private static Task Set(Action set)
    {
        set();
        return Task.CompletedTask;
    }
}
