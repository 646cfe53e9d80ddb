using System.Security.Cryptography;

namespace TeleMonitor.Hub;

/// <summary>
/// The key by which this hub signs settings: made at the first start, beside the store, readable by its owner only. Its public half lies
/// beside it, for the set-up of gateways.
/// </summary>
internal static class ProfileKeyFile
{
    /// <summary>The private key, PEM.</summary>
    public static string PathOf(string store) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(store))!, "profile-key.pem");

    /// <summary>The public key, PEM.</summary>
    public static string PublicPathOf(string store) => Path.ChangeExtension(PathOf(store), ".pub");

    /// <summary>Reads the key; makes it when there is none.</summary>
    /// <exception cref="IOException">It can be neither read nor made, or is no key.</exception>
    public static ECDsa Open(string store)
    {
        string file = PathOf(store);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            if (!File.Exists(file))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                Make(file, key.ExportPkcs8PrivateKeyPem());
            }
            key.ImportFromPem(File.ReadAllText(file));
            string shown = key.ExportSubjectPublicKeyInfoPem() + "\n";
            if (!File.Exists(PublicPathOf(store)) || !string.Equals(File.ReadAllText(PublicPathOf(store)), shown, StringComparison.Ordinal))
            {
                File.WriteAllText(PublicPathOf(store), shown);
            }
            return key;
        }
        catch (Exception bad) when (bad is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new IOException($"{file} is no private key in PEM: {bad.Message}", bad);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    // whole or not at all: a second process that starts meanwhile reads the key of the first
    private static void Make(string file, string pem)
    {
        string made = $"{file}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // nobody else's to read, from its first byte on
        }
        using (var stream = new FileStream(made, options))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(pem + "\n"));
            stream.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(made, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(made);
        }
    }
}
