using Microsoft.Data.Sqlite;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People.Citizens;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Cloud.Tests.People.Citizens;

/// <summary>A store in which every table that says something of a citizen has a row of each of two, made from the schema: a table that comes later is filled too.</summary>
internal sealed class EveryTable : IDisposable
{
    public const string Ours = "c-ours", Other = "c-other";
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private static readonly long During = Now.AddYears(-1).ToUnixTimeMilliseconds(), Ended = Now.AddYears(-1).AddDays(1).ToUnixTimeMilliseconds();
    private readonly string folder = Directory.CreateTempSubdirectory("telemonitor-test-").FullName;

    public EveryTable()
    {
        Store = HubStore.Open(File, Now);
        using (var raw = new SqliteConnection($"Data Source={File}"))
        {
            raw.Open();
            Fill(raw, Ours, 1);
            Fill(raw, Other, 2);
        }
        foreach (string citizen in new[] { Ours, Other })
        {
            Store.Write(write =>
            {
                write.SaveIdentity(citizen, Keys.Close(IdentityOf(citizen, "Gammel")), "test", Now);
                write.SaveIdentity(citizen, Keys.Close(IdentityOf(citizen, "Ny")), "test", Now);
                write.EndMonitoring(citizen, EndReason.Completed, DateTimeOffset.FromUnixTimeMilliseconds(Ended));
                write.AddAudit([new AuditEntry(Now, "mlk", "acute-nurse", "akut-aabenraa", "s", "view", "case", citizen, Mark(citizen, "audit", "why"), AuditOutcome.Done)]);
            });
        }
    }

    public string File => Path.Combine(folder, "hub.db");
    public HubStore Store { get; }
    public IdentityKeys Keys { get; } = IdentityKeys.InMemory();

    /// <summary>Every text that a citizen's rows hold, with its table and column.</summary>
    public Dictionary<(string Table, string Column), string> MarksOf(string citizen) => Store.Read(read => read.Columns())
        .Where(one => CitizenTables.All.Any(table => table.Name == one.Table && one.Table is not ("citizen" or "citizen_search" or "erasure" or "audit")) && marked.Contains((one.Table, one.Column)))
        .ToDictionary(one => one, one => Mark(citizen, one.Table, one.Column));

    public static string NumberOf(string citizen) => citizen == Ours ? "2512489996" : "0201919990";

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private readonly HashSet<(string, string)> marked = [];

    private static Identity IdentityOf(string citizen, string first) =>
        new(PersonalId.Read(NumberOf(citizen)).Id!, $"{first} {(citizen == Ours ? "Berggren" : "Testesen")}", "Storegade 1", "00 00 00 00", [new Relative("En Datter", "00 00 00 01", "datter")]);

    private static string Mark(string citizen, string table, string column) => $"mark-{citizen}-{table}-{column}";

    private void Fill(SqliteConnection raw, string citizen, int number)
    {
        string gateway = Gateway(number);
        Run(raw, "insert into gateway (gateway, kit, registered_ms) values ($a, $b, 1)", gateway, $"kit-{number}");
        Run(raw, "insert into role_grant (id, person, role, kind, unit, from_ms, given_by, given_ms) values ($a, 'x', 'acute-nurse', 'citizen', $b, 1, 'test', 1)", number, citizen);
        // what others rest on first
        foreach (CitizenTable table in CitizenTables.All.Where(one => one.Name is not ("citizen" or "citizen_search" or "erasure" or "audit")).OrderBy(one => one.Name == "assignment" ? 0 : 1))
        {
            (string Name, string Type)[] columns = Columns(raw, table.Name);
            object[] values = [.. columns.Select(column => Value(table.Name, column.Name, column.Type, citizen, number, gateway))];
            Run(raw, $"insert into {table.Name} ({string.Join(", ", columns.Select(column => column.Name))}) values ({string.Join(", ", columns.Select((_, at) => $"${(char)('a' + at)}"))})", values);
        }
    }

    private static string Gateway(int number) => $"gw-every-{number}";

    private object Value(string table, string column, string type, string citizen, int number, string gateway)
    {
        switch ((table, column))
        {
            case (_, "citizen"): return citizen;
            case (_, "gateway"): return gateway;
            case (_, "assignment" or "care_case" or "id" or "number" or "item" or "alert" or "role_grant"): return number;
            case (_, "synthetic"): return 0;
            case ("care_case", "state"): return "closed";
            case ("assignment", "from_ms"): return During - 1000;
            case (_, "to_ms"): return Ended;
            case (_, "from_ms"): return During;
        }
        switch (type.Split(' ')[0])
        {
            case "text":
                marked.Add((table, column));
                return Mark(citizen, table, column);
            case "blob":
                marked.Add((table, column));
                return System.Text.Encoding.UTF8.GetBytes($$"""{"kind":"{{Mark(citizen, table, column)}}"}""");
            case "double": return 1.5;
            default: return column.EndsWith("_ms", StringComparison.Ordinal) ? During : number;
        }
    }

    private static (string, string)[] Columns(SqliteConnection raw, string table)
    {
        using SqliteCommand command = raw.CreateCommand();
        command.CommandText = $"select name, type from pragma_table_info('{table}') order by cid";
        using SqliteDataReader reader = command.ExecuteReader();
        var columns = new List<(string, string)>();
        while (reader.Read())
        {
            columns.Add((reader.GetString(0), reader.GetString(1)));
        }
        return [.. columns];
    }

    internal static void Run(SqliteConnection raw, string sql, params object[] values)
    {
        using SqliteCommand command = raw.CreateCommand();
        command.CommandText = sql;
        for (int at = 0; at < values.Length; at++)
        {
            command.Parameters.AddWithValue($"${(char)('a' + at)}", values[at]);
        }
        command.ExecuteNonQuery();
    }
}
