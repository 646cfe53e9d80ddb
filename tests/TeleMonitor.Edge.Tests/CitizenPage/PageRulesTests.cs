using System.Net;
using System.Text.RegularExpressions;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.CitizenPage;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Edge.Tests.CitizenPage;

/// <summary>What the home's page shows, and from whom it takes an answer.</summary>
public sealed partial class PageRulesTests
{
    private const string Authority = "127.0.0.1:8090", Origin = "http://" + Authority;

    private static readonly DateTimeOffset Came = new(2026, 11, 22, 9, 42, 7, TimeSpan.Zero);

    private readonly List<AskedQuestion> asked = [new(3, [Vital.Pulse, Vital.Systolic, Vital.Diastolic], Came, [7, 8])];
    private readonly List<WhoseAnswer> answers = [];
    private bool takes = true;

    private PageRules Rules(byte key = 1) => new(Authority,
        [new AskedHome("gw-home-0001", new Dictionary<int, string> { [7] = "Blå", [8] = "<b>&\"'" }, () => asked, answer =>
        {
            if (takes)
            {
                answers.Add(answer);
            }
            return takes;
        })],
        [.. Enumerable.Repeat(key, 32)], TimeZoneInfo.CreateCustomTimeZone("home", TimeSpan.FromHours(1), "home", "home"));

    [Fact]
    public void It_asks_in_danish_what_was_measured_and_when_and_gives_everyone_a_button()
    {
        string page = Get().Body;
        Assert.Contains("<html lang=\"da\">", page, StringComparison.Ordinal);
        Assert.Contains("<h1 id=\"ask\">Hvem har målt?</h1>", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains("<p id=\"what\">Blodtryk, målt kl. 10:42</p>", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Equal([("7", "Blå"), ("8", "<b>&\"'"), ("none", "Ingen af os")], Buttons(page));
        Assert.DoesNotContain("<b>&", page, StringComparison.Ordinal); // a label is text and never markup
        Assert.Contains("Livsfare? Ring 112.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("style=", page, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(null, "da")]
    [InlineData("", "da")]
    [InlineData("de-DE,de;q=0.9", "da")]
    [InlineData("en-GB,en;q=0.9,da;q=0.8", "en")]
    [InlineData("da,en;q=0.9", "da")]
    [InlineData("en;q=0,da;q=0", "da")]
    [InlineData("en;q=x;;,,;", "da")]
    public void It_speaks_english_only_to_whom_asks_for_it_first(string? languages, string expected) =>
        Assert.Contains($"<html lang=\"{expected}\">", Rules().Reply(new PageRequest("GET", "/", Authority) { Languages = languages }).Body, StringComparison.Ordinal);

    [Fact]
    public void English_has_a_sentence_for_everything()
    {
        foreach (string word in PageWord.All.Append(""))
        {
            string english = WebUtility.HtmlDecode(Rules().Reply(new PageRequest("GET", "/?" + word, Authority) { Languages = "en" }).Body);
            Assert.Contains("Blood pressure, measured at 10:42", english, StringComparison.Ordinal);
            Assert.DoesNotMatch("(?i)målt|svaret|ingen|måling", english);
        }
    }

    [Fact]
    public void Without_a_clock_that_somebody_vouches_for_no_time_is_shown()
    {
        asked[0] = asked[0] with { At = null };
        Assert.Contains("<p id=\"what\">Blodtryk</p>", Get().Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("8", 8)]
    [InlineData("none", null)]
    public void A_press_hands_the_answer_over_and_is_thanked_for_only_once_it_is_stored(string whose, int? expected)
    {
        PageReply reply = Post(Form(whose));
        Assert.Equal(new WhoseAnswer(3, expected), Assert.Single(answers));
        Assert.False(reply.HandedOver!.IsStored());
        asked.Clear();
        Assert.True(reply.HandedOver.IsStored());
        Assert.Contains("Tak. Svaret er gemt her.", Rules().Reply(new PageRequest("GET", PageReply.SeeOther(PageWord.Stored).Location!, Authority)).Body, StringComparison.Ordinal);
        Assert.Contains("<h1>Ingen spørgsmål lige nu</h1>", WebUtility.HtmlDecode(Get().Body), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("null")]
    [InlineData("https://127.0.0.1:8090")]
    [InlineData("http://127.0.0.1:8091")]
    [InlineData(null)]
    public void An_answer_from_another_page_is_refused(string? origin) => Refused(403, Post(Form("7"), origin));

    [Theory]
    [InlineData("localhost:8090")]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1")]
    [InlineData("")]
    public void Under_another_name_there_is_no_page(string host)
    {
        Refused(421, Rules().Reply(new PageRequest("GET", "/", host)));
        Refused(421, Rules().Reply(new PageRequest("POST", "/", host) { Origin = "http://" + host, ContentType = "application/x-www-form-urlencoded", Form = Form("7") }));
    }

    [Fact]
    public void A_form_without_its_mark_or_with_another_questions_changes_nothing()
    {
        string form = Form("7");
        asked.Add(asked[0] with { Number = 4 });
        string mark = Array.Find(form.Split('&'), field => field.StartsWith("mark=", StringComparison.Ordinal))!;
        foreach (string bad in new[] { form.Replace(mark, "mark=", StringComparison.Ordinal), form.Replace(mark, "", StringComparison.Ordinal), form.Replace(mark, mark + "0", StringComparison.Ordinal), form.Replace("number=3", "number=4", StringComparison.Ordinal) })
        {
            Assert.NotEqual(form, bad);
            Assert.Equal((303, "/?over"), (Post(bad).Status, Post(bad).Location));
        }
        Assert.Equal("/?over", Rules(key: 2).Reply(Posted(form)).Location); // of a page of before a restart
        Assert.Empty(answers);
    }

    [Fact]
    public void What_no_longer_waits_is_said_to_be_over_and_what_cannot_be_taken_to_be_missing()
    {
        string form = Form("7");
        takes = false;
        Assert.Equal("/?not-yet", Post(form).Location);
        asked.Clear();
        Assert.Equal("/?over", Post(form).Location);
        Assert.Empty(answers);
    }

    [Theory]
    [InlineData("home=gw-home-0001", "home=gw-home-0002")]
    [InlineData("number=3", "number=three")]
    [InlineData("number=3", "number=-3")]
    [InlineData("number=3", "number=99999999999")]
    [InlineData("whose=7", "whose=9")]
    [InlineData("whose=7", "whose=")]
    [InlineData("whose=7", "%%%&&==&whose")]
    public void A_form_that_is_not_the_pages_own_is_refused(string good, string bad) => Refused(400, Post(Form("7").Replace(good, bad, StringComparison.Ordinal)));

    [Fact]
    public void A_body_that_is_too_long_or_no_form_is_refused()
    {
        Refused(400, Rules().Reply(Posted("") with { Form = null }));
        Refused(400, Rules().Reply(Posted(Form("7")) with { ContentType = "application/json" }));
        Refused(400, Rules().Reply(Posted(Form("7")) with { ContentType = null }));
    }

    [Theory]
    [InlineData("GET", "/etc/passwd", 404)]
    [InlineData("GET", "", 404)]
    [InlineData("PUT", "/", 405)]
    [InlineData("POST", "/citizen.css", 405)]
    [InlineData("GET", "/citizen.css", 200)]
    [InlineData("GET", "/?<script>", 200)]
    public void Anything_else_is_not_there(string method, string target, int status)
    {
        PageReply reply = Rules().Reply(new PageRequest(method, target, Authority));
        Assert.Equal(status, reply.Status);
        Assert.DoesNotContain("<script", reply.Body, StringComparison.Ordinal);
    }

    private PageReply Get() => Rules().Reply(new PageRequest("GET", "/", Authority));

    private PageReply Post(string form, string? origin = Origin) => Rules().Reply(Posted(form) with { Origin = origin });

    private static PageRequest Posted(string form) =>
        new("POST", "/", Authority) { Origin = Origin, ContentType = "application/x-www-form-urlencoded; charset=UTF-8", Form = form };

    private string Form(string whose) => string.Join('&', Hidden().Matches(Get().Body)
        .Select(field => $"{field.Groups["name"].Value}={WebUtility.UrlEncode(field.Groups["value"].Value)}").Append("whose=" + whose));

    private void Refused(int status, PageReply reply)
    {
        Assert.Equal((status, null, null), (reply.Status, reply.HandedOver, reply.Location));
        Assert.DoesNotContain("målt", reply.Body, StringComparison.Ordinal);
        Assert.Empty(answers);
    }

    private static IEnumerable<(string, string)> Buttons(string page) =>
        Button().Matches(page).Select(button => (button.Groups["value"].Value, WebUtility.HtmlDecode(button.Groups["text"].Value)));

    [GeneratedRegex("""<input type="hidden" name="(?<name>\w+)" value="(?<value>[^"]*)">""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hidden();

    [GeneratedRegex("""<button (class="none" )?name="whose" value="(?<value>[^"]*)">(?<text>[^<]*)</button>""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Button();
}
