using TeleMonitor.Gateway.Sensors.Bluetooth;

namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

/// <summary>A BlueZ whose events are waited for by kind, with an end to the patience.</summary>
internal sealed class WatchedBlueZ(string address, string? adapter = null) : IAsyncDisposable
{
    /// <summary>Long, for a machine that does much else; what is waited for comes at once elsewhere.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public BlueZ It { get; } = BlueZ.Start(TimeProvider.System, new BlueZOptions(address, adapter));

    /// <summary>All that happened so far, in order.</summary>
    public List<BlueZEvent> Seen { get; } = [];

    public static async Task UntilAsync(Func<bool> holds)
    {
        using CancellationTokenSource limit = new(Patience);
        while (!holds())
        {
            await Task.Delay(5, limit.Token);
        }
    }

    /// <summary>The next of a kind; others before it are passed over.</summary>
    public async Task<BlueZEvent> NextAsync(BlueZEventKind kind)
    {
        using CancellationTokenSource limit = new(Patience);
        try
        {
            while (true)
            {
                BlueZEvent happened = await It.Events.ReadAsync(limit.Token);
                Seen.Add(happened);
                if (happened.Kind == kind)
                {
                    return happened;
                }
            }
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException($"no {kind} in {Patience}; state: {It.State.Text}; so far: {string.Join(' ', Seen.Select(happened => happened.Kind))}", late);
        }
    }

    public ValueTask DisposeAsync() => It.DisposeAsync();
}
