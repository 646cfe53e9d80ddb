using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TeleMonitor.Cloud.Tests.Routing;

/// <summary>The part of JSON Schema that our schemas use. A keyword that it does not know fails, so that no schema is checked by half.</summary>
internal static class JsonSchemaCheck
{
    /// <summary>True when the value satisfies the schema.</summary>
    public static bool Satisfies(JsonNode? value, JsonObject schema) => schema.All(keyword => Keyword(value, keyword.Key, keyword.Value!, schema));

    private static bool Keyword(JsonNode? value, string keyword, JsonNode rule, JsonObject schema) => (keyword, value) switch
    {
        ("$schema" or "title" or "description", _) => true,
        ("type", _) => IsType(value, rule.GetValue<string>()),
        ("oneOf", _) => rule.AsArray().Count(option => Satisfies(value, option!.AsObject())) == 1,
        ("enum", _) => rule.AsArray().Any(word => JsonNode.DeepEquals(word, value)),
        ("pattern", JsonValue text) when Kind(value) == JsonValueKind.String => Regex.IsMatch(text.GetValue<string>(), rule.GetValue<string>(), RegexOptions.None, TimeSpan.FromSeconds(1)),
        ("minimum", JsonValue number) when Kind(value) == JsonValueKind.Number => number.GetValue<double>() >= rule.GetValue<double>(),
        ("maximum", JsonValue number) when Kind(value) == JsonValueKind.Number => number.GetValue<double>() <= rule.GetValue<double>(),
        ("minItems", JsonArray list) => list.Count >= rule.GetValue<int>(),
        ("uniqueItems", JsonArray list) => list.Select(item => item?.ToJsonString()).Distinct().Count() == list.Count,
        ("items", JsonArray list) => list.All(item => Satisfies(item, rule.AsObject())),
        ("required", JsonObject item) => rule.AsArray().All(key => item.ContainsKey(key!.GetValue<string>())),
        ("properties", JsonObject item) => item.All(field => rule[field.Key] is not JsonObject inner || Satisfies(field.Value, inner)),
        ("additionalProperties", JsonObject item) => item.All(field => schema["properties"]!.AsObject().ContainsKey(field.Key)),
        ("pattern" or "minimum" or "maximum" or "minItems" or "uniqueItems" or "items" or "required" or "properties" or "additionalProperties", _) => true,
        _ => throw new NotSupportedException($"schema keyword '{keyword}'"),
    };

    private static bool IsType(JsonNode? value, string type) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => Kind(value) == JsonValueKind.String,
        "boolean" => Kind(value) is JsonValueKind.True or JsonValueKind.False,
        "integer" => Kind(value) == JsonValueKind.Number && double.IsInteger(value!.GetValue<double>()),
        _ => throw new NotSupportedException($"schema type '{type}'"),
    };

    private static JsonValueKind Kind(JsonNode? value) => value?.GetValueKind() ?? JsonValueKind.Null;
}
