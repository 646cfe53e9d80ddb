using System.Text.Json;
using TeleMonitor.Care.Cases;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Boards;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>What an opened case says beside its values: what the authority asks for, point by point, by which versions, and what is new.</summary>
public sealed class GuidanceTests : IAsyncLifetime
{
    private BoardHost host = null!;

    public async Task InitializeAsync() => host = await BoardHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [InlineData("/?case=1", "Vejledning ved TOBS 5–8 ikke godkendt", "Akutteam og læge eller vagtlæge inden 15 min. Ny måling inden 30 min.", "Valgt efter laveste mulige score, 5: mindst dette.",
        "Aabenraa har ingen egen; fælles tobs-default 2026-11-1", "TOBS 5–8 : respiration 3, temperatur 2, puls 0, systolisk blodtryk 0, bevidsthed mangler", "ingen plan · ingen underskrevne indstillinger", "Første alarm i sagen.")]
    [InlineData("/?case=1&lang=en", "Guidance at TOBS 5–8 not approved", "Acute team and doctor or out-of-hours doctor within 15 min. Measure again within 30 min.", "Chosen by the lowest possible score, 5: at least this.",
        "Aabenraa has none of its own; shared tobs-default 2026-11-1", "TOBS 5–8 : respiration 3, temperature 2, pulse 0, systolic pressure 0, consciousness missing", "no plan · no signed settings", "First alert of the case.")]
    public async Task An_opened_case_says_who_how_soon_when_again_and_that_nobody_has_approved_it(string address, params string[] said)
    {
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Red);
        using BoardBrowser browser = host.Browser();
        await browser.Open(address);
        Assert.All(said, sentence => Assert.Contains(sentence, browser.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_api_gives_guidance_and_change_with_the_case()
    {
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Yellow);
        host.Clock.Now = host.Clock.Now.AddMinutes(30);
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Red);
        using BoardBrowser browser = host.Browser();
        await browser.Open("/api/v1/cases/1");
        JsonElement detail = JsonElement.Parse(browser.Html), guidance = detail.GetProperty("guidance"), change = detail.GetProperty("change");
        Assert.Equal(("by-score", "aabenraa", "tobs", "tobs-default", "2026-11-1"), (Word(guidance, "answer"), Word(guidance, "authority"), Word(guidance, "chart"), Word(guidance, "guide"), Word(guidance, "guide_version")));
        Assert.Equal((5, 8, true), (guidance.GetProperty("lowest").GetInt32(), guidance.GetProperty("highest").GetInt32(), guidance.GetProperty("by_lowest").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, guidance.GetProperty("approved").ValueKind);
        Assert.Equal((15, 1, 30), (guidance.GetProperty("row").GetProperty("within_minutes").GetInt32(), guidance.GetProperty("row").GetProperty("remeasure_times").GetInt32(), guidance.GetProperty("row").GetProperty("remeasure_within_minutes").GetInt32()));
        Assert.Equal(("yellow", "red"), (Word(change, "before"), Word(change, "now")));
        Assert.Contains("tobs/temperature/2", change.GetProperty("new").EnumerateArray().Select(reason => reason.GetString()));
        Assert.Equal((2, 5), (change.GetProperty("total_before").GetInt32(), change.GetProperty("total").GetInt32()));

        static string? Word(JsonElement of, string name) => of.GetProperty(name).GetString();
    }

    [Fact]
    public async Task A_second_alert_says_what_it_has_changed()
    {
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Yellow);
        host.Clock.Now = host.Clock.Now.AddMinutes(30);
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Red);
        using BoardBrowser browser = host.Browser();
        await browser.Open("/?case=1");
        Assert.Matches(@"Fra Gul til Rød\. Score mindst 2, nu mindst 5\. Ny: [^.]*temperatur[^.]*\.", browser.Text);
        Assert.Contains("Sidste alarm kl. 10:00.", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_that_makes_it_Red_gets_no_row_for_its_harmless_total()
    {
        AlertFacts alert = Facts(Triage.Red, [Reason.Limit("spo2", "low-red")], [(Vital.Pulse, 72), (Vital.Spo2, 87), (Vital.Respiration, 16), (Vital.Temperature, 37), (Vital.Systolic, 130)]);
        Guidance found = Guidance.Of(Case(CaseKind.Clinical), alert, host.Data, host.Clock.Now)!;
        Assert.Equal((GuidanceAnswer.NotByScore, null, 0), (found.Answer, found.Row, found.Score!.Lowest));
        Assert.Null(Guidance.Of(Case(CaseKind.Help), alert, host.Data, host.Clock.Now));
        Assert.Null(Guidance.Of(Case(CaseKind.Clinical), null, host.Data, host.Clock.Now));
    }

    [Fact]
    public void A_gateway_that_says_less_than_its_values_does_not_soften_the_guidance()
    {
        AlertFacts alert = Facts(Triage.Red, [], WorklistPageTests.Red);
        alert = alert with { Scores = [.. alert.Scores.Select(score => score with { Lowest = 2, Highest = 5, Triage = "yellow" })] };
        Guidance found = Guidance.Of(Case(CaseKind.Clinical), alert, host.Data, host.Clock.Now)!;
        Assert.Equal((GuidanceAnswer.ByScore, 5, 15), (found.Answer, found.Score!.Lowest, found.Row!.WithinMinutes));
    }

    [Fact]
    public void A_single_part_with_3_points_asks_for_the_row_of_a_single_part()
    {
        AlertFacts alert = Facts(Triage.Red, [], [(Vital.Respiration, 26), (Vital.Pulse, 72), (Vital.Temperature, 37), (Vital.Systolic, 130)]);
        Guidance found = Guidance.Of(Case(CaseKind.Clinical), alert, host.Data, host.Clock.Now)!;
        Assert.Equal((3, true, 5), (found.Score!.Lowest, found.Score.Single, found.Row!.From));
    }

    [Fact]
    public void An_authority_of_its_own_signed_guide_is_used_and_one_without_any_says_so()
    {
        AlertFacts alert = Facts(Triage.Red, [], WorklistPageTests.Red);
        ResponseGuide own = host.Data.Content.Guides["tobs-default"] with { Id = "tobs-aabenraa", Authority = "aabenraa", Approved = new ContentApproval("Aabenraa Kommune", host.Clock.Now) };
        Assert.Same(own, Guidance.Of(Case(CaseKind.Clinical), alert, With(own), host.Clock.Now)!.Guide);
        Assert.Equal("tobs-default", Guidance.Of(Case(CaseKind.Clinical) with { Area = "toender" }, alert, With(own, host.Data.Content.Guides["tobs-default"]), host.Clock.Now)!.Guide!.Id);
        Assert.Equal(GuidanceAnswer.NoGuide, Guidance.Of(Case(CaseKind.Clinical), alert, With(), host.Clock.Now)!.Answer);
    }

    [Theory]
    [InlineData("limit/spo2/low-red", "SpO₂ på eller under rød grænse")]
    [InlineData("symptom/cough/yellow", "svar på “Hoster du mere, end du plejer?”")]
    [InlineData("trend/respiration-up", "respiration op i forhold til vanligt")]
    [InlineData("limit/weight/unit", "vægt kan ikke bedømmes: grænsen har en anden enhed")]
    public async Task A_reason_beside_the_charts_is_said_in_plain_words(string reason, string said)
    {
        host.Store.Write(write =>
        {
            long id = write.AddAlert(new AlertRow("gw-test-0001", "boot-1", 7, BoardHost.Aabenraa, AlertOriginWord.Hub, WireWord.Alert, Triage.Yellow, [reason], false, null, host.Clock.Now), ReadOnlyMemory<byte>.Empty, host.Clock.Now);
            write.AddToDo(Hub.Ingest.ToDo.Alert, host.Clock.Now, id);
        });
        host.Settle();
        using BoardBrowser browser = host.Browser();
        await browser.Open("/?case=1");
        Assert.Contains(said, browser.Text, StringComparison.Ordinal);
        Assert.Contains("Vejledninger er skrevet til en samlet score. Denne alarm er Gul af andre grunde", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_names_what_is_new_and_what_is_gone_and_a_milder_form_is_neither()
    {
        AlertRow before = Row(Triage.Red, 6, "tobs/pulse/2", "tobs/respiration/3", "limit/spo2/low-red"), now = Row(Triage.Yellow, 3, "tobs/pulse/1", "limit/spo2/low-yellow", "symptom/cough/yellow");
        AlertChange change = AlertChange.Of(before, now);
        Assert.Equal(["symptom/cough/yellow"], change.New);
        Assert.Equal(["tobs/respiration/3"], change.Gone);
        Assert.Equal((Triage.Red, Triage.Yellow, 6, 3, false), (change.Before, change.Now, change.TotalBefore, change.Total, change.IsSame));
        Assert.True(AlertChange.Of(before, before).IsSame);
        Assert.Null(AlertChange.Of(null, now).Since);

        AlertRow Row(Triage triage, int total, params string[] reasons) => new("gw-test-0001", "boot-1", 1, 1, AlertOriginWord.Gateway, WireWord.Alert, triage, reasons, false, total, host.Clock.Now);
    }

    private HubData With(params ResponseGuide[] guides) => host.Data with { Content = host.Data.Content with { Guides = guides.ToDictionary(guide => guide.Id, StringComparer.Ordinal) } };

    /// <summary>An alert as gateway and hub judge it by TOBS alone.</summary>
    private AlertFacts Facts(Triage triage, string[] reasons, (Vital Vital, double Value)[] values)
    {
        Chart tobs = host.Data.NewestCharts.Single(chart => chart.Id == "tobs");
        VitalSet set = SetReader.Read(values.Select(value => new AlertInput { Tick = 1, Code = VitalCode.Of(value.Vital).Code, Value = value.Value, Unit = VitalCode.Of(value.Vital).Unit, Grade = "good", AgeSeconds = 0 })
            .Append(new AlertInput { Tick = 2, Code = VitalCode.Of(Vital.Consciousness).Code, Answer = AnswerWord.Of(Consciousness.Alert), Grade = "good", AgeSeconds = 0 }));
        Score score = Scorer.Of(tobs, in set, 1, VitalMask.All);
        return new AlertFacts([], [ItemWriter.InAlert(tobs, 1, in score)], null, set) { Triage = triage, Reasons = reasons };
    }

    private CareCase Case(CaseKind kind) => new()
    {
        Id = "1", Citizen = "c-1", Kind = kind, Area = "aabenraa", Team = "akut-aabenraa", Version = 1, State = CaseState.Open, Triage = Triage.Red, Reasons = [],
        OpenedAt = host.Clock.Now, LastAlertAt = host.Clock.Now, Rung = 1, NextRungAt = host.Clock.Now.AddMinutes(5),
    };
}
