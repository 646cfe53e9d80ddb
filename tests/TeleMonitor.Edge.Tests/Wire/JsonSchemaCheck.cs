using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TeleMonitor.Edge.Tests.Wire;

/// <summary>
/// Validates JSON by the part of draft 2020-12 that firmware-config/schema uses. No schema package restores from the feed this is built
/// against; a keyword that is not known here fails, so that no schema can be weaker than it looks.
/// </summary>
internal sealed class JsonSchemaCheck(JsonElement root)
{
    private readonly List<string> faults = [];

    public static IReadOnlyList<string> Faults(JsonElement schema, JsonElement value)
    {
        var check = new JsonSchemaCheck(schema);
        check.Visit(schema, value, "$");
        return check.faults;
    }

    private bool Holds(JsonElement schema, JsonElement value)
    {
        var check = new JsonSchemaCheck(root);
        check.Visit(schema, value, "$");
        return check.faults.Count == 0;
    }

    private void Visit(JsonElement schema, JsonElement value, string place)
    {
        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            if (!Keyword(keyword.Name, keyword.Value, schema, value, place))
            {
                faults.Add($"{place}: {keyword.Name} {keyword.Value.GetRawText()}");
            }
        }
    }

    private bool Keyword(string name, JsonElement rule, JsonElement schema, JsonElement value, string place) => name switch
    {
        "$schema" or "$id" or "$defs" or "title" or "description" => true,
        "$ref" => Follow(rule.GetString()!, value, place),
        "type" => rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray().Any(type => IsType(type, value)) : IsType(rule, value),
        "const" => JsonElement.DeepEquals(rule, value),
        "enum" => rule.EnumerateArray().Any(choice => JsonElement.DeepEquals(choice, value)),
        "pattern" => value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, rule.GetString()!, RegexOptions.ECMAScript, TimeSpan.FromSeconds(1)),
        "minLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= rule.GetInt32(),
        "maxLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length <= rule.GetInt32(),
        "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() >= rule.GetDouble(),
        "maximum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() <= rule.GetDouble(),
        "minItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= rule.GetInt32(),
        "maxItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= rule.GetInt32(),
        "minProperties" => value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Count() >= rule.GetInt32(),
        "required" => value.ValueKind != JsonValueKind.Object || rule.EnumerateArray().All(field => value.TryGetProperty(field.GetString()!, out _)),
        "properties" => Properties(rule, value, place),
        "additionalProperties" => Additional(rule, schema, value, place),
        "items" => Items(rule, value, place),
        "oneOf" => rule.EnumerateArray().Count(choice => Holds(choice, value)) == 1,
        "anyOf" => rule.EnumerateArray().Any(choice => Holds(choice, value)),
        "not" => !Holds(rule, value),
        _ => throw new NotSupportedException($"{place}: the schema uses '{name}', which this check does not know"),
    };

    private bool Follow(string pointer, JsonElement value, string place)
    {
        JsonElement target = root;
        foreach (string step in pointer.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            target = target.GetProperty(step);
        }
        Visit(target, value, place);
        return true;
    }

    private static bool IsType(JsonElement type, JsonElement value) => type.GetString() switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && double.IsInteger(value.GetDouble()),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => throw new NotSupportedException($"type {type.GetRawText()}"),
    };

    private bool Properties(JsonElement rule, JsonElement value, string place)
    {
        foreach (JsonProperty field in rule.EnumerateObject())
        {
            if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(field.Name, out JsonElement given))
            {
                Visit(field.Value, given, $"{place}.{field.Name}");
            }
        }
        return true;
    }

    private bool Additional(JsonElement rule, JsonElement schema, JsonElement value, string place)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return true;
        }
        bool named = schema.TryGetProperty("properties", out JsonElement properties);
        JsonProperty[] others = [.. value.EnumerateObject().Where(field => !named || !properties.TryGetProperty(field.Name, out _))];
        if (rule.ValueKind == JsonValueKind.False)
        {
            return others.Length == 0;
        }
        foreach (JsonProperty other in others)
        {
            Visit(rule, other.Value, $"{place}.{other.Name}");
        }
        return true;
    }

    private bool Items(JsonElement rule, JsonElement value, string place)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            int index = 0;
            foreach (JsonElement item in value.EnumerateArray())
            {
                Visit(rule, item, string.Create(CultureInfo.InvariantCulture, $"{place}[{index++}]"));
            }
        }
        return true;
    }
}
