using System.Text;
using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub;

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
