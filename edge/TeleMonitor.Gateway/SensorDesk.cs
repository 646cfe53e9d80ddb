using System.Globalization;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Gateway.Sensors.Wired;
using TeleMonitor.Vitals.Quality;

namespace TeleMonitor.Gateway;

/// <summary>
/// What a support worker does with a home's sensors while on the telephone. Works beside a running gateway: it reads the outbox, and writes
/// nothing but bonds, which the gateway notices within a second.
/// </summary>
/// <param name="config">The gateways and whose they are.</param>
/// <param name="models">Sensor files by id.</param>
/// <param name="bus">Where bluetoothd is.</param>
/// <param name="clock">The clock.</param>
/// <param name="terminal">The person.</param>
internal sealed partial class SensorDesk(
    GatewayConfig config, IReadOnlyDictionary<string, SensorFile> models, BlueZOptions bus, TimeProvider clock, Terminal terminal)
{
    private static readonly TimeSpan SettleWithin = TimeSpan.FromSeconds(5);

    private AssignmentLine[] Homes => [.. config.Assignments.Where(line => line.HasDevices)];

    /// <summary><c>list</c>: every sensor of every home: what it is, when it was heard, its battery, how it is and what to do.</summary>
    /// <param name="stop">Gives up.</param>
    /// <param name="sys">Where sysfs is.</param>
    public async Task<int> ListAsync(CancellationToken stop, string sys = "/sys")
    {
        if (Homes.Length == 0)
        {
            return Refuse("no-sensors");
        }
        bool whole = true;
        foreach (AssignmentLine home in Homes)
        {
            bool runs = SqliteOutbox.IsInUse(config.OutboxPath(home.Gateway));
            if (!runs)
            {
                terminal.Say(SensorText.Line("gateway-not-running", home.Gateway));
            }
            ListWired(home, new KernelDevices(sys), runs);
            whole &= !home.Bluetooth || await ListBluetoothAsync(home, stop);
        }
        return whole ? 0 : ExitCode.BadInput;
    }

    private void ListWired(AssignmentLine home, KernelDevices kernel, bool runs)
    {
        IReadOnlyList<OpenFinding> findings = Findings(home.Gateway);
        foreach (SensorLine line in home.Sensors ?? [])
        {
            SensorFile? model = models.GetValueOrDefault(line.Model);
            TextLine state = model?.Device switch
            {
                null => SensorText.Line("state-unknown-model"),
                { IsWired: true } device => SensorText.State(Answer(device, kernel)),
                _ when !runs => SensorText.Line("state-not-known"), // its lines are the running gateway's
                _ => findings.FirstOrDefault(finding => finding.Code.StartsWith("sensor/" + line.Model, StringComparison.Ordinal)) is { } fault
                    ? SensorText.Line("state-finding", fault.Since.ToString("u", CultureInfo.InvariantCulture), fault.Text) : SensorText.Line("state-quiet"),
            };
            terminal.Say(TextLine.Join(SensorText.Line("sensor", SensorText.Kind(model), line.Model), state));
        }
    }

    private static KernelFault Answer(SensorDevice device, KernelDevices kernel) =>
        new[] { device.Probe }.Concat(device.Channels?.Values ?? []).OfType<string>().Select(prefix => kernel.Read(device.Bus, device.KernelName!, prefix).Fault)
            .FirstOrDefault(fault => fault is not KernelFault.None);

    private IReadOnlyList<OpenFinding> Findings(string gateway)
    {
        try
        {
            using SqliteOutbox outbox = SqliteOutbox.OpenToLook(config.OutboxPath(gateway));
            return outbox.ReadFindings();
        }
        catch (OutboxException)
        {
            return []; // it has not run here yet, or status says why not
        }
    }

    /// <summary>The bonded devices of one home.</summary>
    /// <returns>False when the list is not whole: Bluetooth cannot be used here, or the bonds cannot be read.</returns>
    private async Task<bool> ListBluetoothAsync(AssignmentLine home, CancellationToken stop)
    {
        await using BlueZ blue = BlueZ.Start(clock, bus);
        BlueZState state = await blue.SettleAsync(SettleWithin, stop);
        terminal.Say(SensorText.Radio(state));
        if (Bonds(home.Gateway) is not { } bonds)
        {
            return false;
        }
        if (bonds.All.Count == 0)
        {
            terminal.Say(SensorText.Line("none-paired", home.Gateway));
        }
        IReadOnlyDictionary<string, HeardDevice> heard = HeardDevices.Read(config.HeardPath(home.Gateway));
        DateTimeOffset now = clock.GetUtcNow();
        foreach (BondedDevice bond in bonds.All)
        {
            SensorFile? model = models.GetValueOrDefault(bond.Model);
            HeardDevice? last = heard.GetValueOrDefault(bond.Address);
            bool? bonded = state.Missing is null or BusFailure.AdapterOff
                ? blue.Devices.Any(device => device.Bonded && string.Equals(device.Address, bond.Address, StringComparison.Ordinal)) : null;
            terminal.Say(TextLine.Join(
                SensorText.Line("sensor", SensorText.Kind(model), bond.Name), SensorText.State(bond, model, last, bonded),
                SensorText.Heard(last?.At, now), SensorText.Battery(model, last, now)));
        }
        return state.Missing is null;
    }

    /// <summary>The bonds of a gateway; null, and said, when they cannot be read.</summary>
    private BondedDevices? Bonds(string gateway)
    {
        BondedDevices bonds = BondedDevices.Open(config.BondsPath(gateway), out IReadOnlyList<string> problems);
        foreach (string problem in problems)
        {
            terminal.Say(SensorText.Line("bad-bonds", problem));
        }
        return problems.Count == 0 ? bonds : null;
    }

    private int Refuse(string key, params object[] values)
    {
        terminal.Say(SensorText.Line(key, values));
        return ExitCode.Refused;
    }
}
