namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>How a device answered to a read that needs encryption.</summary>
internal enum EncryptionProof
{
    /// <summary>It was read: the link is encrypted with keys both sides have.</summary>
    Proven,

    /// <summary>The device asks for an encryption that is not there: pair anew.</summary>
    Refused,

    /// <summary>No answer in time: as good as refused.</summary>
    NoAnswer,

    /// <summary>Nothing was learnt: not connected, no such characteristic, BlueZ gone.</summary>
    Unknown,
}

/// <summary>
/// What can be asked of the adapter and its devices. All of it throws <see cref="BusException"/> with the reason, and ends by the token;
/// asked for what already holds (connected, paired, discovering) it succeeds.
/// </summary>
internal sealed partial class BlueZ
{
    /// <summary>For reads and writes: BlueZ itself gives up on a device that does not answer after 30 s (ATT transaction limit).</summary>
    public static readonly TimeSpan AttLimit = TimeSpan.FromSeconds(30);

    /// <summary>Switches the adapter on.</summary>
    public Task PowerOnAsync(CancellationToken stop) => SetAsync(NeededAdapter(), ObjectTree.AdapterInterface, "Powered", BusValue.Of(true), stop);

    /// <summary>Looks for low-energy devices that advertise one of these services; none named: all devices.</summary>
    public async Task StartDiscoveryAsync(IReadOnlyList<ushort> services, CancellationToken stop)
    {
        string adapter = NeededAdapter();
        BusValue filter = BusValue.Options(
            ("Transport", BusValue.Of("le")), ("UUIDs", BusValue.Of(services.Select(ShortUuid.Long))), ("DuplicateData", BusValue.Of(false)));
        await AskAsync(adapter, ObjectTree.AdapterInterface, "SetDiscoveryFilter", ShortLimit, stop, filter);
        await UnlessAsync(
            failed => failed.Failure == BusFailure.InProgress, AskAsync(adapter, ObjectTree.AdapterInterface, "StartDiscovery", ShortLimit, stop));
    }

    public Task StopDiscoveryAsync(CancellationToken stop) => UnlessAsync(
        failed => failed.Name is "org.bluez.Error.Failed", // "No discovery started"
        AskAsync(NeededAdapter(), ObjectTree.AdapterInterface, "StopDiscovery", ShortLimit, stop));

    /// <summary>
    /// Pairs and bonds. While it runs, and only then, questions of this one device go to the person. That it succeeds is not proof of
    /// encryption: <see cref="ProveEncryptionAsync"/>.
    /// </summary>
    /// <param name="address">The device.</param>
    /// <param name="ask">The person who pairs. A refusal fails with NotAuthenticated.</param>
    /// <param name="limit">All in all, the person's time included.</param>
    /// <param name="stop">Gives up; BlueZ is told.</param>
    /// <returns>The device as it is now: one that hid behind a changing address has told its lasting one, which is its address from here on.</returns>
    public async Task<BluetoothDevice> PairAsync(string address, AskAboutPairing ask, TimeSpan limit, CancellationToken stop)
    {
        string path = NeededDevice(address);
        IDisposable opening = agent.Open(path, ask) ?? throw new BusException(BusFailure.InProgress, "another device is being paired");
        try
        {
            await UnlessAsync(failed => failed.Name is "org.bluez.Error.AlreadyExists", AskAsync(path, ObjectTree.DeviceInterface, "Pair", limit, stop));
            return tree.DeviceAt(path) ?? throw Missing(BusFailure.NoDevice, $"device {address} was forgotten while it was being paired");
        }
        catch (Exception gaveUp) when (GaveUp(gaveUp))
        {
            opening.Dispose(); // the person is asked no more
            await QuietlyAsync(path, "CancelPairing");
            throw;
        }
        finally
        {
            opening.Dispose();
        }
    }

    /// <summary>The device may connect and use its services without being asked about.</summary>
    public Task TrustAsync(string address, CancellationToken stop) =>
        SetAsync(NeededDevice(address), ObjectTree.DeviceInterface, "Trusted", BusValue.Of(true), stop);

    /// <summary>Connects; the characteristics can be used after <see cref="BlueZEventKind.ServicesResolved"/>. Given up, BlueZ gives up too.</summary>
    public async Task ConnectAsync(string address, TimeSpan limit, CancellationToken stop)
    {
        string path = NeededDevice(address);
        try
        {
            await UnlessAsync(failed => failed.Name is "org.bluez.Error.AlreadyConnected", AskAsync(path, ObjectTree.DeviceInterface, "Connect", limit, stop));
        }
        catch (Exception gaveUp) when (GaveUp(gaveUp))
        {
            await QuietlyAsync(path, "Disconnect");
            throw;
        }
    }

    public Task DisconnectAsync(string address, CancellationToken stop) => UnlessAsync(
        failed => failed.Failure == BusFailure.NotConnected, AskAsync(NeededDevice(address), ObjectTree.DeviceInterface, "Disconnect", ShortLimit, stop));

    /// <summary>Forgets the device and its keys. One that BlueZ does not know is forgotten already.</summary>
    public async Task RemoveAsync(string address, CancellationToken stop)
    {
        if (tree.FindDevice(address) is { } device)
        {
            await UnlessAsync(
                failed => failed.Failure == BusFailure.NoDevice,
                AskAsync(NeededAdapter(), ObjectTree.AdapterInterface, "RemoveDevice", ShortLimit, stop, BusValue.Path(device.Path)));
        }
    }

    /// <summary>Reads a characteristic of a connected device. When notifications of it were asked for too, BlueZ tells the bytes a second time, as a value.</summary>
    public async Task<byte[]> ReadAsync(string address, ushort characteristic, TimeSpan limit, CancellationToken stop)
    {
        IReadOnlyList<BusValue> answer = await AskAsync(
            NeededCharacteristic(address, characteristic), ObjectTree.CharacteristicInterface, "ReadValue", limit, stop, BusValue.Options());
        return answer is [{ Bytes: { } bytes }] ? bytes : throw new BusException(BusFailure.Refused, $"characteristic 0x{characteristic:x4} answered no bytes");
    }

    /// <summary>Writes with the device's acknowledgement.</summary>
    public Task WriteAsync(string address, ushort characteristic, ReadOnlyMemory<byte> bytes, TimeSpan limit, CancellationToken stop) => AskAsync(
        NeededCharacteristic(address, characteristic), ObjectTree.CharacteristicInterface, "WriteValue", limit, stop,
        BusValue.Of(bytes.Span), BusValue.Options(("type", BusValue.Of("request"))));

    /// <summary>
    /// From now on values come as events: notifications, or indications, which BlueZ confirms to the device before we have the value in hand.
    /// Ends with the connection, the characteristic or BlueZ; ask again after the next <see cref="BlueZEventKind.ServicesResolved"/>.
    /// </summary>
    public async Task StartNotifyAsync(string address, ushort characteristic, CancellationToken stop)
    {
        string path = NeededCharacteristic(address, characteristic);
        bool first = tree.Notify(path, wanted: true); // before the call: the first value may come before its answer
        try
        {
            await UnlessAsync(
                failed => failed.Failure == BusFailure.InProgress, AskAsync(path, ObjectTree.CharacteristicInterface, "StartNotify", AttLimit, stop));
        }
        catch when (first)
        {
            tree.Notify(path, wanted: false);
            throw;
        }
    }

    public async Task StopNotifyAsync(string address, ushort characteristic, CancellationToken stop)
    {
        string path = NeededCharacteristic(address, characteristic);
        await AskAsync(path, ObjectTree.CharacteristicInterface, "StopNotify", AttLimit, stop);
        tree.Notify(path, wanted: false);
    }

    /// <summary>
    /// Whether the link is encrypted, by the only proof there is: reading a characteristic that the device gives out encrypted only. Which
    /// one does so stands in the sensor's file; from this end it cannot be seen. <see cref="BluetoothDevice.Paired"/> is not looked at.
    /// </summary>
    public async Task<EncryptionProof> ProveEncryptionAsync(string address, ushort characteristic, TimeSpan limit, CancellationToken stop)
    {
        try
        {
            _ = await ReadAsync(address, characteristic, limit, stop);
            return EncryptionProof.Proven;
        }
        catch (BusException failed)
        {
            return failed.Failure switch
            {
                BusFailure.NotAuthenticated or BusFailure.NotPermitted or BusFailure.Refused => EncryptionProof.Refused,
                BusFailure.Timeout => EncryptionProof.NoAnswer,
                _ => EncryptionProof.Unknown,
            };
        }
    }

    private static bool GaveUp(Exception failed) => failed is OperationCanceledException or BusException { Failure: BusFailure.Timeout };

    private string NeededAdapter() => Adapter?.Path ?? throw Missing(BusFailure.NoAdapter, "no Bluetooth adapter");

    private string NeededDevice(string address) => tree.FindDevice(address)?.Path ?? throw Missing(BusFailure.NoDevice, $"BlueZ knows no device {address}");

    private string NeededCharacteristic(string address, ushort characteristic) =>
        tree.Characteristics(address).FirstOrDefault(found => found.Uuid == characteristic)?.Path
            ?? throw Missing(BusFailure.NoCharacteristic, $"device {address} has no characteristic 0x{characteristic:x4}, or its services are not resolved");

    private BusException Missing(BusFailure failure, string text) =>
        State is { Missing: { } more and not BusFailure.AdapterOff } state ? new BusException(more, state.Text) : new BusException(failure, text);

    private Task SetAsync(string path, string @interface, string property, BusValue value, CancellationToken stop) => AskAsync(
        path, PropertiesInterface, "Set", ShortLimit, stop, BusValue.Of(@interface), BusValue.Of(property), value.AsVariant());

    private Task<IReadOnlyList<BusValue>> AskAsync(
        string path, string @interface, string member, TimeSpan limit, CancellationToken stop, params BusValue[] arguments) =>
        bus is { } on
            ? on.CallAsync(new BusCall(Name, path, @interface, member, arguments), limit, stop)
            : throw new BusException(BusFailure.NoBus, State.Text);

    private static async Task UnlessAsync(Func<BusException, bool> alreadySo, Task asking)
    {
        try
        {
            await asking;
        }
        catch (BusException failed) when (alreadySo(failed))
        {
            // it holds already
        }
    }

    /// <summary>Tells BlueZ that we gave up; if it does not listen there is nothing more to do.</summary>
    private async Task QuietlyAsync(string path, string member)
    {
        try
        {
            await AskAsync(path, ObjectTree.DeviceInterface, member, ShortLimit, CancellationToken.None);
        }
        catch (BusException)
        {
            // the reason for giving up is the one to be told
        }
    }
}
