namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

/// <summary>One mocked bluetoothd for the tests of a class, which run one after another.</summary>
public sealed class MockBluezFixture : IAsyncLifetime
{
    internal MockBluez Mock { get; private set; } = null!;

    public async Task InitializeAsync() => Mock = await MockBluez.StartAsync();

    public async Task DisposeAsync() => await Mock.DisposeAsync();
}
