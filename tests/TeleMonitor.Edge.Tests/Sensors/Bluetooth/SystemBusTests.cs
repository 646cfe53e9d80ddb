using TeleMonitor.Gateway.Sensors.Bluetooth;

namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

/// <summary>Two connections to a real dbus-daemon: one exports, the other calls.</summary>
public sealed class SystemBusTests : IAsyncLifetime
{
    private const string Place = "/telemonitor/test", Interface = "dk.telemonitor.Test", Daemon = "org.freedesktop.DBus";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private MockBluez mock = null!;
    private SystemBus near = null!;
    private SystemBus far = null!;
    private string farName = "";

    public async Task InitializeAsync()
    {
        mock = await MockBluez.StartBusOnlyAsync();
        near = await SystemBus.OpenAsync(TimeProvider.System, mock.Address, default);
        far = await SystemBus.OpenAsync(TimeProvider.System, mock.Address, default);
        farName = await NameOfAsync(far);
    }

    public async Task DisposeAsync()
    {
        await near.DisposeAsync();
        await far.DisposeAsync();
        await mock.DisposeAsync();
    }

    [Fact]
    public async Task A_value_of_every_type_comes_back_as_it_was_sent()
    {
        _ = far.Export(Place, Interface, request => Task.FromResult(new BusAnswer(request.Arguments)));
        BusValue[] sent =
        [
            BusValue.Of("æøå"), BusValue.Path("/a/b"), BusValue.Of(true), BusValue.Of(uint.MaxValue), BusValue.Of((short)-79), new("y", 255L), new("q", 65535L),
            new("i", -1L), new("x", long.MinValue), new("t", long.MaxValue), new("d", 36.6), BusValue.Of([0, 1, 255]), BusValue.Of(Array.Empty<byte>()), BusValue.Of(["a", "b"]),
            BusValue.Array("(sy)", BusValue.Struct(BusValue.Of("a"), new("y", 1L))), BusValue.Options(("A", BusValue.Of(false)), ("B", BusValue.Of([9]))),
            BusValue.Interfaces("x.y", BusValue.Options(("C", BusValue.Options(("D", BusValue.Of("deep")))))), BusValue.Array("s"), BusValue.Options(),
        ];
        IReadOnlyList<BusValue> back = await CallFarAsync("Echo", sent);
        Assert.Equal(sent.Select(Written), back.Select(Written));
    }

    [Fact]
    public async Task A_variant_argument_arrives_as_what_it_holds()
    {
        _ = far.Export(Place, Interface, request => Task.FromResult(new BusAnswer([BusValue.Of(request.Arguments[0].Signature), request.Arguments[0]])));
        IReadOnlyList<BusValue> back = await CallFarAsync("Echo", BusValue.Of([1, 2]).AsVariant());
        Assert.Equal(["s:ay", "ay:0102"], back.Select(Written));
    }

    [Fact]
    public async Task An_error_keeps_its_name_and_text()
    {
        _ = far.Export(Place, Interface, _ => Task.FromResult(BusAnswer.Error("org.bluez.Error.NotPermitted", "Not paired")));
        BusException error = await Assert.ThrowsAsync<BusException>(() => CallFarAsync("Read"));
        Assert.Equal(("org.bluez.Error.NotPermitted", BusFailure.NotAuthenticated), (error.Name, error.Failure));
        Assert.Contains("Not paired", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nobody_offers_is_refused_by_name()
    {
        BusException noName = await Assert.ThrowsAsync<BusException>(() => near.CallAsync(new BusCall("org.bluez", "/", "a.b", "C"), Patience, default));
        BusException noObject = await Assert.ThrowsAsync<BusException>(() => CallFarAsync("Anything"));
        _ = far.Export(Place, Interface, _ => Task.FromResult(BusAnswer.Done));
        BusException noInterface = await Assert.ThrowsAsync<BusException>(
            () => near.CallAsync(new BusCall(farName, Place, "dk.telemonitor.Other", "C"), Patience, default));
        Assert.Equal([BusFailure.NoBlueZ, BusFailure.NoDevice, BusFailure.Refused], new[] { noName, noObject, noInterface }.Select(error => error.Failure));
    }

    [Fact]
    public async Task A_fault_in_our_object_is_answered_with_an_error_and_the_connection_lives()
    {
        _ = far.Export(Place, Interface, async request =>
        {
            await Task.Yield();
            return request.Member is "Fail" ? throw new InvalidOperationException("broken") : BusAnswer.Done;
        });
        BusException error = await Assert.ThrowsAsync<BusException>(() => CallFarAsync("Fail"));
        Assert.Contains("broken", error.Message, StringComparison.Ordinal);
        Assert.Empty(await CallFarAsync("Work"));
    }

    [Fact]
    public async Task No_answer_in_time_is_a_timeout_and_the_next_call_works()
    {
        TaskCompletionSource<BusAnswer> late = new();
        _ = far.Export(Place, Interface, request => request.Member is "Slow" ? late.Task : Task.FromResult(BusAnswer.Done));
        BusException error = await Assert.ThrowsAsync<BusException>(
            () => near.CallAsync(new BusCall(farName, Place, Interface, "Slow"), TimeSpan.FromMilliseconds(50), default));
        Assert.Equal(BusFailure.Timeout, error.Failure);
        late.SetResult(new BusAnswer([BusValue.Of("too late")]));
        Assert.Empty(await CallFarAsync("Quick"));
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_let_go()
    {
        _ = far.Export(Place, Interface, _ => new TaskCompletionSource<BusAnswer>().Task);
        using CancellationTokenSource stop = new();
        Task<IReadOnlyList<BusValue>> waiting = near.CallAsync(new BusCall(farName, Place, Interface, "Never"), Patience, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    /// <summary>More of everything than may be registered at a time: whatever were not given back would use up the limit.</summary>
    [Fact]
    public async Task Calls_errors_timeouts_and_watches_are_given_back()
    {
        _ = far.Export(Place, Interface, request => request.Member switch
        {
            "Never" => new TaskCompletionSource<BusAnswer>().Task,
            "Refuse" => Task.FromResult(BusAnswer.Error("a.b.C", "no")),
            _ => Task.FromResult(BusAnswer.Done),
        });
        for (int round = 0; round < SystemBus.MostRegistered; round++)
        {
            using IDisposable watch = near.Watch($"type='signal',arg0='{round}'", _ => { });
            Task<IReadOnlyList<BusValue>> never = near.CallAsync(new BusCall(farName, Place, Interface, "Never"), TimeSpan.Zero, default);
            await Assert.ThrowsAsync<BusException>(() => CallFarAsync("Refuse"));
            await Assert.ThrowsAsync<BusException>(() => never);
            await CallFarAsync("Work");
        }
    }

    [Fact]
    public async Task One_call_too_many_is_refused_at_once()
    {
        _ = far.Export(Place, Interface, _ => new TaskCompletionSource<BusAnswer>().Task);
        Task<IReadOnlyList<BusValue>>[] calls = [.. Enumerable.Range(0, SystemBus.MostRegistered)
            .Select(_ => near.CallAsync(new BusCall(farName, Place, Interface, "Never"), Patience, default))];
        BusException error = await Assert.ThrowsAsync<BusException>(() => CallFarAsync("Never"));
        Assert.Equal(BusFailure.Refused, error.Failure);
        await near.DisposeAsync();
        foreach (Task call in calls)
        {
            Assert.Equal(BusFailure.NoBus, (await Assert.ThrowsAsync<BusException>(() => call)).Failure);
        }
    }

    [Fact]
    public async Task When_the_bus_dies_everything_under_way_fails_and_says_so()
    {
        _ = far.Export(Place, Interface, _ => new TaskCompletionSource<BusAnswer>().Task);
        Task<IReadOnlyList<BusValue>> waiting = near.CallAsync(new BusCall(farName, Place, Interface, "Never"), Patience, default);
        await near.CallAsync(new BusCall(Daemon, "/", Daemon, "GetId"), Patience, default);
        await mock.KillBusAsync();
        await Assert.ThrowsAsync<BusException>(() => waiting);
        BusException reason = await near.Ended.WaitAsync(Patience);
        Assert.Equal(BusFailure.NoBus, reason.Failure);
        BusException after = await Assert.ThrowsAsync<BusException>(() => CallFarAsync("Never"));
        Assert.Equal(BusFailure.NoBus, after.Failure);
    }

    [Theory]
    [InlineData("unix:path=/nonexistent/telemonitor-bus")]
    [InlineData("unix:path=/etc/passwd")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task Without_a_bus_the_text_says_where_it_was_looked_for_and_what_to_install(string address)
    {
        BusException error = await Assert.ThrowsAsync<BusException>(() => SystemBus.OpenAsync(TimeProvider.System, address, default));
        Assert.Equal(BusFailure.NoBus, error.Failure);
        Assert.Contains($"the bus at {address}", error.Message, StringComparison.Ordinal);
        Assert.Contains("package dbus", error.Message, StringComparison.Ordinal);
    }

    private Task<IReadOnlyList<BusValue>> CallFarAsync(string member, params BusValue[] arguments) =>
        near.CallAsync(new BusCall(farName, Place, Interface, member, arguments), Patience, default);

    /// <summary>The bus tells a caller's name to whom it calls.</summary>
    private async Task<string> NameOfAsync(SystemBus whose)
    {
        string found = "";
        using IDisposable asked = near.Export("/telemonitor/who", Interface, request =>
        {
            found = request.Sender;
            return Task.FromResult(BusAnswer.Done);
        });
        IReadOnlyList<BusValue> names = await near.CallAsync(new BusCall(Daemon, "/", Daemon, "ListNames"), Patience, default);
        foreach (string name in names[0].Items.Select(item => item.Text!).Where(name => name.StartsWith(':')))
        {
            try
            {
                await whose.CallAsync(new BusCall(name, "/telemonitor/who", Interface, "Who"), Patience, default);
            }
            catch (BusException)
            {
                // one of the others
            }
        }
        return found;
    }

    private static string Written(BusValue value) => value.Content switch
    {
        byte[] bytes => $"{value.Signature}:{Convert.ToHexString(bytes)}",
        BusValue[] items => $"{value.Signature}:[{string.Join(' ', items.Select(Written))}]",
        IReadOnlyDictionary<string, BusValue> entries => $"{value.Signature}:{{{string.Join(' ', entries.Select(entry => $"{entry.Key}={Written(entry.Value)}"))}}}",
        _ => FormattableString.Invariant($"{value.Signature}:{value.Content}"),
    };
}
