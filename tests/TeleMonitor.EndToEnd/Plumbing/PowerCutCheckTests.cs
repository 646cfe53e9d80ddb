using System.Globalization;
using Microsoft.Data.Sqlite;
using TeleMonitor.Rig.PowerCut;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.EndToEnd;

/// <summary>What the guest looks at after a cut: each kind of harm is done by hand and must be seen.</summary>
public sealed class PowerCutCheckTests : IDisposable
{
    private const int Items = 12;
    private readonly string folder = Scratch.NewFolder("cut");
    private readonly SqliteConnection file;

    public PowerCutCheckTests()
    {
        file = new SqliteConnection($"Data Source={Path.Combine(folder, "file.db")};Pooling=False");
        file.Open();
    }

    public void Dispose()
    {
        file.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("", "ok last=12")]
    [InlineData("delete from item where number = 5", "damaged item 5")]
    [InlineData("delete from item where number = 12", "damaged the lane says 12")]
    [InlineData("update item set bytes = x'00' where number = 5", "damaged the lane says 12 items and another chain")]
    [InlineData("update lane set chain = chain + 1", "damaged the lane says 12 items and another chain")]
    public void An_outbox_is_good_only_without_gap_and_with_its_chain(string harm, string verdict)
    {
        Do("create table lane(lane text, last integer, chain integer); create table item(lane text, number integer, bytes blob)");
        Chain chain = Chain.Zero;
        for (int number = 1; number <= Items; number++)
        {
            byte[] bytes = System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"label\":{{\"row\":{number / 6}}}}}"));
            chain = chain.Next(bytes);
            Do(string.Create(CultureInfo.InvariantCulture, $"insert into item values ('reading', {number}, x'{Convert.ToHexString(bytes)}')"));
        }

        Do(string.Create(CultureInfo.InvariantCulture, $"insert into lane values ('reading', {Items}, {unchecked((long)chain.Value)})"));
        Do(harm);
        (string said, int row) = GuestVerb.CheckOutbox(file);
        Assert.StartsWith(verdict, said, StringComparison.Ordinal);
        Assert.Equal(harm.Length == 0 ? 2 : 1, row);
    }

    [Theory]
    [InlineData("", "ok last=3")]
    [InlineData("delete from item where number = 2", "damaged")]
    [InlineData("update item set bytes = x'0011' where number = 2", "damaged")]
    [InlineData("delete from item where number = 3", "ok last=2")] // a lost tail is seen by what was acknowledged
    public void A_control_is_good_only_with_every_row_as_it_was_written(string harm, string verdict)
    {
        Do("create table item(number integer primary key, bytes blob, length integer); insert into item values (1, x'01', 1), (2, x'02', 1), (3, x'03', 1)");
        Do(harm);
        Assert.StartsWith(verdict, GuestVerb.CheckControl(file).Verdict, StringComparison.Ordinal);
    }

    private void Do(string statement)
    {
        if (statement.Length > 0)
        {
            using SqliteCommand command = file.CreateCommand();
            command.CommandText = statement;
            command.ExecuteNonQuery();
        }
    }
}
