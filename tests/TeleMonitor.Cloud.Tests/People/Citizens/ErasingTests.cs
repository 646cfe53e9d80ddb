using System.Text;
using Microsoft.Data.Sqlite;
using TeleMonitor.Cloud.Tests.Routing;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People.Citizens;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Cloud.Tests.People.Citizens;

/// <summary>A citizen who is deleted is in no table and in no byte of the file any more; the audit stays whole, and nobody else loses anything.</summary>
public sealed class ErasingTests : IDisposable
{
    private static readonly Retention Retention =
        RetentionFile.TryRead(ShippedFiles.Bytes(ShippedFiles.RetentionName), "retention.json", out Retention? read, out _) ? read! : throw new InvalidDataException();
    private readonly EveryTable every = new();

    public void Dispose() => every.Dispose();

    [Fact]
    public void Nothing_of_the_citizen_is_left_in_the_file_and_everything_of_the_other_is()
    {
        string identity = every.Store.Read(read => read.CitizenRowOf(EveryTable.Ours))!.Closed;
        Assert.True(Holds(identity), "the test looks for what is not there");
        // many more, so that pages split and join
        every.Store.Write(write =>
        {
            for (int at = 0; at < 300; at++)
            {
                write.SaveIdentity($"c-many-{at}", every.Keys.Close(new Identity(PersonalId.Read(CprOf(at)).Id!, "Mange Mennesker", "Storegade 1", "", [])), "test", EveryTable.Now);
            }
        });
        Assert.Equal(RightsAnswer.Done, Erase("borgeren har ret til det"));
        Assert.Equal(0, Left(EveryTable.Ours));
        Assert.False(Holds(identity), "the identity is in the file");
        Assert.All(every.MarksOf(EveryTable.Ours).Where(one => IsErased(one.Key.Table)), one => Assert.False(Holds(one.Value), $"{one.Key} is in the file"));
        Assert.All(every.MarksOf(EveryTable.Other), one => Assert.True(Holds(one.Value), $"{one.Key} of the other is gone"));
        Assert.Equal(1, every.Store.Read(read => CitizenTables.All.Where(table => table.Name is "item").Sum(table => read.RowsOf(table, EveryTable.Other, long.MinValue, 9).Count)));
        Assert.Empty(every.Store.Read(read => AuditChain.Problems([.. read.AuditAll()], [])));
        AuditEntry last = every.Store.Read(read => read.AuditOf(EveryTable.Ours))[^1].Entry;
        Assert.Equal(("erased", AuditOutcome.Done), (last.Act, last.Outcome));
        Assert.Matches("^[0-9]+ rows$", last.Why);
        Assert.False(every.Store.Read(read => read.IsCitizen(EveryTable.Ours)));
    }

    [Fact]
    public void No_case_gets_the_number_of_one_that_is_gone()
    {
        using (var raw = new SqliteConnection($"Data Source={every.File}"))
        {
            raw.Open();
            EveryTable.Run(raw, "update care_case set id = 7 where id = 1");
        }
        Assert.Equal(8, every.Store.Read(read => read.NextCaseId()));
        Erase("borgeren har ret til det");
        Assert.Equal(8, every.Store.Read(read => read.NextCaseId()));
    }

    [Fact]
    public void Killed_at_any_step_it_goes_on_where_it_was()
    {
        Assert.Equal(RightsAnswer.Done, Ask("borgeren har ret til det"));
        int steps = 0;
        // another program each time
        while (new Erasing(every.Store).Step(EveryTable.Now, out _) is not null)
        {
            Assert.True(++steps < 200);
        }
        Assert.True(steps > CitizenTables.All.Count(table => table.NotErased is null), $"{steps} steps");
        Assert.Equal(0, Left(EveryTable.Ours));
        Assert.Equal(RightsAnswer.NotYours, Ask("igen, og igen"));
    }

    [Theory]
    [InlineData("update assignment set to_ms = null where number = 1", RightsAnswer.NotEnded)]
    [InlineData("update citizen set ended_ms = null where citizen = 'c-ours'", RightsAnswer.NotEnded)]
    [InlineData("update care_case set state = 'taken' where id = 1", RightsAnswer.OpenCase)]
    [InlineData("update wipe set wiped_ms = null where assignment = 1", RightsAnswer.NotWiped)]
    [InlineData("delete from wipe where assignment = 1", RightsAnswer.NotWiped)]
    [InlineData("update citizen set restricted_ms = 1 where citizen = 'c-ours'", RightsAnswer.IsRestricted)]
    public void What_is_not_over_is_not_deleted_whatever_the_reason(string sql, RightsAnswer answer)
    {
        using (var raw = new SqliteConnection($"Data Source={every.File}"))
        {
            raw.Open();
            EveryTable.Run(raw, sql);
        }
        Assert.Equal(answer, Erase("borgeren har ret til det"));
        Assert.True(Left(EveryTable.Ours) > 20);
        Assert.Contains(every.Store.Read(read => read.AuditOf(EveryTable.Ours)), line => line.Entry is { Act: "erase", Outcome: AuditOutcome.Denied });
    }

    [Fact]
    public void A_record_is_kept_its_time_unless_there_is_a_lawful_reason()
    {
        Assert.Equal(RightsAnswer.StillKept, Erase(null));
        Assert.Equal(RightsAnswer.NoReason, Erase("nej"));
        Assert.True(Left(EveryTable.Ours) > 20);
        Assert.Equal(RightsAnswer.Done, new Rights(every.Store, Retention).EraseAs("hub", EveryTable.Ours, null, EveryTable.Now.AddYears(10)));
    }

    [Fact]
    public void Of_nobody_there_is_nothing_to_delete() => Assert.Equal(RightsAnswer.NotYours, new Rights(every.Store, Retention).EraseAs("machine", "c-nobody", "en grund", EveryTable.Now));

    private RightsAnswer Ask(string? because) => new Rights(every.Store, Retention).EraseAs("machine", EveryTable.Ours, because, EveryTable.Now);

    private RightsAnswer Erase(string? because)
    {
        RightsAnswer answer = Ask(because);
        var erasing = new Erasing(every.Store);
        for (int steps = 0; erasing.Step(EveryTable.Now, out _) is not null; steps++)
        {
            Assert.True(steps < 200);
        }
        return answer;
    }

    private static bool IsErased(string table) => CitizenTables.All.Single(one => one.Name == table).NotErased is null;

    private int Left(string citizen) => every.Store.Read(read => CitizenTables.All.Where(table => table.NotErased is null || table.Name == "assignment").Sum(table => read.RowsOf(table, citizen, long.MinValue, 99).Count));

    /// <summary>In the database or in its log, as bytes.</summary>
    private bool Holds(string text) => new[] { every.File, every.File + "-wal" }.Where(File.Exists).Any(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    });

    private static string CprOf(int at) => $"{1 + (at % 28):00}{1 + (at / 28 % 12):00}50{1000 + at:0000}";
}
