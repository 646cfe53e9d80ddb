using System.Net;
using System.Text.RegularExpressions;
using TeleMonitor.Edge.Tests.Gateway;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.CitizenPage;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Edge.Tests.CitizenPage;

/// <summary>The day, the questions and the count of breaths on the home's page.</summary>
public sealed partial class DayPageTests
{
    private const string Authority = "127.0.0.1:8090", Origin = "http://" + Authority;

    private readonly PlanInForce inForce = PlanDayTests.Follow("copd-intensive", "2026-06-08");
    private readonly List<PageEntry> entered = [];
    private readonly Dictionary<int, string> labels = new() { [7] = "Blå" };
    private CitizenDay day = new(7);
    private CitizenDay? other;
    private DateTimeOffset? now = PlanDayTests.Local("2026-06-08", "08:30");
    private TimeSpan ticking = TimeSpan.FromHours(5);
    private bool takes = true;

    private PageRules Rules(byte key = 1) => new(Authority,
        [new AskedHome("gw-home-0001", labels, () => [], _ => false)
        {
            Days = () => [.. new[] { day, other }.OfType<CitizenDay>().Select(one => new FollowedDay(one, inForce, HomeEvidence.Well, null))],
            Now = () => now,
            Enter = entry =>
            {
                if (takes)
                {
                    entered.Add(entry);
                }
                return takes;
            },
        }], [.. Enumerable.Repeat(key, 32)], TimeZoneInfo.Utc);

    private void Measure(string time, params Vital[] vitals) =>
        day = vitals.Aggregate(day, (taken, vital) => taken.With(PlanDayTests.Reading(vital, PlanDayTests.Local("2026-06-08", time)), inForce));

    private PageReply Get(string path, string? languages = null) => Rules().Reply(new PageRequest("GET", path, Authority) { Languages = languages, At = ticking });

    private static string Text(PageReply reply) => Spaces().Replace(WebUtility.HtmlDecode(Tag().Replace(reply.Body[reply.Body.IndexOf("<body", StringComparison.Ordinal)..], " ")), " ");

    private PageReply Press(PageReply page, string path, string button, byte key = 1, params (string Name, string Value)[] changed)
    {
        Dictionary<string, string> fields = Hidden().Matches(page.Body).ToDictionary(field => field.Groups["name"].Value, field => WebUtility.HtmlDecode(field.Groups["value"].Value));
        foreach ((string name, string value) in changed)
        {
            fields[name] = value;
        }
        string form = string.Join('&', fields.Select(field => $"{field.Key}={WebUtility.UrlEncode(field.Value)}").Append(button));
        return Rules(key).Reply(new PageRequest("POST", path, Authority) { Origin = Origin, ContentType = "application/x-www-form-urlencoded", Form = form, At = ticking });
    }

    private PageReply Answered(params string[] words) => words.Aggregate(Get("/questions/7"), (page, word) => Press(page, "/questions", "answer=" + word));

    [Fact]
    public void The_day_says_what_to_measure_by_when_what_is_done_and_when_the_next_time_is()
    {
        Measure("08:04", Vital.Pulse);
        string danish = Text(Get("/"));
        Assert.Contains("I dag Husk at måle nu Puls Målt kl. 08:04 Mål ilt i blodet Inden kl. 10:00 Svar på spørgsmålene Inden kl. 10:00 Næste gang kl. 20:00", danish, StringComparison.Ordinal);
        Assert.Contains("Livsfare? Ring 112.", danish, StringComparison.Ordinal);
        Assert.DoesNotContain("70", danish, StringComparison.Ordinal); // what was measured
        string english = Text(Get("/", "en"));
        Assert.Contains("Today Remember to measure now Pulse Measured 08:04 Measure oxygen in the blood By 10:00 Answer the questions By 10:00 Next time 20:00", english, StringComparison.Ordinal);
    }

    [Fact]
    public void It_says_that_nobody_knows_how_they_are_and_why_and_never_that_all_is_well()
    {
        now = PlanDayTests.Local("2026-06-08", "10:00");
        Assert.Contains("Vi ved ikke, hvordan du har det Målingen har manglet siden kl. 10:00. Mål, så snart du kan.", Text(Get("/")), StringComparison.Ordinal);
        now = PlanDayTests.Local("2026-06-09", "02:00");
        Assert.Contains("siden i går kl. 10:00", Text(Get("/")), StringComparison.Ordinal);
        Assert.DoesNotMatch("(?i)fint|godt|i orden", Text(Get("/")));
        now = null;
        Assert.Contains("Uret er ikke stillet endnu. Mål, som du plejer.", Text(Get("/")), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_several_live_it_asks_who_and_never_takes_one_for_the_other()
    {
        labels[8] = "<b>Hvid";
        Assert.Contains("Hvem er du? Blå Husk at måle nu", Text(Get("/")), StringComparison.Ordinal); // the other has no plan, and is not offered
        other = new CitizenDay(8);
        PageReply choose = Get("/");
        Assert.Contains("<b>Hvid Husk at måle nu", Text(choose), StringComparison.Ordinal);
        Assert.DoesNotContain("<b>Hvid", choose.Body, StringComparison.Ordinal);
        Measure("08:04", Vital.Pulse, Vital.Spo2);
        Assert.DoesNotContain("08:04", Text(Get("/day/8")), StringComparison.Ordinal);
        Assert.Contains("Puls Målt kl. 08:04", Text(Get("/day/7")), StringComparison.Ordinal);
        // a form of one is none of the other
        PageReply mine = Press(Press(Get("/questions/7"), "/questions", "answer=no"), "/questions", "answer=no", changed: ("who", "8"));
        Assert.Equal("/day/8?stale", mine.Location);
        Assert.Equal((303, "/?stale"), (Get("/day/9").Status, Get("/day/9").Location));
    }

    [Fact]
    public void Questions_come_one_by_one_by_their_branches_and_count_once_they_are_sent()
    {
        Assert.Contains("Har du mere åndenød, end du plejer? Nej Ja", Text(Get("/questions/7")), StringComparison.Ordinal);
        Assert.Contains("Hoster du mere", Text(Answered("no")), StringComparison.Ordinal);
        Assert.Contains("Har du brugt ekstra", Text(Answered("yes")), StringComparison.Ordinal);
        PageReply review = Answered("yes", "no", "yes", "no");
        Assert.Contains("Er dine svar rigtige? Har du mere åndenød, end du plejer? Ja Har du brugt ekstra af din hurtigtvirkende inhalator? Nej Hoster du mere, end du plejer? Ja Hoster du slim op? Nej Send svar", Text(review), StringComparison.Ordinal);
        Assert.Empty(entered);
        PageReply sent = Press(review, "/questions", "go=send");
        PageEntry entry = Assert.Single(entered);
        Assert.Equal((7, 1, "copd-daily"), (entry.Assignment, entry.Number, entry.Told!.Questions));
        Assert.Equal([("dyspnoea", "yes"), ("inhaler", "no"), ("cough", "yes"), ("sputum", "no")], entry.Told.Words.Select(word => (word.Key, word.Value)));
        Assert.Equal(["symptom/dyspnoea/yellow"], entry.Told.Reasons);
        Assert.False(sent.HandedOver!.IsStored());
        day = day with { Forms = 1 };
        Assert.True(sent.HandedOver.IsStored());
        Assert.Equal("/?already", Press(review, "/questions", "go=send").Location); // sent twice
        Assert.Single(entered);
    }

    [Fact]
    public void Back_takes_the_last_answer_away_and_its_branch_with_it()
    {
        PageReply inhaler = Answered("yes", "yes");
        Assert.Contains("Hjalp den?", Text(inhaler), StringComparison.Ordinal);
        PageReply first = Press(Press(inhaler, "/questions", "go=back"), "/questions", "go=back");
        Assert.Contains("Har du mere åndenød", Text(first), StringComparison.Ordinal);
        Assert.DoesNotContain("Tilbage", Text(first), StringComparison.Ordinal);
        PageReply sent = Press(new[] { "no", "no", "no" }.Aggregate(first, (page, word) => Press(page, "/questions", "answer=" + word)), "/questions", "go=send");
        Assert.NotNull(sent.HandedOver);
        Assert.Equal(["dyspnoea", "cough", "sputum"], entered[0].Told!.Words.Select(word => word.Key));
    }

    [Fact]
    public void A_stale_forged_or_half_filled_form_changes_nothing()
    {
        PageReply review = Answered("no", "no", "no"), half = Answered("no");
        Assert.Equal(400, Press(half, "/questions", "go=send").Status);
        Assert.Equal(400, Press(half, "/questions", "answer=perhaps").Status);
        Assert.Equal(400, Press(half, "/questions", "go=win").Status);
        foreach ((string, string) changed in new[] { ("so-far", "dyspnoea.no_cough.yes_sputum.no"), ("form", "2"), ("due", "0"), ("of", "copd-daily/1"), ("mark", ""), ("so-far", "a.b.c"), ("form", "x") })
        {
            Assert.Equal("/?stale", Press(review, "/questions", "go=send", changed: changed).Location);
        }
        Assert.Equal("/?stale", Press(review, "/questions", "go=send", key: 2).Location); // of before a restart
        now = PlanDayTests.Local("2026-06-08", "18:30"); // begun in the morning, sent in the evening
        Assert.Equal("/?stale", Press(review, "/questions", "go=send").Location);
        Assert.Empty(entered);
        Assert.Contains("Siden var for gammel. Der er ikke gemt noget.", Text(Get("/?stale")), StringComparison.Ordinal);
        takes = false;
        Assert.Equal("/?not-yet", Press(Answered("no", "no", "no"), "/questions", "go=send").Location);
    }

    [Fact]
    public void A_form_that_is_left_says_that_nothing_was_kept()
    {
        Assert.Contains("content=\"600;url=/?left\"", Get("/questions/7").Body, StringComparison.Ordinal);
        Assert.Contains("Stopper du, før du har sendt, bliver svarene ikke gemt.", Text(Get("/questions/7")), StringComparison.Ordinal);
        Assert.Contains("Du blev ikke færdig. Der er ikke gemt noget.", Text(Get("/?left")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_count_of_breaths_is_taken_after_a_whole_minute_and_not_long_after_it()
    {
        PageReply counting = Press(Get("/breathing/7"), "/breathing", "go=start");
        Assert.Contains("Tæl, hver gang du trækker vejret ind, til uret er 08:31:00. Skriv så tallet.", Text(counting), StringComparison.Ordinal);
        Assert.Contains(counting.Headers, header => header.Value.Contains("script-src 'self';", StringComparison.Ordinal));
        ticking += TimeSpan.FromSeconds(59.9);
        Assert.Equal("/breathing/7?too-short", Press(counting, "/breathing", "number=16&go=send").Location);
        ticking += TimeSpan.FromSeconds(0.2);
        foreach (string wrong in new[] { "", "16,5", "-4", "1000", "mange" })
        {
            PageReply again = Press(counting, "/breathing", $"number={wrong}&go=send");
            Assert.Contains("Skriv et helt tal. Hvor mange talte du?", Text(again), StringComparison.Ordinal); // what was counted is not lost
            Assert.DoesNotContain("<script", again.Body, StringComparison.Ordinal);
        }
        Assert.Empty(entered);
        PageReply sent = Press(counting, "/breathing", "number=16&go=send");
        Assert.Equal((7, 1, 16d, null), entered.Single() is var entry ? (entry.Assignment, entry.Number, entry.Breaths, entry.Told) : default);
        day = day with { Counts = 1 };
        Assert.True(sent.HandedOver!.IsStored());
        Assert.Equal("/?already-counted", Press(counting, "/breathing", "number=16&go=send").Location);

        PageReply next = Press(Get("/breathing/7"), "/breathing", "go=start");
        ticking += TimeSpan.FromMinutes(5.1);
        Assert.Equal("/breathing/7?stale", Press(next, "/breathing", "number=16&go=send").Location);
        Assert.Equal("/?stale", Press(next, "/breathing", "number=16&go=send", changed: ("began", "1000")).Location);
        Assert.Single(entered);
    }

    [Fact]
    public void Only_the_counting_page_runs_a_script_and_it_is_our_own_file()
    {
        foreach (string path in new[] { "/", "/day/7", "/questions/7", "/breathing/7", "/citizen.css" })
        {
            Assert.DoesNotContain("<script", Get(path).Body, StringComparison.Ordinal);
            Assert.DoesNotContain(Get(path).Headers, header => header.Value.Contains("script-src", StringComparison.Ordinal));
        }
        string counting = Press(Get("/breathing/7"), "/breathing", "go=start").Body;
        Assert.Contains("<script src=\"/breathing.js\" defer></script>", counting, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", counting, StringComparison.Ordinal);
        Assert.Equal("text/javascript; charset=utf-8", Get("/breathing.js").ContentType);
    }

    [Theory]
    [InlineData("/questions")]
    [InlineData("/breathing")]
    public void What_is_entered_comes_from_this_page_alone(string path)
    {
        var good = new PageRequest("POST", path, Authority) { Origin = Origin, ContentType = "application/x-www-form-urlencoded", Form = "who=7" };
        Assert.Equal(421, Rules().Reply(good with { Host = "evil.example" }).Status);
        Assert.Equal(403, Rules().Reply(good with { Origin = null }).Status);
        Assert.Equal(403, Rules().Reply(good with { Origin = "http://evil.example" }).Status);
        Assert.Equal(400, Rules().Reply(good with { ContentType = "text/plain" }).Status);
        Assert.Equal(400, Rules().Reply(good with { Form = null }).Status);
        Assert.Equal(400, Rules().Reply(good with { Form = "who=me" }).Status);
        Assert.Equal("/?stale", Rules().Reply(good).Location); // without its mark
        Assert.Equal("/?stale", Rules().Reply(good with { Form = "who=9" }).Location);
        Assert.Empty(entered);
    }

    [Fact]
    public void English_has_every_sentence()
    {
        Measure("08:04", Vital.Pulse);
        string[] pages =
        [
            .. PageWord.All.Select(word => Text(Get("/?" + word, "en"))), Text(Get("/questions/7", "en")), Text(Get("/breathing/7", "en")),
            Text(Rules().Reply(new PageRequest("GET", "/", Authority) { Languages = "en" })),
        ];
        Assert.All(pages, page => Assert.DoesNotMatch("(?i)målt|svar|ingen|måling|tilbage|puls |tæl ", page));
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[\w-]+)" value="(?<value>[^"]*)">""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hidden();

    [GeneratedRegex("<[^>]*>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
