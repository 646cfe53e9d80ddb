using System.Net;
using System.Text.RegularExpressions;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>A browser without script: keeps cookies, follows no redirect by itself, fills in forms as they stand in the page.</summary>
internal sealed class BoardBrowser : IDisposable
{
    private readonly HttpClient http;

    private readonly CookieContainer cookies = new();

    public BoardBrowser(Uri address, string? person)
    {
        http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = true, CookieContainer = cookies }) { BaseAddress = address };
        if (person is not null)
        {
            SignIn(person);
        }
    }

    public HttpClient Http => http;

    /// <summary>The cookies as they are sent.</summary>
    public string Cookies => cookies.GetCookieHeader(http.BaseAddress!);

    /// <summary>The token of a form, of a page that was opened by this browser.</summary>
    public async Task<string> Token()
    {
        await Open("/sign-in");
        return TokenIn(Html);
    }

    /// <summary>The token of the first form of a page; empty where there is none.</summary>
    public static string TokenIn(string html) =>
        WebUtility.HtmlDecode(Regex.Match(html, "name=\"tm-form\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Groups["token"].Value);

    public string Html { get; private set; } = "";

    /// <summary>The page's text as a person reads it.</summary>
    public string Text => WebUtility.HtmlDecode(Regex.Replace(Regex.Replace(Html, "<[^>]*>", " ", RegexOptions.None, TimeSpan.FromSeconds(5)), @"\s+", " ", RegexOptions.None, TimeSpan.FromSeconds(5)));

    public async Task<HttpResponseMessage> Open(string address = "/")
    {
        HttpResponseMessage answer = await http.GetAsync(new Uri(address, UriKind.Relative));
        Html = await answer.Content.ReadAsStringAsync();
        return answer;
    }

    /// <summary>Sends the form with this beginning of its action as the page has it, with the fields that a person fills in.</summary>
    public async Task<HttpResponseMessage> Send(string action, params (string Name, string Value)[] typed)
    {
        Match form = Regex.Match(Html, $"<form method=\"post\" action=\"({Regex.Escape(action)}[^\"]*)\".*?</form>", RegexOptions.Singleline, TimeSpan.FromSeconds(5));
        Assert.True(form.Success, $"the page has no form for {action}");
        var fields = Regex.Matches(form.Value, "<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))
            .ToDictionary(field => field.Groups["name"].Value, field => WebUtility.HtmlDecode(field.Groups["value"].Value), StringComparer.Ordinal);
        foreach ((string name, string value) in typed)
        {
            fields[name] = value;
        }
        return await Post(WebUtility.HtmlDecode(form.Groups[1].Value), fields);
    }

    public async Task<HttpResponseMessage> Post(string address, Dictionary<string, string> fields)
    {
        using var content = new FormUrlEncodedContent(fields);
        HttpResponseMessage answer = await http.PostAsync(new Uri(address, UriKind.Relative), content);
        Html = await answer.Content.ReadAsStringAsync();
        return answer;
    }

    /// <summary>Another person signs in, and opens the page.</summary>
    public async Task Choose(string person, string address = "/")
    {
        foreach (Cookie cookie in cookies.GetAllCookies())
        {
            cookie.Expired = true;
        }
        SignIn(person);
        await Open(address);
    }

    /// <summary>Through the real page and form.</summary>
    private void SignIn(string person)
    {
        using HttpResponseMessage page = http.Send(new HttpRequestMessage(HttpMethod.Get, new Uri("/sign-in", UriKind.Relative)));
        using var reader = new StreamReader(page.Content.ReadAsStream());
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["tm-form"] = TokenIn(reader.ReadToEnd()), ["user"] = person, ["password"] = BoardHost.Password, ["code"] = "", ["to"] = "/" });
        using HttpResponseMessage entered = http.Send(new HttpRequestMessage(HttpMethod.Post, new Uri("/sign-in", UriKind.Relative)) { Content = form });
        Assert.Equal(HttpStatusCode.SeeOther, entered.StatusCode);
    }

    /// <summary>Posts what no form of the open page offers, with the token of one that it has.</summary>
    public Task<HttpResponseMessage> PostBeside(string address, params (string Name, string Value)[] typed) =>
        Post(address, typed.Append(("tm-form", TokenIn(Html))).ToDictionary(one => one.Item1, one => one.Item2, StringComparer.Ordinal));

    public void Dispose() => http.Dispose();
}
