using System.Text.RegularExpressions;
using TeleMonitor.Rig;

namespace TeleMonitor.EndToEnd;

/// <summary>
/// What a gateway with a good certificate can do to another: nothing. Mosquitto grants a foreign SUBSCRIBE and answers a foreign
/// PUBLISH, so each test proves it by delivery: a permitted message sent afterwards arrives, the foreign one before it has not.
/// </summary>
[Trait("Needs", "mosquitto")]
public sealed partial class ForeignGatewayTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private const string A = BrokerFixture.GatewayA;
    private const string B = BrokerFixture.GatewayB;

    [Fact]
    public async Task A_gateway_publishes_under_its_own_name_and_no_other()
    {
        await using Subscription hub = await broker.AtHubs("hub-1").SubscribeAsync(["tm/v1/+/up/#", "tm/v1/+/presence"]);
        await broker.At(A).PublishAsync($"tm/v1/{B}/up/reading", "in another's name");
        await broker.At(A).PublishAsync($"tm/v1/{B}/presence", "in another's name");
        Assert.Equal(0, await broker.At(A).PublishAsync($"tm/v1/{A}/up/reading", "in its own name"));

        IReadOnlyList<string> delivered = await hub.UpToAsync($"tm/v1/{A}/up/reading in its own name");

        Assert.DoesNotContain(delivered, message => message.Contains(B, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData($"tm/v1/{B}/down/#")]
    [InlineData("tm/v1/+/down/#")]
    [InlineData($"tm/v1/{B}/up/#")]
    [InlineData("$share/hub/tm/v1/+/up/reading")]
    [InlineData("#")]
    public async Task A_foreign_subscription_is_granted_and_delivers_nothing(string filter)
    {
        await using Subscription spy = await broker.At(A).SubscribeAsync([filter, $"tm/v1/{A}/down/notice"]);
        Assert.Equal(0, await broker.AtHubs("hub-1").PublishAsync($"tm/v1/{B}/down/receipt", "for another"));
        Assert.Equal(0, await broker.At(B).PublishAsync($"tm/v1/{B}/up/reading", "of another"));
        Assert.Equal(0, await broker.AtHubs("hub-1").PublishAsync($"tm/v1/{A}/down/notice", "for itself"));

        IReadOnlyList<string> delivered = await spy.UpToAsync($"tm/v1/{A}/down/notice for itself");

        Assert.DoesNotContain(delivered, message => message.Contains(B, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_will_in_anothers_name_is_never_published_and_one_in_its_own_name_is()
    {
        await using Subscription hub = await broker.AtHubs("hub-1").SubscribeAsync(["tm/v1/+/presence"]);
        await DieWithWillAsync($"tm/v1/{B}/presence", "foreign will");
        await DieWithWillAsync($"tm/v1/{A}/presence", "own will");

        IReadOnlyList<string> delivered = await hub.UpToAsync($"tm/v1/{A}/presence own will");

        Assert.DoesNotContain(delivered, message => message.Contains(B, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(B)]
    [InlineData("hub-1")]
    public async Task A_foreign_client_id_is_overruled_by_the_certificate_and_throws_nobody_off(string claimed)
    {
        await using Subscription victim = await broker.At(B).SubscribeAsync([$"tm/v1/{B}/down/notice"]);
        await using Subscription hub = await broker.AtHubs("hub-1").SubscribeAsync(["tm/v1/+/up/status"]);
        MosquittoClient impostor = broker.At(A) with { ClaimedId = claimed };
        Assert.Equal(0, await impostor.PublishAsync($"tm/v1/{A}/up/status", $"called {claimed}"));
        await using Subscription stays = await impostor.SubscribeAsync([$"tm/v1/{B}/down/notice"]);

        Assert.Equal(0, await broker.AtHubs("hub-2").PublishAsync($"tm/v1/{B}/down/notice", $"after {claimed}"));

        await victim.UpToAsync($"tm/v1/{B}/down/notice after {claimed}");
        await hub.UpToAsync($"tm/v1/{A}/up/status called {claimed}");
        Assert.False(victim.Child.HasExited || hub.Child.HasExited, "the broker threw off a client whose id another claimed");
        Assert.All(await ConnectionsAsync(), connection => Assert.Equal(connection.User, connection.Id));
        Assert.Empty(stays.Messages);
    }

    [Fact]
    public async Task A_hub_reads_what_homes_send_and_never_speaks_as_one()
    {
        await using Subscription other = await broker.AtHubs("hub-2").SubscribeAsync(["tm/v1/+/up/#", "tm/v1/+/presence"]);
        await broker.AtHubs("hub-1").PublishAsync($"tm/v1/{A}/up/alert", "made up by a hub");
        await broker.AtHubs("hub-1").PublishAsync($"tm/v1/{A}/presence", "made up by a hub");
        Assert.Equal(0, await broker.At(A).PublishAsync($"tm/v1/{A}/up/alert", "said by the home"));

        IReadOnlyList<string> delivered = await other.UpToAsync($"tm/v1/{A}/up/alert said by the home");

        Assert.DoesNotContain(delivered, message => message.Contains("made up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_hub_processes_share_each_message_between_them()
    {
        await using Subscription first = await broker.AtHubs("hub-1").SubscribeAsync(["$share/hub/tm/v1/+/up/reply"]);
        await using Subscription second = await broker.AtHubs("hub-2").SubscribeAsync(["$share/hub/tm/v1/+/up/reply"]);
        for (int number = 1; number <= 6; number++)
        {
            Assert.Equal(0, await broker.At(A).PublishAsync($"tm/v1/{A}/up/reply", $"number {number}"));
        }

        string[] Both() => [.. first.Messages.Concat(second.Messages).Order(StringComparer.Ordinal)];
        await Waiting.UntilAsync(() => Task.FromResult(Both().Length >= 6), BrokerFixture.Bound, TimeProvider.System, CancellationToken.None);

        Assert.Equal(Enumerable.Range(1, 6).Select(number => $"tm/v1/{A}/up/reply number {number}"), Both());
    }

    [Theory]
    [InlineData(131_072 + 1)] // one byte over message_size_limit: answered, dropped
    [InlineData(147_456)] // with its head over max_packet_size: the connection ends
    public async Task An_oversized_message_is_refused_and_the_next_one_passes(int bytes)
    {
        await using Subscription hub = await broker.AtHubs("hub-1").SubscribeAsync(["tm/v1/+/up/reading"]);
        await broker.At(A).PublishAsync($"tm/v1/{A}/up/reading", new string('x', bytes));
        string largest = new('y', 122_880); // a full batch: 120 KiB, design.md section 6
        Assert.Equal(0, await broker.At(A).PublishAsync($"tm/v1/{A}/up/reading", largest));

        IReadOnlyList<string> delivered = await hub.UpToAsync($"tm/v1/{A}/up/reading {largest}");

        Assert.DoesNotContain(delivered, message => message.EndsWith('x'));
    }

    /// <summary>Connects as gateway A with a will, dies without goodbye, and returns when the broker has noticed.</summary>
    private async Task DieWithWillAsync(string topic, string payload)
    {
        int before = DeathsOfA();
        await using (Subscription dying = await broker.At(A).SubscribeAsync(
            [$"tm/v1/{A}/down/command"], ["--will-topic", topic, "--will-payload", payload]))
        {
            await dying.Child.KillAsync();
        }

        bool noticed = await Waiting.UntilAsync(
            () => Task.FromResult(DeathsOfA() > before), BrokerFixture.Bound, TimeProvider.System, CancellationToken.None);
        Assert.True(noticed, $"the broker did not notice that {A} had died: {Child.Tail(broker.Broker.LogFile)}");
    }

    private int DeathsOfA() => File.ReadLines(broker.Broker.LogFile).Count(line =>
        line.Contains($"Client {A} ", StringComparison.Ordinal)
        && (line.Contains("closed its connection", StringComparison.Ordinal) || line.Contains("disconnected", StringComparison.Ordinal)));

    /// <summary>How the broker names each connection it let in: "as ID (…, u'USER')". Waits until gateway A is among them.</summary>
    private async Task<IReadOnlyList<(string Id, string User)>> ConnectionsAsync()
    {
        (string Id, string User)[] named = [];
        await Waiting.UntilAsync(
            () =>
            {
                named = [.. File.ReadLines(broker.Broker.LogFile).Select(line => Connected().Match(line)).Where(match => match.Success)
                    .Select(match => (match.Groups["id"].Value, match.Groups["user"].Value))];
                return Task.FromResult(named.Any(connection => string.Equals(connection.User, A, StringComparison.Ordinal)));
            },
            BrokerFixture.Bound, TimeProvider.System, CancellationToken.None);
        Assert.Contains(A, named.Select(connection => connection.User));
        return named;
    }

    [GeneratedRegex("New client connected from .* as (?<id>\\S+) \\(.*u'(?<user>[^']*)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Connected();
}
