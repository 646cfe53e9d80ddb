using System.Security.Cryptography;
using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests;

/// <summary>What is signed comes from files, and the key lies in one.</summary>
public sealed class ProfileFilesTests : IDisposable
{
    private static readonly string Charts = Path.Combine(HubData.Find(null)!, "charts");

    private readonly TestHub hub = new();

    public void Dispose() => hub.Dispose();

    private DateTimeOffset Now => hub.Now;

    [Fact]
    public void A_file_that_is_wrong_or_lies_elsewhere_is_not_signed()
    {
        string folder = Directory.CreateTempSubdirectory("telemonitor-test-").FullName;
        try
        {
            string charts = Path.Combine(folder, "charts"), elsewhere = Path.Combine(folder, "tobs.json");
            Directory.CreateDirectory(charts);
            File.WriteAllText(Path.Combine(charts, "tobs.json"), File.ReadAllText(Path.Combine(Charts, "tobs.json")).Replace("\"version\"", "\"verson\"", StringComparison.Ordinal));
            File.Copy(Path.Combine(Charts, "tobs.json"), elsewhere);
            Assert.Null(ProfileFiles.Read([folder], "c", "1", new ContentApproval("Dr. A", Now), out IReadOnlyList<string> wrong));
            Assert.Contains(wrong, problem => problem.Contains("verson", StringComparison.Ordinal));
            Assert.Null(ProfileFiles.Read([elsewhere], "c", "1", new ContentApproval("Dr. A", Now), out wrong));
            Assert.Contains("its kind is not known", Assert.Single(wrong), StringComparison.Ordinal);
            Assert.Null(ProfileFiles.Read([Path.Combine(folder, "none.json")], "c", "1", new ContentApproval("Dr. A", Now), out wrong));
            Assert.NotEmpty(wrong);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_hubs_key_is_made_once_for_its_owner_only_and_its_public_half_lies_beside_it()
    {
        using ECDsa first = ProfileKeyFile.Open(hub.StoreFile), again = ProfileKeyFile.Open(hub.StoreFile);
        Assert.Equal(first.ExportSubjectPublicKeyInfo(), again.ExportSubjectPublicKeyInfo());
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(ProfileKeyFile.PathOf(hub.StoreFile)) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        string shown = File.ReadAllText(ProfileKeyFile.PublicPathOf(hub.StoreFile));
        Assert.DoesNotContain("PRIVATE", shown, StringComparison.Ordinal);
        Assert.Equal(first.ExportSubjectPublicKeyInfo(), Jws.ReadPublicKey(shown)!);
        File.WriteAllText(ProfileKeyFile.PathOf(hub.StoreFile), "no key");
        Assert.Contains("is no private key", Assert.Throws<IOException>(() => ProfileKeyFile.Open(hub.StoreFile)).Message, StringComparison.Ordinal);
    }
}
