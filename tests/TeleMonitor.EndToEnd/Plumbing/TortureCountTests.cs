using System.Globalization;
using Microsoft.Data.Sqlite;
using TeleMonitor.Rig.Torture;

namespace TeleMonitor.EndToEnd;

/// <summary>A torture that cannot see a loss would prove nothing: each kind of harm is done to a store by hand and must be counted.</summary>
public sealed class TortureCountTests : IAsyncLifetime
{
    private const int Rows = 60;
    private readonly string folder = Scratch.NewFolder("counts");
    private readonly TortureRecording recording = new(Rows, new Random(5));
    private SqliteConnection store = null!;
    private StoreWatch watch = null!;

    public async Task InitializeAsync()
    {
        string file = Path.Combine(folder, "hub.db");
        store = new SqliteConnection($"Data Source={file};Pooling=False");
        await store.OpenAsync();
        Do("""
            create table item (id integer primary key, gateway text, boot text, tick integer, code text, kind text, value real, label_row integer, bytes blob);
            create table alert (id integer primary key, gateway text, boot text, tick integer, triage text, care_case integer);
            create table care_case (id integer primary key);
            create table to_do (id integer primary key, kind text, subject integer);
            insert into care_case values (1);
            """);
        for (int row = 2; row <= recording.LastRow; row++)
        {
            foreach ((string code, double value) in recording.CellsOf(row))
            {
                Do(string.Create(CultureInfo.InvariantCulture, $"insert into item values (null, 'g', 'b', {row}, '{code}', 'reading', {value}, {row}, x'7b7d')"));
            }
        }

        foreach (int row in recording.Reds)
        {
            Do($"insert into item values (null, 'g', 'b', {row}, 'alert/clinical', 'alert', null, {row}, x'7b7d'); insert into alert values ({row}, 'g', 'b', {row}, 'red', 1)");
        }

        watch = new StoreWatch(file, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        await watch.DisposeAsync();
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_store_with_everything_once_is_good()
    {
        TortureResult result = Count();
        Assert.Equal(Rows * TortureRecording.Cells, result.Accepted);
        Assert.True(result.IsGood);
        Assert.True(result.Reds >= 2);
    }

    [Theory]
    [InlineData("delete from item where kind = 'reading' and label_row = 9 and code = '8867-4'", 1, 0, 0)]
    [InlineData("update item set value = value + 1 where kind = 'reading' and label_row = 9 and code = '8310-5'", 1, 0, 0)]
    [InlineData("insert into item select null, gateway, 'other', tick, code, kind, value, label_row, bytes from item where label_row = 10 and kind = 'reading'", 0, 5, 0)]
    [InlineData("update alert set care_case = null where id = 7", 0, 0, 1)]
    [InlineData("update alert set care_case = 2 where id = 7", 0, 0, 1)]
    [InlineData("update alert set triage = 'yellow' where id = 7", 0, 0, 1)]
    [InlineData("delete from alert where id = 7", 0, 0, 1)]
    public void Each_harm_is_counted_in_its_column(string harm, int lost, int duplicated, int withoutCase)
    {
        Assert.Contains(7, recording.Reds);
        Do(harm);
        TortureResult result = Count();
        Assert.Equal((lost, duplicated, withoutCase), (result.Lost, result.Duplicated, result.RedsWithoutCase));
        Assert.False(result.IsGood);
    }

    [Fact]
    public void What_a_thinned_item_stands_for_is_not_lost_and_is_told_apart()
    {
        Do("delete from item where kind = 'reading' and label_row = 11; insert into item values (null, 'g', 'b', 1, 'thinned/reading', 'thinned', null, null, cast('{\"items\":5}' as blob))");
        TortureResult result = Count();
        Assert.Equal((0, 5), (result.Lost, result.Thinned));
    }

    [Fact]
    public void A_run_with_a_fault_is_not_good_whatever_its_counts() =>
        Assert.False((Count() with { Faults = ["the gateway gave up"] }).IsGood);

    private TortureResult Count() => TortureResult.Count(recording, recording.LastRow, watch, []);

    private void Do(string statement)
    {
        using SqliteCommand command = store.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }
}
