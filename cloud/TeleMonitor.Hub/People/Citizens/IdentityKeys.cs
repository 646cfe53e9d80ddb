using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace TeleMonitor.Hub.People.Citizens;

/// <summary>An identity as it lies in the store.</summary>
/// <param name="Text">Encrypted.</param>
/// <param name="NumberKey">Keyed hash of the personal number: two citizens never have the same.</param>
/// <param name="Keys">Keyed hashes of everything it is found by, the number's among them.</param>
public sealed record ClosedIdentity(string Text, string NumberKey, IReadOnlyList<string> Keys);

/// <summary>
/// Encrypts identities and makes what they are searched by. Encryption is the framework's data protection: its keys lie beside the store and
/// follow one another, and what an older one closed still opens. The key of the search never changes; it lies there too, encrypted.
/// Without that folder a copy of the database tells nobody who anybody is, and neither does a backup: both belong in a backup, apart.
/// </summary>
public sealed class IdentityKeys
{
    private const string KeyFile = "identity-search.key";
    private const int KeyBytes = 32, ShownBytes = 16; // 128 bits of the hash: no two of a country's words meet
    private readonly IDataProtector identities;
    private readonly byte[] search;

    private IdentityKeys(IDataProtectionProvider keys, byte[] search) => (identities, this.search) = (keys.CreateProtector("TeleMonitor.Hub.People.Citizens.Identity"), search);

    /// <summary>Keys that end with the program: for a store in memory and for tests.</summary>
    public static IdentityKeys InMemory() => new(new EphemeralDataProtectionProvider(), RandomNumberGenerator.GetBytes(KeyBytes));

    /// <summary>The keys beside a store, made where there are none: the same for the web host and for a command.</summary>
    /// <param name="folder">The folder of the form keys.</param>
    /// <exception cref="IOException">The folder cannot be read or written, or is not the one the search key was made in; says so.</exception>
    public static IdentityKeys Open(string folder)
    {
        IDataProtectionProvider keys = ProviderOf(folder);
        IDataProtector ofSearch = keys.CreateProtector("TeleMonitor.Hub.People.Citizens.Search");
        string file = Path.Combine(folder, KeyFile);
        if (!File.Exists(file))
        {
            string made = $"{file}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
            using (var stream = new FileStream(made, OwnersOnly()))
            {
                stream.Write(ofSearch.Protect(RandomNumberGenerator.GetBytes(KeyBytes)));
                stream.Flush(flushToDisk: true);
            }
            try
            {
                File.Move(made, file, overwrite: false);
            }
            catch (IOException) when (File.Exists(file))
            {
                File.Delete(made); // another program made it first: that one counts
            }
        }
        try
        {
            return new IdentityKeys(keys, ofSearch.Unprotect(File.ReadAllBytes(file)));
        }
        catch (CryptographicException other)
        {
            throw new IOException($"{file}: no key beside it opens it, so nobody of the register would be found: put the whole folder back as it was", other);
        }
    }

    private static FileStreamOptions OwnersOnly()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        return options;
    }

    /// <summary>Where the keys of a store are.</summary>
    /// <param name="store">Path of the database.</param>
    public static string FolderOf(string store) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(store))!, "form-keys");

    /// <summary>Data protection over the folder, as the web host has it.</summary>
    public static IDataProtectionProvider ProviderOf(string folder)
    {
        DirectoryInfo at = OperatingSystem.IsWindows() ? Directory.CreateDirectory(folder)
            : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return DataProtectionProvider.Create(at, protection => protection.SetApplicationName("telemonitor-hub"));
    }

    /// <summary>Encrypts, and makes the hashes to search by.</summary>
    public ClosedIdentity Close(Identity identity)
    {
        string number = NumberKey(identity.Id), telephone = Identity.DigitsOf(identity.Telephone);
        IEnumerable<string> keys = [number, BirthKey(identity.Id.BirthDigits), .. Identity.WordsOf(identity.Name).Select(WordKey), .. telephone.Length > 0 ? [TelephoneKey(telephone)] : Array.Empty<string>()];
        return new ClosedIdentity(identities.Protect(identity.Write()), number, [.. keys.Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>Decrypts, by a key of any age.</summary>
    /// <returns>Null where no key opens it, or what lies there is no identity.</returns>
    public Identity? Open(ClosedIdentity closed) => OpenText(closed.Text);

    /// <inheritdoc cref="Open(ClosedIdentity)"/>
    public Identity? OpenText(string closed)
    {
        try
        {
            return Identity.Read(identities.Unprotect(closed));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Keyed hash of a personal number.</summary>
    public string NumberKey(PersonalId id) => Key('n', id.Number);

    /// <summary>Keyed hash of a birth date, DDMMYY.</summary>
    public string BirthKey(string digits) => Key('b', digits);

    /// <summary>Keyed hash of one word of a name, as <see cref="Identity.WordsOf"/> gives it.</summary>
    public string WordKey(string word) => Key('w', word);

    /// <summary>Keyed hash of a telephone number, as <see cref="Identity.DigitsOf"/> gives it.</summary>
    public string TelephoneKey(string digits) => Key('t', digits);

    private string Key(char kind, string text) => Convert.ToHexStringLower(HMACSHA256.HashData(search, Encoding.UTF8.GetBytes($"{kind}:{text}")).AsSpan(0, ShownBytes));
}
