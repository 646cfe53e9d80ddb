using TeleMonitor.Gateway.Sensors.Bluetooth;

namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

/// <summary>What is asked of an adapter and a device, with BlueZ's side played by dbusmock on a bus of its own.</summary>
public sealed class BlueZOnMockTests(MockBluezFixture shared) : IClassFixture<MockBluezFixture>, IAsyncLifetime
{
    private const string Oximeter = "00:11:22:33:44:55", Cuff = "00:11:22:33:44:66";

    private readonly MockBluez mock = shared.Mock;
    private WatchedBlueZ blue = null!;

    public async Task InitializeAsync()
    {
        await mock.ResetAsync();
        await mock.AddAdapterAsync();
        blue = new WatchedBlueZ(mock.Address);
        await blue.NextAsync(BlueZEventKind.AdapterOn);
    }

    public async Task DisposeAsync()
    {
        await blue.DisposeAsync();
    }

    [Theory]
    [InlineData("RequestConfirmation", 123456u, nameof(PairingQuestionKind.CompareNumber), true)]
    [InlineData("RequestConfirmation", 123456u, nameof(PairingQuestionKind.CompareNumber), false)]
    [InlineData("RequestAuthorization", null, nameof(PairingQuestionKind.Allow), true)]
    [InlineData("RequestAuthorization", null, nameof(PairingQuestionKind.Allow), false)]
    [InlineData("RequestPasskey", null, nameof(PairingQuestionKind.TypeNumber), true)]
    [InlineData("RequestPasskey", null, nameof(PairingQuestionKind.TypeNumber), false)]
    public async Task A_device_is_paired_when_the_person_says_yes_and_only_then(string member, uint? number, string kind, bool yes)
    {
        await mock.AddDeviceAsync(Oximeter, "Nonin3230");
        await mock.PairAsksAsync(Oximeter, member, number);
        await blue.NextAsync(BlueZEventKind.DeviceSeen);
        PairingQuestion asked = default;
        Task<BluetoothDevice> pairing = blue.It.PairAsync(
            Oximeter,
            (question, _) =>
            {
                asked = question;
                return Task.FromResult(new PairingAnswer(yes, 246810));
            },
            WatchedBlueZ.Patience, default);
        if (yes)
        {
            Assert.True((await pairing).Paired);
        }
        else
        {
            Assert.Equal(BusFailure.NotAuthenticated, (await Assert.ThrowsAsync<BusException>(() => pairing)).Failure);
        }
        Assert.Equal((kind, Oximeter, number), (asked.Kind.ToString(), asked.Address, asked.Number));
        Assert.Equal(yes, Assert.Single(blue.It.Devices).Paired);
    }

    [Fact]
    public async Task A_device_that_tells_its_lasting_address_while_pairing_has_that_one_from_then_on()
    {
        string path = await mock.AddDeviceAsync(Oximeter, "Nonin3230");
        await mock.AnswerAsync(path, MockBluez.Device, "Pair", "", "", $"self.UpdateProperties('org.bluez.Device1', {{'Address': '{Cuff}', 'Paired': dbus.Boolean(True)}})");
        await blue.NextAsync(BlueZEventKind.DeviceSeen);
        Assert.Equal(Cuff, (await blue.It.PairAsync(Oximeter, Yes, WatchedBlueZ.Patience, default)).Address);
        Assert.Equal(Cuff, Assert.Single(blue.It.Devices).Address);
    }

    [Fact]
    public async Task A_stranger_on_the_bus_gets_no_answer_from_the_agent()
    {
        await mock.AddDeviceAsync(Oximeter, "Nonin3230");
        await blue.NextAsync(BlueZEventKind.DeviceSeen);
        await using SystemBus stranger = await SystemBus.OpenAsync(TimeProvider.System, mock.Address, default);
        IReadOnlyList<BusValue> names = await stranger.CallAsync(
            new BusCall("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ListNames"), WatchedBlueZ.Patience, default);
        List<string> answers = [];
        foreach (string name in names[0].Items.Select(item => item.Text!).Where(name => name.StartsWith(':')))
        {
            BusException refused = await Assert.ThrowsAsync<BusException>(() => stranger.CallAsync(
                new BusCall(name, PairingAgent.Path, PairingAgent.Interface, "RequestAuthorization", BusValue.Path(MockBluez.PathOf(Oximeter))), WatchedBlueZ.Patience, default));
            answers.Add(refused.Name);
        }
        Assert.Single(answers, "org.freedesktop.DBus.Error.AccessDenied");
    }

    [Fact]
    public async Task A_device_for_which_nobody_opened_pairing_is_refused_and_told()
    {
        await mock.AddDeviceAsync(Oximeter, "Nonin3230");
        await mock.AddDeviceAsync(Cuff, "UA-651BLE");
        await mock.PairAsksAsync(Oximeter, "RequestAuthorization", null);
        await mock.PairAsksAsync(Cuff, "RequestConfirmation", 1, about: Oximeter);
        await blue.NextAsync(BlueZEventKind.DeviceSeen);
        await blue.NextAsync(BlueZEventKind.DeviceSeen);

        // from outside: as if the device had asked
        await Assert.ThrowsAsync<BusException>(() => mock.CallAsync(MockBluez.PathOf(Oximeter), MockBluez.Device, "Pair"));
        Assert.Equal(Oximeter, (await blue.NextAsync(BlueZEventKind.PairingRefused)).Address);

        // open for the cuff is not open for the oximeter
        await Assert.ThrowsAsync<BusException>(() => blue.It.PairAsync(Cuff, Yes, WatchedBlueZ.Patience, default));
        Assert.Equal(Oximeter, (await blue.NextAsync(BlueZEventKind.PairingRefused)).Address);
        Assert.DoesNotContain(blue.It.Devices, device => device.Paired);
    }

    [Fact]
    public async Task A_person_who_does_not_answer_ends_the_pairing_at_BlueZ_too()
    {
        string path = await mock.AddDeviceAsync(Oximeter, "Nonin3230");
        await mock.PairAsksAsync(Oximeter, "RequestConfirmation", 123456);
        await blue.NextAsync(BlueZEventKind.DeviceSeen);
        using CancellationTokenSource stop = new();
        TaskCompletionSource<CancellationToken> asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task pairing = blue.It.PairAsync(
            Oximeter,
            (_, until) =>
            {
                asked.SetResult(until);
                return new TaskCompletionSource<PairingAnswer>().Task;
            },
            WatchedBlueZ.Patience, stop.Token);
        CancellationToken ended = await asked.Task.WaitAsync(WatchedBlueZ.Patience, CancellationToken.None);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pairing);
        Assert.True(ended.IsCancellationRequested);
        Assert.Equal(1, (await mock.CallsAsync(path, "CancelPairing")).Count);
    }

    [Theory]
    [InlineData("notify")]
    [InlineData("indicate")]
    public async Task A_value_comes_with_device_characteristic_and_arrival(string flag)
    {
        string path = await OximeterAsync(flag);
        await blue.It.StartNotifyAsync(Oximeter, 0x2A5F, default);
        Assert.Equal(1, (await mock.CallsAsync(path, "StartNotify")).Count);
        Assert.Equal(flag, Assert.Single(Assert.Single(blue.It.Characteristics(Oximeter)).Flags));
        long before = TimeProvider.System.GetTimestamp();
        await mock.NotifyAsync(path, 0x00, 0x61, 0x00, 0x48, 0x00);
        BlueZEvent value = await blue.NextAsync(BlueZEventKind.Value);
        Assert.Equal((Oximeter, (ushort)0x1822, (ushort)0x2A5F), (value.Address, value.Service, value.Characteristic));
        Assert.Equal("0061004800", Convert.ToHexString(value.Value.Span));
        Assert.InRange(value.Arrived, before, TimeProvider.System.GetTimestamp());
    }

    /// <summary>Each third value is the one before it once more: equal bytes are still two measurements.</summary>
    [Fact]
    public async Task A_stored_transfer_of_fifty_arrives_once_and_in_order()
    {
        string path = await OximeterAsync("notify");
        await blue.It.StartNotifyAsync(Oximeter, 0x2A5F, default);
        byte[] sent = [.. Enumerable.Range(0, 50).Select(index => (byte)(index % 3 == 2 ? index - 1 : index))];
        await Task.WhenAll(sent.Select(one => mock.NotifyAsync(path, one)));
        List<byte> got = [];
        foreach (byte _ in sent)
        {
            got.Add((await blue.NextAsync(BlueZEventKind.Value)).Value.Span[0]);
        }
        await mock.NotifyAsync(path, 0xFF);
        got.Add((await blue.NextAsync(BlueZEventKind.Value)).Value.Span[0]); // nothing between them
        Assert.Equal([.. sent, 0xFF], got);
    }

    [Fact]
    public async Task Ten_devices_give_their_values_each_in_order()
    {
        string[] addresses = [.. Enumerable.Range(0, 10).Select(index => $"00:11:22:33:44:{index:D2}")];
        Dictionary<string, string> paths = new(StringComparer.Ordinal);
        foreach (string address in addresses)
        {
            await mock.AddDeviceAsync(address, $"sensor {address}");
            paths.Add(address, await mock.AddCharacteristicAsync(address, 0x1822, 0x2A5F, ["notify"], []));
            await blue.NextAsync(BlueZEventKind.DeviceSeen);
        }
        await Task.WhenAll(addresses.Select(async address =>
        {
            await blue.It.ConnectAsync(address, WatchedBlueZ.Patience, default);
            await blue.It.StartNotifyAsync(address, 0x2A5F, default);
        }));
        await Task.WhenAll(from round in Enumerable.Range(0, 10) from address in addresses select mock.NotifyAsync(paths[address], (byte)round));
        List<BlueZEvent> got = [];
        for (int count = 0; count < 100; count++)
        {
            got.Add(await blue.NextAsync(BlueZEventKind.Value));
        }
        Assert.All(addresses, address => Assert.Equal(
            Enumerable.Range(0, 10).Select(round => (byte)round), got.Where(value => value.Address == address).Select(value => value.Value.Span[0])));
        Assert.Equal(10, blue.It.Devices.Count(device => device.Connected && device.ServicesResolved));
    }

    [Fact]
    public async Task What_was_not_asked_for_is_not_told_and_what_was_ended_no_longer()
    {
        string path = await OximeterAsync("notify");
        await mock.NotifyAsync(path, 1); // as BlueZ does after a read
        await ReadThroughAsync();
        await blue.It.StartNotifyAsync(Oximeter, 0x2A5F, default);
        await blue.It.StartNotifyAsync(Oximeter, 0x2A5F, default); // twice is as once
        await mock.NotifyAsync(path, 2);
        Assert.Equal(2, (await blue.NextAsync(BlueZEventKind.Value)).Value.Span[0]);
        await blue.It.StopNotifyAsync(Oximeter, 0x2A5F, default);
        await mock.NotifyAsync(path, 3);
        await ReadThroughAsync();
        await blue.It.StartNotifyAsync(Oximeter, 0x2A5F, default);
        await mock.NotifyAsync(path, 4);
        Assert.Equal(4, (await blue.NextAsync(BlueZEventKind.Value)).Value.Span[0]);
    }

    [Fact]
    public async Task Discovery_asks_for_low_energy_and_the_services_wanted()
    {
        await blue.It.StartDiscoveryAsync([0x1822, 0x1810], default);
        (_, IReadOnlyList<BusValue> filter) = await mock.CallsAsync("/org/bluez/hci0", "SetDiscoveryFilter");
        Assert.Equal("le", filter[0]["Transport"].Text);
        Assert.Equal(["00001822-0000-1000-8000-00805f9b34fb", "00001810-0000-1000-8000-00805f9b34fb"], filter[0]["UUIDs"].Items.Select(item => item.Text));
        Assert.False(filter[0]["DuplicateData"].Flag);
        await UntilAsync(() => blue.It.Adapter!.Discovering);
        await blue.It.StopDiscoveryAsync(default);
        await UntilAsync(() => !blue.It.Adapter!.Discovering);
    }

    [Fact]
    public async Task An_advertisement_tells_strength_services_and_data()
    {
        string path = await mock.AddDeviceAsync(Oximeter, "Nonin3230");
        Assert.Equal(-79, (await blue.NextAsync(BlueZEventKind.DeviceSeen)).Device!.Rssi);
        await mock.UpdateAsync(path, MockBluez.Device, ("UUIDs", BusValue.Of([ShortUuid.Long(0x1822), "0000feff-aaaa-1000-8000-00805f9b34fb"])));
        await mock.UpdateAsync(path, MockBluez.Device, ("RSSI", BusValue.Of((short)-51)));
        BluetoothDevice device = (await blue.NextAsync(BlueZEventKind.DeviceSeen)).Device!;
        Assert.Equal((Oximeter, "Nonin3230", -51), (device.Address, device.Name, device.Rssi));
        Assert.Equal([0x1822], device.Uuids);
    }

    /// <summary>No patience at all stands for a device that never answers, as on a kernel without the ciphers.</summary>
    [Theory]
    [InlineData(null, 60, nameof(EncryptionProof.Proven))]
    [InlineData(null, 0, nameof(EncryptionProof.NoAnswer))]
    [InlineData("raise dbus.exceptions.DBusException('Not paired', name='org.bluez.Error.NotPermitted')", 60, nameof(EncryptionProof.Refused))]
    [InlineData("raise dbus.exceptions.DBusException('Not connected', name='org.bluez.Error.NotConnected')", 60, nameof(EncryptionProof.Unknown))]
    public async Task Paired_proves_nothing_and_an_encrypted_read_does(string? python, int seconds, string proof)
    {
        string path = await OximeterAsync("read");
        await mock.UpdateAsync(MockBluez.PathOf(Oximeter), MockBluez.Device, ("Paired", BusValue.Of(true)));
        if (python is not null)
        {
            await mock.AnswerAsync(path, MockBluez.Characteristic, "ReadValue", "a{sv}", "ay", python);
        }
        await UntilAsync(() => blue.It.Devices[0].Paired);
        EncryptionProof found = await blue.It.ProveEncryptionAsync(Oximeter, 0x2A5F, TimeSpan.FromSeconds(seconds), default);
        Assert.Equal(proof, found.ToString());
    }

    [Fact]
    public async Task A_characteristic_is_written_and_read_back()
    {
        await OximeterAsync("write");
        await blue.It.WriteAsync(Oximeter, 0x2A5F, new byte[] { 0xE7, 0x07, 11 }, WatchedBlueZ.Patience, default);
        Assert.Equal([0xE7, 0x07, 11], await blue.It.ReadAsync(Oximeter, 0x2A5F, WatchedBlueZ.Patience, default));
        BusException error = await Assert.ThrowsAsync<BusException>(() => blue.It.ReadAsync(Oximeter, 0x2A2B, WatchedBlueZ.Patience, default));
        Assert.Equal(BusFailure.NoCharacteristic, error.Failure);
    }

    [Fact]
    public async Task A_device_is_trusted_connected_disconnected_and_forgotten()
    {
        string path = await OximeterAsync("read");
        await blue.It.TrustAsync(Oximeter, default);
        await blue.It.ConnectAsync(Oximeter, WatchedBlueZ.Patience, default); // it is already
        await UntilAsync(() => blue.It.Devices[0].Trusted);
        await blue.It.DisconnectAsync(Oximeter, default);
        Assert.Equal(Oximeter, (await blue.NextAsync(BlueZEventKind.DeviceDisconnected)).Address);
        await mock.RefuseAsync(path, MockBluez.Device, "Disconnect", "", "org.bluez.Error.NotConnected", "Not Connected");
        await blue.It.DisconnectAsync(Oximeter, default); // it is already
        await blue.It.RemoveAsync(Oximeter, default);
        Assert.Equal(Oximeter, (await blue.NextAsync(BlueZEventKind.DeviceForgotten)).Address);
        Assert.Empty(blue.It.Devices);
        await blue.It.RemoveAsync(Oximeter, default); // it is already
        Assert.Equal(BusFailure.NoDevice, (await Assert.ThrowsAsync<BusException>(() => blue.It.ConnectAsync(Oximeter, WatchedBlueZ.Patience, default))).Failure);
    }

    private static Task<PairingAnswer> Yes(PairingQuestion question, CancellationToken stop) => Task.FromResult(new PairingAnswer(true));

    /// <summary>What BlueZ told before it answers this has arrived when it is answered.</summary>
    private Task ReadThroughAsync() => blue.It.ReadAsync(Oximeter, 0x2A5F, WatchedBlueZ.Patience, default);

    private static Task UntilAsync(Func<bool> holds) => WatchedBlueZ.UntilAsync(holds);

    private async Task<string> OximeterAsync(string flag)
    {
        await mock.AddDeviceAsync(Oximeter, "Nonin3230");
        string path = await mock.AddCharacteristicAsync(Oximeter, 0x1822, 0x2A5F, [flag], []);
        await blue.NextAsync(BlueZEventKind.DeviceSeen);
        await blue.It.ConnectAsync(Oximeter, WatchedBlueZ.Patience, default);
        await blue.NextAsync(BlueZEventKind.ServicesResolved);
        return path;
    }
}
