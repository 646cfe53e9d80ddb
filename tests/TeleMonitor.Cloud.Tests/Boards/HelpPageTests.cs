using TeleMonitor.Care.Cases;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>What a nurse sees of a citizen who asks for help.</summary>
public sealed class HelpPageTests : IAsyncLifetime
{
    private BoardHost host = null!;

    public async Task InitializeAsync() => host = await BoardHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [InlineData("/", "Rød", "Borgeren beder om hjælp. Ring til borgeren.", "Sidst målt: respiration 22", "kald om hjælp")]
    [InlineData("/?lang=en", "Red", "The citizen asks for help. Call the citizen.", "Measured last: respiration 22", "call for help")]
    public async Task A_call_for_help_stands_on_the_worklist_in_Danish_and_English_with_what_was_measured_last(string address, params string[] expected)
    {
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Yellow);
        host.Clock.Now = host.Clock.Now.AddMinutes(3);
        host.Press(BoardHost.Aabenraa);
        CareCase help = host.OpenCases().Single(@case => @case.Kind == CaseKind.Help);
        using BoardBrowser browser = host.Browser();
        await browser.Open($"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}case={help.Id}");
        Assert.All(expected, said => Assert.Contains(said, browser.Text, StringComparison.Ordinal));
        Assert.Contains("3 min", browser.Text, StringComparison.Ordinal); // a value never stands without its age
        Assert.True(browser.Html.IndexOf($"case-{help.Id}", StringComparison.Ordinal) < browser.Html.IndexOf($"id=\"case-{host.OpenCases().Single(@case => @case.Kind == CaseKind.Clinical).Id}\"", StringComparison.Ordinal)); // Red above Yellow
    }

    [Fact]
    public async Task A_call_before_anything_was_measured_says_so_and_repeats_are_counted()
    {
        host.Press(BoardHost.Aabenraa);
        host.Clock.Now = host.Clock.Now.AddMinutes(1);
        host.Press(BoardHost.Aabenraa);
        using BoardBrowser browser = host.Browser();
        await browser.Open();
        foreach (string said in new[] { "Borgeren har bedt om hjælp 2 gange. Ring til borgeren.", "Ingen målinger før kaldet.", "ingen værdier", "Ingen har den" })
        {
            Assert.Contains(said, browser.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_nurse_takes_assesses_and_closes_it_and_a_press_after_the_assessment_opens_it_again()
    {
        host.Press(BoardHost.Aabenraa);
        CareCase help = Assert.Single(host.OpenCases());
        string person = host.Data.People.All[0].Id, page = $"/?case={help.Id}";
        using BoardBrowser browser = host.Browser();
        await browser.Choose(person, page);
        await browser.Send($"/cases/{help.Id}/take");
        await browser.Open(page);
        await browser.Send($"/cases/{help.Id}/assess", ("text", "ringet op"));
        Assert.Equal(CaseState.Taken, Assert.Single(host.OpenCases()).State);
        host.Clock.Now = host.Clock.Now.AddMinutes(5);
        host.Press(BoardHost.Aabenraa);
        await browser.Open(page);
        Assert.Contains("åben igen: borgeren beder om hjælp efter vurderingen", browser.Text, StringComparison.Ordinal);
        Assert.Contains("borgeren beder om hjælp igen", browser.Text, StringComparison.Ordinal); // why the owner was paged
        await browser.Send($"/cases/{help.Id}/take");
        await browser.Open(page);
        await browser.Send($"/cases/{help.Id}/close", ("text", "hjulpet"));
        Assert.Empty(host.OpenCases());
    }
}
