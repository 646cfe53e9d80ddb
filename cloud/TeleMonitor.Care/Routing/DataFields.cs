using System.Globalization;
using System.Text.Json;

namespace TeleMonitor.Care.Routing;

/// <summary>
/// One object of a data file, read field by field. Every problem goes to one list with file and field path, so that a person can
/// correct a file in one go; a serialiser would stop at the first. A field with a problem reads as an empty value, which is never used,
/// since a file with a problem is not taken at all.
/// </summary>
internal sealed class DataFields
{
    private readonly Dictionary<string, JsonElement> fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> read = new(StringComparer.Ordinal);
    private readonly List<string> problems;
    private readonly string path;

    private DataFields(JsonElement element, string path, List<string> problems)
    {
        this.path = path;
        this.problems = problems;
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (!fields.TryAdd(property.Name, property.Value))
            {
                Problem(property.Name, "is given twice");
            }
        }
    }

    /// <summary>Reads a whole file; <paramref name="read"/> is called only when it is a JSON object.</summary>
    public static T? Root<T>(ReadOnlySpan<byte> json, string fileName, List<string> problems, Func<DataFields, T> read) where T : class
    {
        try
        {
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 16 });
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            if (reader.Read() || document.RootElement.ValueKind != JsonValueKind.Object)
            {
                problems.Add($"{fileName}: must be one JSON object");
                return null;
            }
            DataFields root = new(document.RootElement, fileName + ": ", problems);
            T result = read(root);
            root.NothingElse();
            return problems.Count == 0 ? result : null;
        }
        // the second: a text that is no valid UTF-8 or holds half a surrogate pair
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            problems.Add($"{fileName}: is not JSON: {bad.Message}");
            return null;
        }
    }

    /// <summary>Records a problem with a field of this object.</summary>
    public void Problem(string key, string text) => problems.Add($"{path}{key} {text}");

    /// <summary>A text that is not blank.</summary>
    public string Text(string key)
    {
        string? text = Find(key) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        return Accepted(key, text, !string.IsNullOrWhiteSpace(text), "must be a text that is not empty") ?? "";
    }

    /// <summary>A text of lower-case letters a–z, digits and single hyphens.</summary>
    public string Slug(string key)
    {
        string text = Text(key);
        return text.Length == 0 || IsSlug(text) ? text : Reject(key, $"must be of a-z, 0-9 and hyphens, it is '{text}'", "");
    }

    /// <summary>As <see cref="Slug"/>, or null.</summary>
    public string? SlugOrNull(string key) => IsNull(key) ? null : Slug(key);

    /// <summary>True or false.</summary>
    public bool Flag(string key) => Find(key) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => Reject(key, "must be true or false", false),
    };

    /// <summary>Whole minutes within limits, both inclusive.</summary>
    public TimeSpan Minutes(string key, int lowest, int highest)
    {
        bool good = Find(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int minutes) && minutes >= lowest && minutes <= highest;
        return good ? TimeSpan.FromMinutes(Find(key)!.Value.GetInt32()) : Reject(key, $"must be whole minutes from {lowest} to {highest}", TimeSpan.Zero);
    }

    /// <summary>A whole number within limits, both inclusive.</summary>
    public int Whole(string key, int lowest, int highest) =>
        Find(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int number) && number >= lowest && number <= highest
            ? number : Reject(key, $"must be a whole number from {lowest} to {highest}", lowest);

    /// <summary>A date as yyyy-MM-dd.</summary>
    public DateOnly Date(string key) =>
        Find(key) is { ValueKind: JsonValueKind.String } value
        && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            ? date
            : Reject(key, "must be a date as yyyy-MM-dd", default(DateOnly));

    /// <summary>A date as yyyy-MM-dd, or null.</summary>
    public DateOnly? DateOrNull(string key) => IsNull(key) ? null : Date(key);

    /// <summary>A time of day as HH:mm.</summary>
    public TimeOnly TimeOfDay(string key) =>
        Find(key) is { ValueKind: JsonValueKind.String } value
        && TimeOnly.TryParseExact(value.GetString(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time)
            ? time
            : Reject(key, "must be a time of day as HH:mm", default(TimeOnly));

    /// <summary>One of the words that <paramref name="tryRead"/> knows.</summary>
    public T Word<T>(string key, Func<string, T?> tryRead, string choices) where T : struct
    {
        string text = Text(key);
        return text.Length == 0 ? default : tryRead(text) ?? Reject(key, $"must be one of {choices}, it is '{text}'", default(T));
    }

    /// <summary>A list, not empty and without repetition, of words that <paramref name="tryRead"/> knows.</summary>
    public IReadOnlyList<T> Words<T>(string key, Func<string, T?> tryRead, string choices) where T : struct
    {
        List<T> words = [];
        foreach ((JsonElement element, int at) in Elements(key))
        {
            T? word = element.ValueKind == JsonValueKind.String ? tryRead(element.GetString()!) : null;
            if (word is null || words.Contains(word.Value))
            {
                Problem($"{key}[{at}]", $"must be one of {choices}, each once");
                continue;
            }
            words.Add(word.Value);
        }
        return words;
    }

    /// <summary>An object.</summary>
    public T? Object<T>(string key, Func<DataFields, T> read) where T : class =>
        Find(key) is { ValueKind: JsonValueKind.Object } value ? Inner(value, key, read) : Reject<T?>(key, "must be an object", null);

    /// <summary>An object, or null.</summary>
    public T? ObjectOrNull<T>(string key, Func<DataFields, T> read) where T : class => IsNull(key) ? null : Object(key, read);

    /// <summary>A list of objects, not empty.</summary>
    public IReadOnlyList<T> List<T>(string key, Func<DataFields, T> read) where T : class
    {
        List<T> items = [];
        foreach ((JsonElement element, int at) in Elements(key))
        {
            if (element.ValueKind == JsonValueKind.Object)
            {
                items.Add(Inner(element, $"{key}[{at}]", read));
                continue;
            }
            Problem($"{key}[{at}]", "must be an object");
        }
        return items;
    }

    private T Inner<T>(JsonElement element, string key, Func<DataFields, T> read)
    {
        DataFields inner = new(element, $"{path}{key}.", problems);
        T result = read(inner);
        inner.NothingElse();
        return result;
    }

    private IEnumerable<(JsonElement Element, int At)> Elements(string key)
    {
        if (Find(key) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0)
        {
            return list.EnumerateArray().Select((element, at) => (element, at));
        }
        Problem(key, "must be a list that is not empty");
        return [];
    }

    private JsonElement? Find(string key)
    {
        read.Add(key);
        return fields.TryGetValue(key, out JsonElement value) ? value : null;
    }

    private bool IsNull(string key) => Find(key) is { ValueKind: JsonValueKind.Null };

    private T? Accepted<T>(string key, T? value, bool good, string expectation) where T : class => good ? value : Reject<T?>(key, expectation, null);

    private T Reject<T>(string key, string expectation, T empty)
    {
        Problem(key, expectation + (fields.ContainsKey(key) ? "" : "; it is missing"));
        return empty;
    }

    private void NothingElse()
    {
        foreach (string key in fields.Keys.Where(key => !read.Contains(key)))
        {
            Problem(key, "is not a known field");
        }
    }

    private static bool IsSlug(string text) =>
        text.All(letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-') && text[0] != '-' && text[^1] != '-' && !text.Contains("--", StringComparison.Ordinal);
}
