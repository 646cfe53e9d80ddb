using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub.People.Citizens;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Cloud.Tests.People.Citizens;

/// <summary>Who a citizen is lies encrypted, is found by keyed hashes, and is nobody else's.</summary>
public sealed class IdentityTests : IDisposable
{
    private const string Number = "2512489996", Name = "Søren Ærø-Ångström", Telephone = "+45 00 00 00 17", Address = "Prøvevej 17, 6200 Aabenraa";
    private readonly string folder = Directory.CreateTempSubdirectory("telemonitor-test-").FullName;
    private readonly TestHub hub = new();

    public void Dispose()
    {
        hub.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("Søren Ærø-Ångström", "soeren aeroe aangstrom")]
    [InlineData("SØREN  soren", "soeren soren")]
    [InlineData("Åse Aase", "aase")]
    [InlineData("Ca\u0301rla O'Neill, René", "carla oneill rene")]
    [InlineData(" - ", "")]
    public void Names_are_searched_by_their_plain_words(string name, string words) => Assert.Equal(words, string.Join(' ', Identity.WordsOf(name)));

    [Theory]
    [InlineData("00 00 00 17", "00000017")]
    [InlineData("+45 00 00 00 17", "00000017")]
    [InlineData("0045 00000017", "00000017")]
    [InlineData("+49 461 17", "4946117")]
    [InlineData("ukendt", "")]
    public void Telephones_are_searched_by_their_digits(string telephone, string digits) => Assert.Equal(digits, Identity.DigitsOf(telephone));

    [Theory]
    [InlineData("Borger Et", "BE")]
    [InlineData("anna marie sørensen", "AS")]
    [InlineData("Øjvind", "Ø")]
    [InlineData("", "")]
    public void Lists_show_initials(string name, string initials) => Assert.Equal(initials, Of(name: name).Initials);

    [Fact]
    public void What_one_program_closes_another_opens_and_finds()
    {
        ClosedIdentity closed = IdentityKeys.Open(folder).Close(Of());
        IdentityKeys other = IdentityKeys.Open(folder);
        Identity opened = other.Open(closed)!;
        Assert.Equal((Number, Name, Address, Telephone), (opened.Id.Number, opened.Name, opened.Address, opened.Telephone));
        Assert.Equal([new Relative("Pårørende Et", "00 00 00 18", "søster")], opened.Relatives);
        Assert.Equal(closed.NumberKey, other.NumberKey(PersonalId.Read("251248-9996").Id!));
        Assert.Contains(other.BirthKey("251248"), closed.Keys);
        Assert.Contains(other.WordKey("soeren"), closed.Keys);
        Assert.Contains(other.WordKey("aangstrom"), closed.Keys);
        Assert.Contains(other.TelephoneKey("00000017"), closed.Keys);
        Assert.DoesNotContain(other.WordKey("soer"), closed.Keys);
    }

    [Fact]
    public void Other_keys_open_nothing_and_find_nothing()
    {
        ClosedIdentity closed = IdentityKeys.Open(folder).Close(Of());
        IdentityKeys stranger = IdentityKeys.InMemory();
        Assert.Null(stranger.Open(closed));
        Assert.DoesNotContain(stranger.NumberKey(Of().Id), closed.Keys);
    }

    [Fact]
    public void A_search_key_without_the_keys_it_was_made_with_is_refused_and_says_why()
    {
        IdentityKeys.Open(folder);
        foreach (string key in Directory.GetFiles(folder, "key-*.xml"))
        {
            File.Delete(key);
        }
        Assert.Contains("identity-search.key", Assert.Throws<IOException>(() => IdentityKeys.Open(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_older_key_closed_still_opens_and_is_closed_anew_by_the_newer()
    {
        IdentityKeys before = IdentityKeys.Open(folder);
        ClosedIdentity closed = before.Close(Of());
        // the framework's key of today is another one from here on
        using ServiceProvider services = new ServiceCollection().AddDataProtection().SetApplicationName("telemonitor-hub").PersistKeysToFileSystem(new DirectoryInfo(folder)).Services.BuildServiceProvider();
        IKeyManager keys = services.GetRequiredService<IKeyManager>();
        DateTimeOffset made = keys.GetAllKeys().First().CreationDate.AddMilliseconds(1);
        keys.CreateNewKey(made, made.AddDays(200));
        IdentityKeys after = IdentityKeys.Open(folder);
        Assert.Equal(Name, after.Open(closed)!.Name);
        Assert.Equal(closed.NumberKey, after.NumberKey(Of().Id));
        Assert.Equal(Name, before.Open(closed)!.Name);
        Assert.Equal(Number, after.Open(after.Close(after.Open(closed)!))!.Id.Number);
    }

    [Fact]
    public void The_store_keeps_one_citizen_per_number_and_finds_them_by_what_is_true_now()
    {
        IdentityKeys keys = IdentityKeys.Open(folder);
        Assert.Null(hub.Store.Write(write => write.SaveIdentity("c-1", keys.Close(Of()), "lne", hub.Now)));
        Assert.Equal("c-1", hub.Store.Write(write => write.SaveIdentity("c-2", keys.Close(Of(name: "En Anden")), "lne", hub.Now)));
        Assert.Null(hub.Store.Read(read => read.CitizenRowOf("c-2")));
        Assert.Null(hub.Store.Write(write => write.SaveIdentity("c-1", keys.Close(Of(name: "Nyt Navn")), "lne", hub.Now)));
        CitizenRow row = hub.Store.Read(read => read.CitizenRowOf("c-1"))!;
        Assert.Equal((2L, "lne", null), (row.Version, row.RegisteredBy, row.EndedAt));
        Assert.Equal("Nyt Navn", keys.OpenText(row.Closed)!.Name);
        Assert.Empty(hub.Store.Read(read => read.CitizensWith(keys.WordKey("soeren"))));
        Assert.Equal(["c-1"], hub.Store.Read(read => read.CitizensWith(keys.WordKey("navn"))));
    }

    [Fact]
    public void The_files_of_the_store_hold_no_name_no_number_and_no_telephone()
    {
        IdentityKeys keys = IdentityKeys.Open(folder);
        hub.Store.Write(write => write.SaveIdentity("c-1", keys.Close(Of()), "lne", hub.Now));
        string[] files = Directory.GetFiles(Path.GetDirectoryName(hub.StoreFile)!, Path.GetFileName(hub.StoreFile) + "*");
        Assert.Contains(files, file => file.EndsWith("-wal", StringComparison.Ordinal));
        byte[] all = [.. files.SelectMany(ReadShared)];
        Assert.True(all.AsSpan().IndexOf("c-1"u8) >= 0); // it is these files that hold it
        foreach (string secret in new[] { Number, "Søren", "søren", "soeren", "Ångström", "00 00 00 17", "00000017", "Prøvevej", "Pårørende" })
        {
            Assert.True(all.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0, $"the store's files hold {secret}");
            Assert.True(all.AsSpan().IndexOf(Encoding.Unicode.GetBytes(secret)) < 0, $"the store's files hold {secret}");
        }
    }

    [Fact]
    public void A_consent_is_given_once_withdrawn_once_and_given_anew()
    {
        bool Give() => hub.Store.Write(write => write.GiveConsent("c-1", ConsentKind.Monitoring, "lne", hub.Now));
        bool Withdraw() => hub.Store.Write(write => write.WithdrawConsent("c-1", ConsentKind.Monitoring, "lne", hub.Now));
        Assert.Equal((true, false, true, false, true), (Give(), Give(), Withdraw(), Withdraw(), Give()));
        Assert.Equal([true, false], hub.Store.Read(read => read.ConsentsOf("c-1")).Select(consent => consent.WithdrawnAt is not null));
    }

    private static Identity Of(string name = Name) => new(PersonalId.Read(Number).Id!, name, Address, Telephone, [new Relative("Pårørende Et", "00 00 00 18", "søster")]);

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
