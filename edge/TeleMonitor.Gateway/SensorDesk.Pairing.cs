using System.Globalization;
using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Vitals.Quality;

namespace TeleMonitor.Gateway;

/// <summary>What a support worker says about a device before it is paired; all may be absent.</summary>
/// <param name="Model">Only devices of this model.</param>
/// <param name="Address">Only the device of this Bluetooth address.</param>
/// <param name="Assignment">Whose it is.</param>
/// <param name="Users">Or, by the device's own user numbers, whose: <c>1=7,2=8</c>.</param>
internal sealed record PairingWish(string? Model = null, string? Address = null, int? Assignment = null, string? Users = null);

// pairing and forgetting Bluetooth devices
internal sealed partial class SensorDesk
{
    private static readonly TimeSpan LookMore = TimeSpan.FromSeconds(3); // a second device in the same room is heard by then

    /// <summary><c>pair</c>: finds a device, lets the person confirm it, bonds it, proves the encryption, and writes it down.</summary>
    /// <param name="wish">Which, and whose.</param>
    /// <param name="atMost">How long to look for it.</param>
    /// <param name="stop">Gives up; nothing is paired then.</param>
    public async Task<int> PairAsync(PairingWish wish, TimeSpan atMost, CancellationToken stop)
    {
        if (Array.Find(Homes, line => line.Bluetooth) is not { } home)
        {
            return Refuse("no-bluetooth");
        }
        if (wish.Model is not null && Model(wish.Model) is null)
        {
            return ExitCode.Refused;
        }
        if (Whose(config.LinesOf(home.Gateway).Where(line => !line.Ended).Select(line => line.Assignment), wish, out TextLine wrong) is not { } whose)
        {
            terminal.Say(wrong);
            return ExitCode.Refused;
        }
        if (clock.GetUtcNow() is var now && now < GatewayIdentity.Built)
        {
            return Refuse("pair-clock", now.ToString("u", CultureInfo.InvariantCulture));
        }
        if (Bonds(home.Gateway) is not { } bonds)
        {
            return ExitCode.Refused;
        }
        await using BlueZ blue = BlueZ.Start(clock, bus);
        if (await PowerAsync(blue, stop) is { Missing: not null } missing)
        {
            terminal.Say(SensorText.Radio(missing));
            return ExitCode.Refused;
        }
        return await ChooseAsync(await FindAsync(blue, wish, bonds, atMost, stop), stop) is not { } chosen
            ? Refuse("pair-stopped")
            : await PairAsync(new DevicePairing(blue, bonds, clock), chosen, whose, stop);
    }

    /// <summary>
    /// <c>forget</c>: first out of the gateway's list, so that nothing more is taken from it, then out of bluetoothd. An address that is not
    /// in the list is taken out of bluetoothd alone.
    /// </summary>
    public async Task<int> ForgetAsync(string called, CancellationToken stop)
    {
        if (Array.Find(Homes, line => line.Bluetooth) is not { } home)
        {
            return Refuse("no-bluetooth");
        }
        if (Bonds(home.Gateway) is not { } bonds)
        {
            return ExitCode.Refused;
        }
        BondedDevice[] meant = [.. bonds.All.Where(bond => bond.IsCalled(called))];
        if (meant.Length > 1)
        {
            return Refuse("forget-ambiguous", called, string.Join(", ", meant.Select(bond => bond.Address)));
        }
        if (meant.Length == 0 && !BondedDevices.IsAddress(called))
        {
            return Refuse("forget-unknown", called, bonds.All.Count == 0 ? SensorText.Line("nothing") : string.Join(", ", bonds.All.Select(bond => bond.Name)));
        }
        string address = meant.Length == 0 ? called : meant[0].Address, name = meant.Length == 0 ? called : meant[0].Name;
        try
        {
            bonds.Remove(address);
        }
        catch (IOException full)
        {
            return Refuse("bad-bonds", full.Message);
        }
        await using BlueZ blue = BlueZ.Start(clock, bus);
        BlueZState state = await blue.SettleAsync(SettleWithin, stop);
        try
        {
            await blue.RemoveAsync(address, stop);
        }
        catch (BusException failed)
        {
            state = new BlueZState(failed.Failure, failed.Message);
        }
        bool removed = state.Missing is null or BusFailure.AdapterOff;
        terminal.Say(removed ? SensorText.Line("forgotten", name) : SensorText.Line("forgotten-here", name, SensorText.Radio(state), address));
        return removed ? 0 : ExitCode.BadInput;
    }

    /// <summary>Whose a device will be.</summary>
    /// <param name="home">Assignments at the gateway.</param>
    /// <param name="wish">What was said.</param>
    /// <param name="wrong">Why it cannot be told.</param>
    /// <returns>Gives a bond its citizens; null when it cannot be told, for it is never guessed.</returns>
    internal static Func<BondedDevice, BondedDevice>? Whose(IEnumerable<int> home, PairingWish wish, out TextLine wrong)
    {
        int[] here = [.. home];
        string all = string.Join(", ", here);
        var users = new Dictionary<int, int>();
        foreach (string pair in wish.Users?.Split(',') ?? [])
        {
            if (pair.Split('=') is not [var user, var number] || !int.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out int who) || who > 254
                || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int whose) || !users.TryAdd(who, whose))
            {
                wrong = SensorText.Line("pair-bad-users", wish.Users!);
                return null;
            }
        }
        int? one = wish.Assignment ?? (here.Length == 1 && users.Count == 0 ? here[0] : null);
        int[] strangers = [.. users.Values.Concat(one is { } only ? [only] : []).Where(number => !here.Contains(number))];
        wrong = strangers.Length > 0 ? SensorText.Line("pair-not-here", strangers[0], all) : SensorText.Line("pair-person", all);
        return strangers.Length > 0 || (one is null && users.Count == 0) ? null : bond => bond with { Assignment = one, Users = users.Count > 0 ? users : null };
    }

    private static async Task<BlueZState> PowerAsync(BlueZ blue, CancellationToken stop)
    {
        BlueZState state = await blue.SettleAsync(SettleWithin, stop);
        if (state.Missing is BusFailure.AdapterOff)
        {
            try
            {
                await blue.PowerOnAsync(stop);
                state = new BlueZState(null, "");
            }
            catch (BusException failed)
            {
                return new BlueZState(BusFailure.AdapterOff, failed.Message);
            }
        }
        return state;
    }

    /// <summary>Looks until something that fits is heard, and a little longer for its neighbours.</summary>
    private async Task<IReadOnlyList<Candidate>> FindAsync(BlueZ blue, PairingWish wish, BondedDevices bonds, TimeSpan atMost, CancellationToken stop)
    {
        if (bonds.All.FirstOrDefault(bond => wish.Address is not null && bond.IsCalled(wish.Address)) is { } ours)
        {
            terminal.Say(SensorText.Line("pair-known", ours.Name));
            return [];
        }
        terminal.Say(SensorText.Line("pair-looking", (int)atMost.TotalSeconds));
        long began = clock.GetTimestamp();
        TimeSpan until = atMost;
        IReadOnlyList<Candidate> found = [];
        try
        {
            await blue.StartDiscoveryAsync([], stop);
            while (clock.GetElapsedTime(began) is var passed && passed < until)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250), clock, stop);
                found = DeviceChoice.Of(blue.Devices.Where(device => wish.Address is null || string.Equals(device.Address, wish.Address, StringComparison.OrdinalIgnoreCase)),
                    wish.Model is null ? models.Values : [models[wish.Model]], bonds.All);
                until = found.Count > 0 && passed + LookMore < until ? passed + LookMore : until;
                if (found.Count > 0 && wish.Address is not null)
                {
                    break;
                }
            }
            await blue.StopDiscoveryAsync(stop); // a radio that looks about connects badly
        }
        catch (BusException failed)
        {
            terminal.Say(SensorText.Line("failed", failed.Message));
            return [];
        }
        if (found.Count == 0)
        {
            terminal.Say(SensorText.Line("pair-none"));
        }
        return found;
    }

    private async Task<Candidate?> ChooseAsync(IReadOnlyList<Candidate> found, CancellationToken stop)
    {
        for (int i = 0; i < found.Count; i++)
        {
            (BluetoothDevice device, SensorFile model) = found[i];
            terminal.Say(SensorText.Line("pair-found", i + 1, SensorText.Kind(model), model.Id, device.Name, device.Address));
        }
        if (found.Count <= 1)
        {
            return found.Count == 1 && Terminal.IsYes(await terminal.AskAsync(SensorText.Line("pair-this"), stop)) ? found[0] : null;
        }
        string? typed = await terminal.AskAsync(SensorText.Line("pair-which"), stop);
        return int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= found.Count ? found[number - 1] : null;
    }

    private async Task<int> PairAsync(DevicePairing pairing, Candidate chosen, Func<BondedDevice, BondedDevice> whose, CancellationToken stop)
    {
        PairingResult result = await pairing.PairAsync(chosen, whose, AnswerAsync, stop);
        terminal.Say(SensorText.Paired(result));
        if (result.Bond is null)
        {
            return ExitCode.Refused;
        }
        terminal.Say(SensorText.Line("paired-next"));
        return 0;
    }

    private async Task<PairingAnswer> AnswerAsync(PairingQuestion question, CancellationToken stop)
    {
        if (question.Kind is PairingQuestionKind.ShowNumber)
        {
            terminal.Say(SensorText.Question(question));
            return new PairingAnswer(true);
        }
        string? typed = await terminal.AskAsync(SensorText.Question(question), stop);
        return question.Kind is PairingQuestionKind.TypeNumber
            ? new PairingAnswer(true, uint.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null)
            : new PairingAnswer(Terminal.IsYes(typed));
    }
}
