using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.People.Citizens;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Cloud.Tests.People.Citizens;

/// <summary>Everything about a citizen is in the export, and nothing of anybody else.</summary>
public sealed class CitizenExportTests : IDisposable
{
    private static readonly string[] Says = ["citizen", "assignment", "care_case"];
    private readonly EveryTable every = new();

    public void Dispose() => every.Dispose();

    [Fact]
    public void Every_table_with_a_citizen_a_loan_or_a_case_is_exported_or_says_why_not()
    {
        string[] tables = [.. every.Store.Read(read => read.Columns()).Where(one => Says.Contains(one.Column)).Select(one => one.Table).Distinct()];
        Assert.True(tables.Length > 20, $"only {tables.Length} tables");
        Assert.Empty(tables.Except(CitizenTables.All.Select(table => table.Name)).Except(CitizenTables.Others.Keys));
        // and nothing is named that there is not
        string[] all = [.. every.Store.Read(read => read.Columns()).Select(one => one.Table).Distinct()];
        Assert.Empty(CitizenTables.All.Select(table => table.Name).Concat(CitizenTables.Others.Keys).Except(all));
        Assert.All(CitizenTables.All.Select(table => table.NotExported).Concat(CitizenTables.All.Select(table => table.NotErased)).OfType<string>(), why => Assert.True(why.Length > 10));
    }

    [Fact]
    public async Task The_JSON_has_every_text_of_every_table_and_nothing_of_anybody_else()
    {
        string json = await Json(EveryTable.Ours);
        JsonElement root = JsonElement.Parse(json);
        foreach (CitizenTable table in CitizenExport.Tables)
        {
            Assert.Equal((table.Name, 1), (table.Name, root.GetProperty(table.Name).GetArrayLength()));
        }
        foreach (((string table, string column), string mark) in every.MarksOf(EveryTable.Ours).Where(one => CitizenExport.Tables.Any(table => table.Name == one.Key.Table)))
        {
            Assert.True(root.GetProperty(table).GetRawText().Contains(mark, StringComparison.Ordinal), $"{table}.{column} is not exported");
        }
        Assert.DoesNotContain(EveryTable.Other, json, StringComparison.Ordinal);
        Assert.Equal("Ny Berggren", root.GetProperty("citizen")[0].GetProperty("identity").GetProperty("name").GetString());
        Assert.Contains("En Datter", json, StringComparison.Ordinal);
        Assert.StartsWith("2025-11-22T10:00:00", root.GetProperty("item")[0].GetProperty("at").GetString(), StringComparison.Ordinal);
        Assert.Equal(1.5, root.GetProperty("item")[0].GetProperty("value").GetDouble());
    }

    [Fact]
    public async Task Of_the_audit_it_names_no_staff()
    {
        JsonElement line = JsonElement.Parse(await Json(EveryTable.Ours)).GetProperty("audit")[0];
        Assert.Equal("acute-nurse", line.GetProperty("role").GetString());
        Assert.All(new[] { "person", "session", "hash" }, name => Assert.False(line.TryGetProperty(name, out _)));
    }

    [Fact]
    public async Task The_page_for_people_says_the_same_in_Danish_without_script()
    {
        CultureInfo.CurrentUICulture = new CultureInfo("da");
        var text = new StringLocalizer<PeopleText>(new ResourceManagerStringLocalizerFactory(Options.Create(new LocalizationOptions()), NullLoggerFactory.Instance));
        string html = await Written(pipe => Export().WriteHtml(pipe, EveryTable.Ours, text, TimeZoneInfo.FindSystemTimeZoneById("Europe/Copenhagen"), EveryTable.Now, CancellationToken.None));
        foreach (CitizenTable table in CitizenExport.Tables)
        {
            Assert.False(text["table-" + table.Name].ResourceNotFound, $"{table.Name} has no heading");
        }
        // every column that is shown has a Danish name
        string[] without = [.. JsonElement.Parse(await Json(EveryTable.Ours)).EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.Array)
            .SelectMany(one => one.Value[0].EnumerateObject().Select(column => column.Name)).Distinct().Where(column => text["column-" + column].ResourceNotFound)];
        Assert.Empty(without);
        Assert.All(every.MarksOf(EveryTable.Ours).Where(one => CitizenExport.Tables.Any(table => table.Name == one.Key.Table)), one => Assert.Contains(one.Value, html, StringComparison.Ordinal));
        Assert.Contains("Målinger, svar og scorer", System.Net.WebUtility.HtmlDecode(html), StringComparison.Ordinal);
        Assert.Contains("22-11-2025 11:00:00", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain(EveryTable.Other, html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_citizen_of_whom_there_is_nothing_gives_empty_lists()
    {
        JsonElement root = JsonElement.Parse(await Json("c-nobody"));
        Assert.All(CitizenExport.Tables, table => Assert.Equal(0, root.GetProperty(table.Name).GetArrayLength()));
    }

    private CitizenExport Export() => new(every.Store, every.Keys);

    private Task<string> Json(string citizen) => Written(pipe => Export().WriteJson(pipe, citizen, EveryTable.Now, CancellationToken.None));

    private static async Task<string> Written(Func<PipeWriter, Task> write)
    {
        using var stream = new MemoryStream();
        PipeWriter pipe = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        await write(pipe);
        await pipe.CompleteAsync();
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
