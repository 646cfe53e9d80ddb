using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Localization;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.People.Citizens;

/// <summary>
/// Everything about a citizen as one document: what every table of <see cref="CitizenTables"/> holds, decoded. Written page by page as it is
/// read: the longest history needs no more room than the shortest. Whoever calls has asked whether it may be had, and written that down.
/// </summary>
/// <param name="store">Store.</param>
/// <param name="keys">Opens the identity.</param>
public sealed class CitizenExport(HubStore store, IdentityKeys keys)
{
    private const int Page = 500;
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All) };
    /// <summary>Who of the staff looked is told on lawful request only, and the chain's links say nothing.</summary>
    private static readonly HashSet<string> Withheld = ["audit.person", "audit.session", "audit.hash"];

    /// <summary>The tables that are exported, in the order in which they are read.</summary>
    public static IEnumerable<CitizenTable> Tables => CitizenTables.All.Where(table => table.NotExported is null);

    /// <summary>Writes it as JSON: a list of rows for each table, times as ISO 8601, and what is left out and why.</summary>
    public async Task WriteJson(PipeWriter to, string citizen, DateTimeOffset now, CancellationToken ct)
    {
        using var json = new Utf8JsonWriter((IBufferWriter<byte>)to, Readable);
        json.WriteStartObject();
        json.WriteString("citizen", citizen);
        json.WriteString("made_at", now);
        json.WriteString("hub", store.HubId);
        foreach (CitizenTable table in Tables)
        {
            json.WriteStartArray(table.Name);
            await foreach (IReadOnlyList<CitizenTableRow> page in Pages(table, citizen))
            {
                foreach (CitizenTableRow row in page)
                {
                    json.WriteStartObject();
                    foreach ((string name, JsonNode? value) in Decoded(table, row))
                    {
                        json.WritePropertyName(name);
                        Write(json, value);
                    }
                    json.WriteEndObject();
                }
                await json.FlushAsync(ct);
                await to.FlushAsync(ct);
            }
            json.WriteEndArray();
        }
        json.WriteStartObject("left_out");
        foreach (CitizenTable table in CitizenTables.All.Where(table => table.NotExported is not null))
        {
            json.WriteString(table.Name, table.NotExported);
        }
        json.WriteEndObject();
        json.WriteEndObject();
        await json.FlushAsync(ct);
        await to.FlushAsync(ct);
    }

    /// <summary>Writes the same for people: headings, tables, no script.</summary>
    /// <param name="to">Where.</param>
    /// <param name="citizen">Pseudonym.</param>
    /// <param name="text">Words: <c>table-…</c> and <c>column-…</c>.</param>
    /// <param name="zone">In which times are said.</param>
    /// <param name="now">Time.</param>
    /// <param name="ct">Ends it.</param>
    public async Task WriteHtml(PipeWriter to, string citizen, IStringLocalizer<PeopleText> text, TimeZoneInfo zone, DateTimeOffset now, CancellationToken ct)
    {
        string Html(string raw) => HtmlEncoder.Default.Encode(raw);
        void Say(string html) => Encoding.UTF8.GetBytes(html, to);
        string language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
        Say($"<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{Html(text["export-title"])}</title><link rel=\"stylesheet\" href=\"/board.css\"></head><body class=\"staff\"><main class=\"page\">\n");
        Say($"<h1>{Html(text["export-h1", citizen])}</h1>\n<p>{Html(text["export-made", Local(now, zone)])}</p>\n");
        foreach (CitizenTable table in Tables)
        {
            Say($"<h2>{Html(Or(text, "table-" + table.Name, table.Name))}</h2>\n");
            bool any = false;
            await foreach (IReadOnlyList<CitizenTableRow> page in Pages(table, citizen))
            {
                foreach (CitizenTableRow row in page)
                {
                    (string Name, JsonNode? Value)[] columns = [.. Decoded(table, row)];
                    if (!any)
                    {
                        Say($"<table class=\"data\"><thead><tr>{string.Concat(columns.Select(column => $"<th scope=\"col\">{Html(Or(text, "column-" + column.Name, column.Name))}</th>"))}</tr></thead><tbody>\n");
                        any = true;
                    }
                    Say($"<tr>{string.Concat(columns.Select(column => $"<td>{Html(Plain(column.Value, text, zone))}</td>"))}</tr>\n");
                }
                await to.FlushAsync(ct);
            }
            Say(any ? "</tbody></table>\n" : $"<p>{Html(text["export-nothing"])}</p>\n");
        }
        Say($"<h2>{Html(text["export-left-out"])}</h2><ul>{string.Concat(CitizenTables.All.Where(table => table.NotExported is not null).Select(table => $"<li>{Html(Or(text, "left-out-" + table.Name, table.NotExported!))}</li>"))}</ul>\n</main></body></html>\n");
        await to.FlushAsync(ct);
    }

    private async IAsyncEnumerable<IReadOnlyList<CitizenTableRow>> Pages(CitizenTable table, string citizen)
    {
        long after = long.MinValue;
        while (store.Read(read => read.RowsOf(table, citizen, after, Page)) is { Count: > 0 } page)
        {
            yield return page;
            after = page[^1].Place;
            await Task.Yield(); // a long history must not hold a thread from its beginning to its end
        }
    }

    /// <summary>A row as it is told: times as times, bytes and texts of JSON as what they say, the identity opened.</summary>
    private IEnumerable<(string Name, JsonNode? Value)> Decoded(CitizenTable table, CitizenTableRow row)
    {
        foreach ((string name, object? value) in row.Columns.Where(column => !Withheld.Contains($"{table.Name}.{column.Key}")))
        {
            yield return (table.Name, name, value) switch
            {
                ("citizen", "identity", string closed) => (name, keys.OpenText(closed) is { } identity ? JsonNode.Parse(identity.Write()) : JsonValue.Create("no key opens it")),
                (_, _, long time) when name.EndsWith("_ms", StringComparison.Ordinal) => (name[..^"_ms".Length], JsonValue.Create(DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("O", CultureInfo.InvariantCulture))),
                (_, _, null) => (name.EndsWith("_ms", StringComparison.Ordinal) ? name[..^"_ms".Length] : name, null),
                (_, _, byte[] bytes) => ("content", Parsed(bytes) ?? (bytes.Length == 0 ? null : JsonValue.Create(Convert.ToBase64String(bytes)))),
                (_, _, string and ['{' or '[', ..] and var structure) => (name, Parsed(Encoding.UTF8.GetBytes(structure)) ?? JsonValue.Create(structure)),
                (_, _, string said) => (name, JsonValue.Create(said)),
                (_, _, double number) => (name, JsonValue.Create(number)),
                (_, _, var number) => (name, JsonValue.Create(Convert.ToInt64(number, CultureInfo.InvariantCulture))),
            };
        }
    }

    private static JsonNode? Parsed(byte[] utf8)
    {
        try
        {
            return utf8.Length == 0 ? null : JsonNode.Parse(utf8);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Write(Utf8JsonWriter json, JsonNode? value)
    {
        if (value is null)
        {
            json.WriteNullValue();
            return;
        }
        value.WriteTo(json);
    }

    /// <summary>A value for people: times of Denmark, an object as its fields.</summary>
    private static string Plain(JsonNode? value, IStringLocalizer<PeopleText> text, TimeZoneInfo zone) => value switch
    {
        null => "",
        JsonObject fields => string.Join("; ", fields.Where(field => field.Value is not null).Select(field => $"{Or(text, "column-" + field.Key, field.Key)}: {Plain(field.Value, text, zone)}")),
        JsonArray items => string.Join(", ", items.Select(item => Plain(item, text, zone))),
        _ when value.GetValueKind() is JsonValueKind.String => value.GetValue<string>() is var said && DateTimeOffset.TryParseExact(said, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset at) ? Local(at, zone) : said,
        _ when value.GetValueKind() is JsonValueKind.True => text["yes"],
        _ when value.GetValueKind() is JsonValueKind.False => text["no"],
        _ => value.ToJsonString(),
    };

    private static string Local(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone).ToString("dd-MM-yyyy HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Or(IStringLocalizer<PeopleText> text, string key, string otherwise) => text[key] is { ResourceNotFound: false } found ? found.Value : otherwise;
}
