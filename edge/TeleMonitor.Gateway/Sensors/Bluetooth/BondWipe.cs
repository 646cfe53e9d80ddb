using System.Threading.Channels;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>
/// Forgets the devices of those whose loan is over, keys and all (design.md rule 11): first out of bluetoothd, then out of the list, which is
/// what says that there is still something to do. While bluetoothd does not answer it is a finding, and it goes on trying.
/// </summary>
/// <param name="start">Connects to BlueZ.</param>
/// <param name="bonds">The list.</param>
/// <param name="heard">What support sees of them.</param>
/// <param name="ended">Assignments whose loan is over.</param>
/// <param name="goOn">True when somebody else in the home goes on.</param>
/// <param name="clock">Monotonic time.</param>
internal sealed class BondWipe(Func<BlueZ> start, BondedDevices bonds, HeardDevices heard, IReadOnlyCollection<int> ended, bool goOn, TimeProvider clock)
    : ISensor
{
    /// <summary>Its name among the sensors.</summary>
    public const string Id = "bluetooth.forget";

    private static readonly TimeSpan SettleWithin = TimeSpan.FromSeconds(10), Again = TimeSpan.FromSeconds(30);

    /// <summary>True when no device of these is left; false also while the list cannot be read: nobody knows then.</summary>
    public static bool IsDone(BondedDevices bonds, IReadOnlyCollection<int> ended, bool goOn)
    {
        bonds.Reread();
        return bonds.Problems.Count == 0 && bonds.All.All(bond => bond.Without(ended, goOn) == bond);
    }

    /// <inheritdoc/>
    public async Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop)
    {
        bool told = false;
        while (true)
        {
            bonds.Reread();
            string? why = bonds.Problems.Count > 0 ? bonds.Problems[0] : await ForgetAsync(stop);
            if (why is null)
            {
                if (told)
                {
                    await into.WriteAsync(new SensorMessage(null, State: new SensorState(Id, SensorHealth.Well)), stop);
                }
                return;
            }
            if (!told)
            {
                told = true;
                await into.WriteAsync(new SensorMessage(null, State: new SensorState(Id, SensorHealth.Failing, "not-forgotten", $"devices of an ended loan cannot be forgotten yet: {why}")), stop);
            }
            await Task.Delay(Again, clock, stop);
        }
    }

    /// <summary>Forgets what it can.</summary>
    /// <returns>Why something is left; null when nothing is.</returns>
    private async Task<string?> ForgetAsync(CancellationToken stop)
    {
        (BondedDevice Bond, BondedDevice? Left)[] changed = [.. bonds.All.Select(bond => (bond, bond.Without(ended, goOn))).Where(pair => pair.Item2 != pair.bond)];
        if (changed.Length == 0)
        {
            return null;
        }
        try
        {
            await using BlueZ? blue = changed.All(pair => pair.Left is not null) ? null : start();
            if (blue is not null && await blue.SettleAsync(SettleWithin, stop) is { Missing: not (null or BusFailure.AdapterOff) } missing)
            {
                return missing.Text;
            }
            foreach ((BondedDevice bond, BondedDevice? left) in changed)
            {
                if (left is not null)
                {
                    bonds.Put(left);
                    continue;
                }
                await blue!.RemoveAsync(bond.Address, stop);
                bonds.Remove(bond.Address);
                heard.Forget(bond.Address);
            }
            return null;
        }
        catch (Exception failed) when (failed is BusException or IOException)
        {
            return failed.Message;
        }
    }
}
