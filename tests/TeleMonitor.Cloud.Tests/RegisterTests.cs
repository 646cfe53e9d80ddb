using System.Text;
using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests;

public sealed class RegisterTests : IDisposable
{
    private readonly TestHub hub = new();

    public void Dispose() => hub.Dispose();

    [Fact]
    public void A_number_that_stands_twice_in_the_file_is_refused_with_its_place()
    {
        Assert.Null(Read(Gateway("gw-test-0008", 8, "null"), Gateway("gw-test-0009", 8, "null"), out string problem));
        Assert.Contains("gateways[1]: assignment 8 stands twice", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_from_before_the_end_does_not_open_an_ended_assignment_again()
    {
        string ended = Gateway("gw-test-0008", 8, "\"2026-11-01T00:00:00Z\""), before = Gateway("gw-test-0008", 8, "null");
        foreach (string file in (string[])[before, ended, before])
        {
            Assert.Empty(Read(file, null, out _)!.Apply(hub.Store, hub.Now));
        }
        Assert.False(hub.Store.Read(read => read.AssignmentOf(8))!.IsOpen(hub.Now));
    }

    [Fact]
    public void A_kit_is_lent_again_only_when_its_gateway_has_said_that_it_is_wiped()
    {
        hub.Take(new TestLane(WireWord.ReadingLane).Add(Pulse).PackAll());
        Assert.Empty(Lend(8)); // a second citizen of the home: nothing has ended

        hub.Store.Write(write => { write.RegisterAssignment(new Assignment(1, TestHub.Gateway, TestHub.Citizen, "aabenraa", hub.Now.AddDays(-1), hub.Now, false)); });
        Assert.Contains("cannot be lent again: it has not said that assignment 1 is delivered and wiped", Assert.Single(Lend(9)), StringComparison.Ordinal);
        Assert.Empty(Lend(8)); // known already

        hub.Take(new TestLane(WireWord.StatusLane, outbox: "00000000000000bb").Add(Ended).PackAll());
        Assert.Empty(Lend(9));
        Assert.Equal(0, hub.Counts.Quarantined);
    }

    [Fact]
    public void What_a_gateway_has_wiped_ends_then_and_what_still_names_it_is_put_aside()
    {
        hub.Take(new TestLane(WireWord.StatusLane).Add(Ended).PackAll());
        Assert.Equal(hub.Now, hub.Store.Read(read => read.AssignmentOf(1))!.To);
        hub.Now = hub.Now.AddMinutes(1);
        hub.Take(new TestLane(WireWord.ReadingLane).Add(Pulse).PackAll());
        Assert.Contains("closed", hub.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_ends_the_loan_of_another_gateway()
    {
        hub.Take(new TestLane(WireWord.StatusLane, TestHub.OtherGateway).Add(Ended).PackAll());
        Assert.Null(hub.Store.Read(read => read.AssignmentOf(1))!.To);
        Assert.Equal(1, hub.Counts.Quarantined);
    }

    private static ReadingItem Pulse => new()
    {
        Kind = WireWord.Reading, Tick = 1, Code = "8867-4", Assignment = 1, At = DateTimeOffset.UnixEpoch, Value = 72, Unit = "/min", Sensor = "manual", Grade = "good",
    };

    private static EndedItem Ended => new() { Kind = WireWord.Ended, Tick = 2, Code = WireWord.AssignmentEnded, Assignment = 1, At = DateTimeOffset.UnixEpoch };

    private IReadOnlyList<string> Lend(int number) => Read(Gateway(TestHub.Gateway, number, "null"), null, out _)!.Apply(hub.Store, hub.Now);

    private static string Gateway(string gateway, int number, string to) =>
        $$"""{"gateway":"{{gateway}}","kit":"kit-1","assignments":[{"assignment":{{number}},"citizen":"c-8","area":"aabenraa","from":"2026-01-01T00:00:00Z","to":{{to}}}]}""";

    private static RegisterFile? Read(string first, string? second, out string problem)
    {
        string json = $$"""{"gateways":[{{first}}{{(second is null ? "" : "," + second)}}]}""";
        RegisterFile? file = RegisterFile.TryRead(Encoding.UTF8.GetBytes(json), "gateways.json", out IReadOnlyList<string> problems);
        problem = string.Join("; ", problems);
        return file;
    }
}
