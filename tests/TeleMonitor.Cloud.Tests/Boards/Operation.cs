using System.Text.Json.Nodes;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>An operation of the served document, and the bad requests that follow from what it says it takes.</summary>
internal sealed class Operation(string path, string method, JsonNode said)
{
    private const string Form = "application/x-www-form-urlencoded";

    public string Path => path;
    public string Method => method;

    /// <summary>True where a well-formed request is an act on a case.</summary>
    public bool IsAct => path.EndsWith("/cases/{id}/{act}", StringComparison.Ordinal);

    private JsonArray Parameters => said["parameters"]!.AsArray();
    private JsonNode? Fields => said["requestBody"]?["content"]?[Form]?["schema"]?["properties"];
    private bool TakesJson => said["requestBody"]?["content"]?["application/json"] is not null;

    /// <summary>Each of its parameters, fields and headers bad in turn, and each of its bodies.</summary>
    /// <param name="random">Seeded: which are drawn where not all are tried.</param>
    /// <param name="most">How many bad values each gets.</param>
    /// <param name="costly">How many where each costs the hashing of a password.</param>
    public IEnumerable<BadRequest> Bad(Random random, int most, int costly)
    {
        most = path is "/sign-in" or "/join" ? Math.Min(most, costly) : most;
        foreach (JsonNode? parameter in Parameters)
        {
            (string name, string place) = ((string)parameter!["name"]!, (string)parameter["in"]!);
            foreach (string value in place == "header" ? Draw(random, BadValues.Versions, most) : Draw(random, BadValues.Encoded, most))
            {
                yield return place switch
                {
                    "path" => Request($"path {name}") with { Target = Target(name, value), MayBeDropped = value.Contains('%', StringComparison.Ordinal) },
                    "query" => Request($"query {name}") with { Target = $"{Target()}?{name}={value}" },
                    _ => Request(name) with { Match = value, MayBeDropped = true },
                };
            }
            if (place == "query")
            {
                yield return Request($"query {name} twice") with { Target = $"{Target()}?{name}=x&{name}=y&{name}&=&&{name}[]=1" };
            }
        }
        foreach (string value in Draw(random, BadValues.Encoded, Math.Min(most, 10)))
        {
            yield return Request("a query that nobody asked for") with { Target = $"{Target()}?{value}={value}" };
        }
        foreach (string other in BadValues.Methods)
        {
            yield return Request($"method {other[..Math.Min(9, other.Length)]}") with { Method = other, MayBeDropped = true };
        }
        if (said["requestBody"] is not null || method == "POST")
        {
            foreach (BadRequest request in BadBodies(random, most))
            {
                yield return request;
            }
        }
        yield return Request("an accept of words alone") with { Headers = "Accept: text/html\r\n", Target = Target("id", "x") };
        yield return Request("an accept of words alone, and too much") with { Headers = "Accept: text/html\r\n", Body = new byte[70_000], MayBeDropped = true };
        yield return Request("a length that does not come") with { Declared = 900, MayBeDropped = true };
        yield return Request("a length that is none") with { Headers = "Content-Length: -5\r\n", Body = null, MayBeDropped = true };
        yield return Request("a header that is too long") with { Headers = $"X-Long: {new string('x', 20_000)}\r\n", MayBeDropped = true };
        yield return Request("a hundred headers") with { Headers = string.Concat(Enumerable.Range(0, 100).Select(n => $"X-{n}: 1\r\n")), MayBeDropped = true };
        yield return Request("a bearer and a cookie") with { Headers = "Authorization: Bearer '; drop table api_token;--\r\n" };
        yield return Request("languages") with { Headers = "Accept-Language: ../../x, <script>, *;q=9e99\r\n" };
    }

    private IEnumerable<BadRequest> BadBodies(Random random, int most)
    {
        foreach (string type in BadValues.Types)
        {
            yield return Request($"type '{type}'") with { Type = type };
        }
        if (TakesJson)
        {
            foreach (byte[] body in BadValues.Json)
            {
                yield return Request("JSON") with { Body = body, MayBeDropped = body.Length > 60_000 };
            }
        }
        foreach ((string name, _) in Fields?.AsObject() ?? [])
        {
            if (name == "tm-form")
            {
                continue;
            }
            foreach (string value in Draw(random, BadValues.Encoded, most))
            {
                yield return Request($"field {name}") with { Form = Filled(name, value) };
            }
            yield return Request($"field {name} missing") with { Form = Filled(name, null) };
            yield return Request($"field {name} twice") with { Form = $"{Filled(name, "1")}&{name}=2" };
            yield return Request($"field {name} huge") with { Form = Filled(name, new string('x', 70_000)), MayBeDropped = true };
            yield return Request($"field {name} of many bytes") with { Form = Filled(name, new string('x', 14_000)) };
        }
        if (Fields is not null)
        {
            yield return Request("no token") with { Form = Filled("tm-form", null) };
            yield return Request("a token that is none") with { Form = Filled("tm-form", "x") };
            yield return Request("a token of somebody else") with { Form = Filled("tm-form", "FOREIGN") };
            yield return Request("a token and no cookie for it") with { HasFormCookie = false, Form = Filled("", "") };
            yield return Request("too many fields") with { Form = Filled("", "") + string.Concat(Enumerable.Range(0, 400).Select(n => $"&f{n}=1")) };
            yield return Request("a name that is too long") with { Form = $"{Filled("", "")}&{new string('n', 5000)}=1" };
            yield return Request("a broken multipart") with { Type = "multipart/form-data; boundary=x", Body = "--x\r\nContent-Disposition: form-data; name=\"tm-form\r\n\r\n"u8.ToArray() };
            yield return Request("a file instead of a field") with { Type = "multipart/form-data; boundary=x", Body = "--x\r\nContent-Disposition: form-data; name=\"text\"; filename=\"../../x.sh\"\r\n\r\n#!/bin/sh\r\n--x--\r\n"u8.ToArray() };
            yield return Request("a multipart with endless headers") with { Type = "multipart/form-data; boundary=x", Body = System.Text.Encoding.ASCII.GetBytes("--x\r\n" + string.Concat(Enumerable.Range(0, 300).Select(n => $"H{n}: 1\r\n"))) };
        }
    }

    /// <summary>A well-formed request, of which one thing is then made bad. On a case it is a note: the one act that leaves the case as it is.</summary>
    private BadRequest Request(string what) => new(what, method, Target())
    {
        Form = Fields is null ? null : Filled("", ""), Type = Fields is not null ? Form : TakesJson ? "application/json" : "",
        Body = TakesJson ? "{\"text\":\"x\"}"u8.ToArray() : null,
        Match = Parameters.Any(one => (string)one!["in"]! == "header") ? "\"VERSION\"" : null,
    };

    private string Target(string bad = "", string value = "") => string.Join('/', path.Split('/').Select(step => !step.Contains('{', StringComparison.Ordinal) ? step
        : step.Contains($"{{{bad}}}", StringComparison.Ordinal) ? step.Replace($"{{{bad}}}", value, StringComparison.Ordinal) : step is "{id}" ? "1" : step is "{act}" ? "note" : "x"));

    private string Filled(string bad, string? value) => string.Join('&', Fields!.AsObject().Select(field => field.Key).Select(name => name == bad ? value is null ? null : $"{name}={value}" : $"{name}={Good(name)}").OfType<string>());

    private static string Good(string name) => name switch { "tm-form" => "TOKEN", "version" => "VERSION", "user" => "nobody", "to" => "%2F", _ => "x" };

    private static IEnumerable<T> Draw<T>(Random random, IReadOnlyList<T> from, int most) => most >= from.Count ? from : [.. Enumerable.Range(0, most).Select(_ => from[random.Next(from.Count)])];
}
