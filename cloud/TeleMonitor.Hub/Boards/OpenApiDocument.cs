using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Routing.Patterns;
using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Hub.Boards;

/// <summary>
/// The OpenAPI 3.1 document of every endpoint that is served: routes and who may come are read from the endpoints themselves, shapes from what
/// reads and writes them, the rest from <see cref="Descriptions"/>.
/// </summary>
/// <param name="web">How the boards are called: the session's cookie has its name by it.</param>
public sealed class OpenApiDocument(WebSetup web)
{
    private readonly JsonObject schemas = new() { ["problem"] = Problem() };

    /// <summary>Writes it.</summary>
    public JsonObject Of(IEnumerable<Endpoint> endpoints)
    {
        var paths = new JsonObject();
        foreach (RouteEndpoint endpoint in endpoints.OfType<RouteEndpoint>().OrderBy(one => PathOf(one.RoutePattern), StringComparer.Ordinal))
        {
            string path = PathOf(endpoint.RoutePattern);
            foreach (string method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
            {
                JsonNode at = paths[path] ??= new JsonObject();
                at[method.ToLowerInvariant()] = Operation(method, endpoint);
            }
        }
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "TeleMonitor hub", ["version"] = "v1" },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas,
                ["securitySchemes"] = new JsonObject
                {
                    ["session"] = new JsonObject { ["type"] = "apiKey", ["in"] = "cookie", ["name"] = web.CookieName(Sessions.Cookie) },
                    ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                },
            },
        };
    }

    /// <summary>Method and route as the rows of <see cref="Descriptions"/> name them.</summary>
    public static string NameOf(string method, RouteEndpoint endpoint) => $"{method} {endpoint.RoutePattern.RawText}";

    private JsonObject Operation(string method, RouteEndpoint endpoint)
    {
        Described row = Descriptions.Rows.GetValueOrDefault(NameOf(method, endpoint)) ?? new Described(endpoint.DisplayName ?? "");
        Asked? asked = endpoint.Metadata.GetMetadata<Asked>();
        var parameters = new JsonArray([.. endpoint.RoutePattern.Parameters.Select(one => InPath(one, row)), .. row.Query.Select(one => Parameter(one, "query", one.IsRequired))]);
        if (row.IsMatched)
        {
            parameters.Add(Parameter(new Taken("If-Match", "Version that was seen, as in the ETag.", 21), "header", required: true));
        }
        var operation = new JsonObject { ["operationId"] = IdOf(method, endpoint), ["summary"] = row.Summary, ["parameters"] = parameters };
        if (row.Form is { } form)
        {
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = new JsonObject { ["application/x-www-form-urlencoded"] = new JsonObject { ["schema"] = FormOf(form) } } };
        }
        else if (row.Body is { } body)
        {
            operation["requestBody"] = new JsonObject { ["required"] = false, ["content"] = Content("application/json", body) };
        }
        operation["responses"] = Responses(row);
        operation["security"] = asked is { Open: true } ? new JsonArray() : new JsonArray(new JsonObject { ["session"] = new JsonArray() }, new JsonObject { ["token"] = new JsonArray() });
        if (asked?.Sight is { } sight)
        {
            operation["x-sight"] = CaseWord.Of(sight);
        }
        return operation;
    }

    private JsonObject Responses(Described row)
    {
        var well = new JsonObject { ["description"] = "Done." };
        if (row.Gives is { } shape)
        {
            well["content"] = Content("application/json", shape);
        }
        else if (row.Status == StatusCodes.Status200OK)
        {
            well["content"] = new JsonObject { [row.Media] = new JsonObject { ["schema"] = new JsonObject { ["type"] = row.Media is "application/json" ? "object" : "string" } } };
        }
        return new JsonObject
        {
            [row.Status.ToString(CultureInfo.InvariantCulture)] = well,
            ["default"] = new JsonObject
            {
                ["description"] = "Refused, with the reason; a page answers a form with itself and the reason on it.",
                ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject { ["schema"] = Reference("problem") } },
            },
        };
    }

    private JsonObject Content(string media, JsonTypeInfo shape)
    {
        schemas[shape.Type.Name] ??= Within(shape.Type.Name, shape.GetJsonSchemaAsNode(new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true }));
        return new JsonObject { [media] = new JsonObject { ["schema"] = Reference(shape.Type.Name) } };
    }

    /// <summary>What a schema says of its own parts is said from the document's root.</summary>
    private static JsonNode? Within(string name, JsonNode? node)
    {
        foreach (JsonNode? part in node switch { JsonObject one => one.Select(pair => pair.Value), JsonArray many => many, _ => [] })
        {
            Within(name, part);
        }
        if (node is JsonObject holder && holder["$ref"] is JsonValue to && ((string)to!).StartsWith("#/", StringComparison.Ordinal))
        {
            holder["$ref"] = $"#/components/schemas/{name}{((string)to!)[1..]}";
        }
        return node;
    }

    private static JsonObject FormOf(IReadOnlyList<Taken> form)
    {
        var properties = new JsonObject { [BoardSetup.FormCookie] = new JsonObject { ["type"] = "string", ["description"] = "Token of the page's form." } };
        var required = new JsonArray(BoardSetup.FormCookie);
        foreach (Taken field in form)
        {
            properties[field.Name] = Schema(field);
            properties[field.Name]!["description"] = field.Says;
            if (field.IsRequired)
            {
                required.Add(field.Name);
            }
        }
        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required };
    }

    private static JsonObject InPath(RoutePatternParameterPart part, Described row)
    {
        bool number = part.ParameterPolicies.Any(policy => policy.Content is "long" or "int");
        return Parameter(row.Path.FirstOrDefault(one => one.Name == part.Name) ?? new Taken(part.Name, "") { IsNumber = number }, "path", required: true);
    }

    private static JsonObject Parameter(Taken one, string place, bool required) =>
        new() { ["name"] = one.Name, ["in"] = place, ["required"] = required, ["description"] = one.Says, ["schema"] = Schema(one) };

    private static JsonObject Schema(Taken one) => one.IsNumber
        ? new JsonObject { ["type"] = "integer", ["format"] = "int64", ["minimum"] = 0 }
        : one.Words.Count > 0
            ? new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. one.Words.Select(word => (JsonNode)word)]) }
            : new JsonObject { ["type"] = "string", ["maxLength"] = one.Most };

    private static JsonObject Reference(string schema) => new() { ["$ref"] = "#/components/schemas/" + schema };

    private static JsonObject Problem() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["type"] = new JsonObject { ["type"] = "string" }, ["title"] = new JsonObject { ["type"] = "string" }, ["status"] = new JsonObject { ["type"] = "integer" },
            ["detail"] = new JsonObject { ["type"] = "string" }, ["traceId"] = new JsonObject { ["type"] = "string", ["description"] = "Stands in the hub's log too." },
        },
    };

    /// <summary>The path without what is asked of its parameters.</summary>
    private static string PathOf(RoutePattern pattern) =>
        "/" + string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternParameterPart parameter => "{" + parameter.Name + "}",
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            _ => "",
        }))));

    private static string IdOf(string method, RouteEndpoint endpoint) =>
        method.ToLowerInvariant() + string.Concat(PathOf(endpoint.RoutePattern).Split('/', '-', '.').Where(word => word.Length > 0).Select(word => "-" + word.Trim('{', '}')));
}
