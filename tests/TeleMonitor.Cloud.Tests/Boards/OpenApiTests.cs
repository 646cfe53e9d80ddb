using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TeleMonitor.Hub.Boards;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>The document says of every endpoint what a program needs to drive it.</summary>
public sealed class OpenApiTests : IAsyncLifetime
{
    private BoardHost host = null!;
    private JsonNode document = null!;

    public async Task InitializeAsync()
    {
        host = await BoardHost.StartAsync();
        using BoardBrowser browser = host.Browser();
        using HttpResponseMessage answer = await browser.Open("/api/v1/openapi.json");
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        document = JsonNode.Parse(browser.Html)!;
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public void Every_endpoint_is_in_the_document_and_nothing_else() => Assert.Equal(
        host.Endpoints().Select(endpoint => Regex.Replace(endpoint, ":[^}]+", "", RegexOptions.None, TimeSpan.FromSeconds(1))).Order(StringComparer.Ordinal),
        Operations().Select(one => $"{one.Method.ToUpperInvariant()} {one.Path}").Order(StringComparer.Ordinal));

    /// <summary>An endpoint that is added needs a row in Descriptions.cs; a row that is left over describes nothing.</summary>
    [Fact]
    public void Every_endpoint_is_described_and_every_description_is_of_an_endpoint() =>
        Assert.Equal(host.Endpoints().Order(StringComparer.Ordinal), Descriptions.Rows.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_parameter_of_a_path_is_named_and_compulsory()
    {
        foreach ((string path, string method, JsonNode operation) in Operations())
        {
            IEnumerable<string> inPath = operation["parameters"]!.AsArray().Where(one => (string)one!["in"]! == "path" && (bool)one["required"]!).Select(one => (string)one!["name"]!);
            Assert.Equal(Regex.Matches(path, @"\{(?<name>\w+)\}", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(found => found.Groups["name"].Value), inPath);
            Assert.All(operation["parameters"]!.AsArray(), one => Assert.True(one!["schema"]!["maxLength"] is not null || one["schema"]!["enum"] is not null || (string?)one["schema"]!["format"] == "int64", $"{method} {path}: {one}"));
        }
    }

    [Fact]
    public void Operations_have_ids_of_their_own() =>
        Assert.Empty(Operations().GroupBy(one => (string)one.Operation["operationId"]!, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.Key));

    [Fact]
    public void Every_reference_leads_to_a_schema()
    {
        string[] references = [.. Regex.Matches(document.ToJsonString(), "\"\\$ref\":\"(?<to>[^\"]*)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Select(found => found.Groups["to"].Value)];
        Assert.NotEmpty(references);
        Assert.All(references, to => Assert.NotNull(to.Split('/').Skip(1).Aggregate(document, (at, step) => at is JsonArray many ? many[int.Parse(step, CultureInfo.InvariantCulture)]! : at[step]!)));
    }

    [Fact]
    public void An_act_says_its_words_its_version_and_its_body()
    {
        JsonNode act = document["paths"]!["/api/v1/cases/{id}/{act}"]!["post"]!;
        Assert.Equal(["take", "assess", "note", "close"], act["parameters"]![1]!["schema"]!["enum"]!.AsArray().Select(word => (string)word!));
        Assert.Equal("If-Match", (string)act["parameters"]![2]!["name"]!);
        Assert.True((bool)act["parameters"]![2]!["required"]!);
        Assert.Equal("#/components/schemas/ActShape", (string)act["requestBody"]!["content"]!["application/json"]!["schema"]!["$ref"]!);
        Assert.NotNull(document["components"]!["schemas"]!["ActShape"]!["properties"]!["text"]);
        Assert.Equal("health", (string)act["x-sight"]!);
    }

    [Fact]
    public void A_form_says_its_fields_and_its_token()
    {
        JsonNode form = document["paths"]!["/cases/{id}/{act}"]!["post"]!["requestBody"]!["content"]!["application/x-www-form-urlencoded"]!["schema"]!;
        Assert.Equal(["tm-form", "version", "text"], form["properties"]!.AsObject().Select(one => one.Key));
        Assert.Equal(["tm-form", "version"], form["required"]!.AsArray().Select(one => (string)one!));
    }

    [Fact]
    public void Only_what_asks_for_nobody_is_without_security()
    {
        string[] open = [.. Operations().Where(one => one.Operation["security"]!.AsArray().Count == 0).Select(one => one.Path).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        Assert.Superset(new HashSet<string>(["/healthz", "/join", "/metrics", "/readyz", "/sign-in"], StringComparer.Ordinal), new HashSet<string>(open, StringComparer.Ordinal));
        Assert.DoesNotContain(open, path => path.StartsWith("/api", StringComparison.Ordinal) || path is "/" or "/events" or "/support");
    }

    private IEnumerable<(string Path, string Method, JsonNode Operation)> Operations() =>
        document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(one => (path.Key, one.Key, one.Value!)));
}
