using Microsoft.Data.Sqlite;
using TeleMonitor.Care.Cases;
using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests;

/// <summary>What is owed is done whatever one row of it is like.</summary>
public sealed class CaseWorkerTests : IDisposable
{
    private readonly TestHub hub = new();

    public void Dispose() => hub.Dispose();

    [Fact]
    public void A_row_that_the_store_refuses_does_not_hold_up_the_rows_after_it()
    {
        Outside($"create trigger no_case before insert on care_case when new.citizen = '{TestHub.Citizen}' begin select raise(abort, 'refused'); end");
        Owe(TestHub.Gateway, 1);
        Owe(TestHub.OtherGateway, 2);
        Assert.Equal(1, hub.Worker.Work(hub.Now));
        Assert.NotNull(hub.Store.Read(read => read.OpenCaseOf("c-test-2", CaseKind.Clinical)));
        Assert.Contains(hub.Store.Read(read => read.Findings()), finding => finding.Code == "finding/work-failed");
        Outside("drop trigger no_case");
        Assert.Equal(1, hub.Worker.Work(hub.Now.AddSeconds(61)));
        Assert.NotNull(hub.Store.Read(read => read.OpenCaseOf(TestHub.Citizen, CaseKind.Clinical)));
    }

    private void Owe(string gateway, int assignment) => hub.Store.Write(write => write.AddToDo(ToDo.Alert, hub.Now, write.AddAlert(
        new AlertRow(gateway, "boot-1", assignment, assignment, AlertOriginWord.Gateway, WireWord.Alert, Triage.Red, ["tobs/pulse/3"], false, 3, hub.Now), default, hub.Now)));

    private void Outside(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={hub.StoreFile};Pooling=false");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // the texts above
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
