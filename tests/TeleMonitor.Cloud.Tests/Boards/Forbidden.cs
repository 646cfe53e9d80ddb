using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>
/// What support must never be told, read from the database itself: every stored vital value, every pseudonym and every gateway's id (which may hold
/// one), every plan that somebody follows, and what is written in the columns that name a person.
/// </summary>
internal sealed partial class Forbidden
{
    private readonly List<(string What, Regex Seen)> things = [];

    private Forbidden()
    {
    }

    public int Count => things.Count;

    /// <summary>Reads it.</summary>
    public static Forbidden Of(string database)
    {
        var all = new Forbidden();
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        foreach (string value in Read(connection, "select distinct value from item where kind = 'reading' and value is not null"))
        {
            all.AddValue(double.Parse(value, CultureInfo.InvariantCulture));
        }
        foreach (string word in Read(connection, "select citizen from assignment where synthetic = 0 union select gateway from gateway union select plan from citizen_plan"))
        {
            all.things.Add(("pseudonym, gateway or plan", new Regex($@"(?<![\w-]){Regex.Escape(word)}(?![\w-])", RegexOptions.None, TimeSpan.FromSeconds(5))));
        }
        foreach (string table in Read(connection, "select name from sqlite_master where type = 'table' and name in ('citizen', 'citizen_search', 'consent', 'relative')"))
        {
            foreach (string column in Read(connection, $"select name from pragma_table_info('{table}') where name in ('citizen', 'identity', 'key', 'name', 'number', 'telephone', 'address', 'end_reason', 'restricted_why')"))
            {
                foreach (string text in Read(connection, $"select distinct {column} from {table} where {column} is not null and length({column}) > 3"))
                {
                    all.Add($"{table}.{column}", text);
                }
            }
        }
        return all;
    }

    /// <summary>One more: a name or a number as the test typed it, which the database keeps encrypted.</summary>
    public void Add(string what, string text) => things.Add((what, new Regex(Regex.Escape(text), RegexOptions.IgnoreCase, TimeSpan.FromSeconds(5))));

    /// <summary>What a text holds of it.</summary>
    public IEnumerable<string> In(string text) => InPlain(Chance().Replace(System.Net.WebUtility.HtmlDecode(text), ""));

    private IEnumerable<string> InPlain(string text) => things.Where(thing => thing.Seen.IsMatch(text)).Select(thing => $"{thing.What}: {thing.Seen}")
        .Concat(Unit().Matches(text).Select(found => $"a number beside a unit: {found.Value}"))
        .Concat(Field().Matches(text).Select(found => $"a number in a field of health: {found.Value}"))
        .Concat(Cpr().Matches(text).Select(found => $"like a CPR number: {found.Value}"));

    /// <summary>A number that is conspicuous stands for itself; a small whole one could be anything and is found beside a unit or in a field.</summary>
    private void AddValue(double value)
    {
        if (value != Math.Truncate(value) || value >= 100)
        {
            string number = value.ToString(CultureInfo.InvariantCulture).Replace(".", "[.,]", StringComparison.Ordinal);
            things.Add(("a value", new Regex($@"(?<![\w.,:-]){number}(?![\w:-]|[.,]\d)", RegexOptions.None, TimeSpan.FromSeconds(5))));
        }
    }

    private static List<string> Read(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // of this test's own words and of the database's own names
        command.CommandText = sql;
#pragma warning restore CA2100
        using SqliteDataReader rows = command.ExecuteReader();
        var found = new List<string>();
        while (rows.Read())
        {
            found.Add(Convert.ToString(rows.GetValue(0), CultureInfo.InvariantCulture)!);
        }
        return found;
    }

    /// <summary>What is drawn by chance and says nothing: encrypted tokens and cookies, and trace ids. One of many would hold "7kg" or ten digits.</summary>
    [GeneratedRegex(@"CfDJ8[\w-]+|""traceId""\s*:\s*""[^""]*""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Chance();

    [GeneratedRegex(@"\d\s*(mmHg|mm\[Hg\]|\xb0C|Cel\b|kg\b|/min\b)|\d\s?%", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Unit();

    [GeneratedRegex(@"""(value|total|lowest|highest|points|last_alert_total|pulse|respiration|spo2|temperature|systolic|diastolic|weight)""\s*:\s*-?\d", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Field();

    [GeneratedRegex(@"(?<![\d-])(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d\d-?\d{4}(?![\d-])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Cpr();
}
