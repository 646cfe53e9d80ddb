using System.Text;
using TeleMonitor.Edge.Tests.Profile;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>The end of a loan: nothing is lost by it, nothing is left by it, and the hub hears of it last.</summary>
public sealed class LoanEndTests : IDisposable
{
    private static readonly int Citizen = JudgedHome.TobsOnly.Assignment;
    private static readonly JudgeSettings InStock = new() { Assignment = 0, Charts = [], Sensors = new Dictionary<string, SensorFile>(), HelpButton = false };

    private readonly HelpHome home = new();

    public void Dispose() => home.Dispose();

    private IReadOnlyList<int> Ended => [.. home.Hub.Stored(WireWord.StatusLane).Select(Read).OfType<EndedItem>().Select(item => item.Assignment)];

    private static Item Read(byte[] bytes) => WireItems.TryRead(bytes, out Item? item, out string problem) ? item! : throw new InvalidOperationException(problem);

    private void MeasureOffline(int times)
    {
        for (int i = 0; i < times; i++)
        {
            home.Measure(JudgedHome.Number(Vital.Pulse, 61 + (i % 3)));
        }
        home.Pass(1);
    }

    [Fact]
    public void All_that_waited_is_delivered_then_all_is_wiped_and_the_hub_is_told_last()
    {
        MeasureOffline(100);
        home.Measure(JudgedHome.Complete(respiration: 35));
        home.Pass(1);
        home.Start(InStock, [Citizen]);
        home.Pass(5);
        Assert.Empty(Ended); // no link: everything is kept
        Assert.True(home.Outbox.Standing(WireWord.ReadingLane).Waiting > 100);

        home.Link.Connect();
        home.Pass(30);
        Assert.Equal([Citizen], Ended);
        Assert.Equal(105, home.Hub.Stored(WireWord.ReadingLane).Select(Read).OfType<ReadingItem>().Count());
        Assert.NotEmpty(home.Hub.Stored(WireWord.AlertLane).Select(Read).OfType<AlertItem>());
        Assert.Empty(home.Outbox.Assignments);
        Assert.Equal(0, home.Outbox.Standing(WireWord.ReadingLane).Last);
        Assert.Equal([GatewayCore.LoanEnding], Over());
        // after a power cut there is nothing left to end, and nothing is told twice
        home.Start(InStock, Lending.Of("gw-home-0001", [new AssignmentLine("gw-home-0001", Citizen) { Ended = true }], home.Outbox.Assignments).Ending);
        home.Link.Connect();
        home.Pass(5);
        Assert.Single(Ended);
    }

    [Fact]
    public void With_the_last_citizen_the_signed_settings_go_too_and_only_their_version_stays()
    {
        using var signer = new Signer();
        home.Trust = signer.Trust;
        home.Start();
        home.Link.Connect();
        home.Link.Deliver(LinkEventKind.Profile, signer.Bytes(17));
        home.Pass(2);
        Assert.NotNull(home.Outbox.Profile!.Bundle);
        home.Start(InStock, [Citizen]);
        home.Link.Connect();
        home.Pass(70); // a status follows
        Assert.Equal([Citizen], Ended);
        Assert.Equal((17, null), (home.Outbox.Profile!.Version, home.Outbox.Profile.Bundle));
        Assert.Null(home.Hub.Stored(WireWord.StatusLane).Select(Read).OfType<StatusItem>().Last().Profile);
        home.Link.Deliver(LinkEventKind.Profile, signer.Bytes(16));
        home.Pass(2);
        Assert.Contains(home.Outbox.ReadFindings(), finding => finding.Code == GatewayCore.ProfileRefused);
    }

    [Fact]
    public void Nothing_that_was_measured_can_be_found_in_the_files_afterwards()
    {
        const string Trace = "8867-4"; // the pulse's code stands in every reading of one
        home.Measure(JudgedHome.Number(Vital.Pulse, 61));
        home.Pass(1);
        File.WriteAllText(home.Path + ".damaged-1", Trace);
        Assert.True(Found(Trace));
        home.Start(InStock, [Citizen]);
        home.Link.Connect();
        home.Pass(10);
        Assert.Equal([Citizen], Ended);
        Assert.False(Found(Trace));
    }

    [Fact]
    public void While_a_device_is_still_bonded_nothing_is_wiped()
    {
        bool unbonded = false;
        MeasureOffline(3);
        home.Start(InStock, [Citizen], () => unbonded);
        home.Link.Connect();
        home.Pass(10);
        Assert.Empty(Ended);
        unbonded = true;
        home.Pass(2);
        Assert.Equal([Citizen], Ended);
    }

    [Fact]
    public void A_hub_that_was_put_back_gets_everything_again_before_anything_is_wiped()
    {
        home.Link.Connect();
        MeasureOffline(5);
        home.Pass(5);
        int before = home.Hub.Size;
        MeasureOffline(5);
        home.Pass(5);
        home.Hub.PutBack(before); // and nobody says so
        home.Start(InStock, [Citizen]);
        home.Link.Connect();
        home.Pass(30);
        Assert.Equal([Citizen], Ended);
        Assert.Equal(10, home.Hub.Stored(WireWord.ReadingLane).Select(Read).OfType<ReadingItem>().Count());
    }

    [Fact]
    public void While_the_unsent_file_of_another_gateway_lies_here_the_loan_does_not_end()
    {
        MeasureOffline(3);
        home.Outbox.Commit(new OutboxCommit { Context = Outbox.OutboxFolder.Context, Items = [], Findings = [new FindingChange(SqliteOutbox.Foreign, "kept aside", DateTimeOffset.UnixEpoch)] });
        home.Start(InStock, [Citizen]);
        home.Link.Connect();
        home.Pass(10);
        Assert.Empty(Ended);
        Assert.Contains(home.Outbox.ReadFindings(), finding => finding.Code == GatewayCore.LoanEnding && finding.Text.Contains("another gateway", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_two_citizens_one_goes_on_where_the_rules_were()
    {
        JudgeSettings other = JudgedHome.TobsOnly with { Assignment = Citizen + 1 };
        home.Measure(JudgedHome.Complete(respiration: 35));
        home.Pass(1);
        home.Start(other, [Citizen]);
        home.Measure(JudgedHome.Complete(respiration: 35));
        home.Link.Connect();
        home.Pass(20);
        Assert.Equal([Citizen], Ended);
        Assert.Equal([Citizen + 1], home.Outbox.Assignments);
        home.Measure(JudgedHome.Number(Vital.Pulse, 70));
        home.Pass(5);
        Assert.Contains(home.Hub.Stored(WireWord.ReadingLane).Select(Read).OfType<ReadingItem>(), reading => reading.Assignment == Citizen + 1 && reading.Value == 70);
        Assert.Equal(0, home.Outbox.Standing(WireWord.ReadingLane).Waiting);
    }

    [Fact]
    public void A_line_that_was_taken_away_instead_of_ended_is_refused_by_name()
    {
        AssignmentLine seven = new("gw-home-0001", 7), eight = new("gw-home-0001", 8);
        Assert.Contains("assignment 7", Lending.Of("gw-home-0001", [eight], [7]).Problem, StringComparison.Ordinal);
        Lending over = Lending.Of("gw-home-0001", [seven with { Ended = true }, eight], [7]);
        Assert.Equal(((string?)null, 7, 8), (over.Problem, Assert.Single(over.Ending), Assert.Single(over.Serving).Assignment));
        Assert.Empty(Lending.Of("gw-home-0001", [seven with { Ended = true }], []).Ending); // wiped already
    }

    private List<string> Over() => [.. home.Hub.Said(WireWord.StatusLane).OfType<FindingItem>().Where(finding => finding.Over is true).Select(finding => finding.Code["finding/".Length..])
        .Where(code => code.StartsWith("loan/", StringComparison.Ordinal))];

    private bool Found(string text)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(text);
        return Directory.GetFiles(Path.GetDirectoryName(home.Path)!).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).Any(file =>
        {
            using var read = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] all = new byte[read.Length];
            read.ReadExactly(all);
            return all.AsSpan().IndexOf(wanted) >= 0;
        });
    }
}
