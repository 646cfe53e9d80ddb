using System.Net;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Boards;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Cloud.Tests.People;

/// <summary>How the first administrator comes into a hub in which nobody is one.</summary>
public sealed class FirstAdministratorTests : IAsyncLifetime
{
    private BoardHost host = null!;

    public async Task InitializeAsync() => host = await BoardHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task The_newest_code_makes_somebody_administrator_and_then_there_is_none_any_more()
    {
        string old = Invite()!.Value.Code;
        (string person, string code, DateTimeOffset until) = Invite()!.Value; // the next start
        Assert.Equal(("administrator", host.Clock.Now + SignIn.InvitationHolds), (person, until));
        using BoardBrowser browser = host.Stranger();
        Assert.Equal(HttpStatusCode.BadRequest, await Join(browser, old));
        Assert.Equal(HttpStatusCode.SeeOther, await Join(browser, code));
        Assert.Null(Invite());
        await browser.Open("/sign-in");
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.Send("/sign-in", ("user", person), ("password", "a long password of mine"), ("code", ""))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.Open("/support")).StatusCode);
    }

    [Fact]
    public async Task A_code_that_nobody_needs_any_more_holds_no_more()
    {
        string code = Invite()!.Value.Code;
        host.AddPerson("chief", new Grant(PersonRole.Administrator, UnitKind.Hub, "", host.Clock.Now, null));
        Assert.Null(Invite());
        using BoardBrowser browser = host.Stranger();
        Assert.Equal(HttpStatusCode.BadRequest, await Join(browser, code));
    }

    [Fact]
    public void Whoever_has_ended_or_is_no_administrator_any_more_does_not_count_and_loses_nothing_to_the_next()
    {
        host.AddPerson("administrator", new Grant(PersonRole.Administrator, UnitKind.Hub, "", DateTimeOffset.UnixEpoch, host.Clock.Now));
        Account before = host.Store.Read(read => read.AccountOf("administrator"))!;
        Assert.Equal("administrator-2", Invite()!.Value.Person);
        Assert.Equal(before.Password, host.Store.Read(read => read.AccountOf("administrator"))!.Password);
        host.Store.Write(write =>
        {
            Account second = write.AccountOf("administrator-2")!;
            second.Ended = host.Clock.Now;
            write.SaveAccount(second);
        });
        Assert.Equal("administrator-3", Invite()!.Value.Person);
    }

    [Fact]
    public void An_account_to_which_a_workplace_leads_is_not_given_away()
    {
        host.Store.Write(write =>
        {
            write.SaveAccount(new Account { Person = "administrator", Initials = "ADM", Stamp = "1" });
            write.SignsInAt("https://login.example.dk", "s-1", "administrator");
        });
        Assert.Equal("administrator-2", Invite()!.Value.Person);
    }

    private (string Person, string Code, DateTimeOffset Until)? Invite() => FirstAdministrator.Invite(host.Store, host.Clock.Now);

    private static async Task<HttpStatusCode> Join(BoardBrowser browser, string code)
    {
        await browser.Open("/join");
        return (await browser.Send("/join", ("invitation", code), ("password", "a long password of mine"), ("later", "yes"))).StatusCode;
    }
}
