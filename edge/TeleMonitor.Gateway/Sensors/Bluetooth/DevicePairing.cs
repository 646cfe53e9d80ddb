using System.Globalization;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>How a pairing ended. Whatever is not paired has left nothing behind, at BlueZ or in the file.</summary>
internal enum PairingEnd : byte
{
    /// <summary>Paired, and an encrypted read has proved it.</summary>
    PairedProven,
    /// <summary>Paired; the model's file names nothing to prove it with.</summary>
    PairedNotProven,
    /// <summary>The device or the person said no.</summary>
    Refused,
    /// <summary>It could not be reached.</summary>
    OutOfReach,
    /// <summary>No answer in time.</summary>
    TimedOut,
    /// <summary>BlueZ says paired, and what needs encryption cannot be read.</summary>
    Unproven,
    /// <summary>The bond could not be written.</summary>
    NotWritten,
    /// <summary>Anything else; the detail says what.</summary>
    Failed,
}

/// <summary>How it ended, with the bond when it was made.</summary>
internal sealed record PairingResult(PairingEnd End, BondedDevice? Bond, string Detail = "");

/// <summary>Pairs one device for a gateway: bond, link, proof of encryption, and only then its line in the file, which the running gateway notices.</summary>
/// <param name="blue">BlueZ.</param>
/// <param name="bonds">The gateway's devices.</param>
/// <param name="clock">For waiting, and for when it was paired.</param>
internal sealed class DevicePairing(BlueZ blue, BondedDevices bonds, TimeProvider clock)
{
    private static readonly TimeSpan PairLimit = TimeSpan.FromMinutes(2), LinkLimit = TimeSpan.FromSeconds(30), Period = TimeSpan.FromMilliseconds(100);

    /// <summary>Pairs.</summary>
    /// <param name="candidate">Which one.</param>
    /// <param name="whose">Gives the bond its citizens.</param>
    /// <param name="ask">The person who pairs.</param>
    /// <param name="stop">Gives up; nothing is left behind then either.</param>
    public async Task<PairingResult> PairAsync(Candidate candidate, Func<BondedDevice, BondedDevice> whose, AskAboutPairing ask, CancellationToken stop)
    {
        string address = candidate.Device.Address;
        PairingResult result = new(PairingEnd.Failed, null);
        try
        {
            address = (await blue.PairAsync(address, ask, PairLimit, stop)).Address; // one that hid behind a changing address has told its lasting one
            await blue.TrustAsync(address, stop);
            await blue.ConnectAsync(address, LinkLimit, stop);
            PairingEnd end = await ProveAsync(address, candidate.Model.Device?.EncryptedCharacteristic, stop);
            result = new PairingResult(end, null);
            if (end is PairingEnd.PairedProven or PairingEnd.PairedNotProven)
            {
                BondedDevice bond = whose(new BondedDevice(address, candidate.Model.Id, clock.GetUtcNow()));
                bonds.Put(bond);
                result = result with { Bond = bond };
            }
        }
        catch (BusException failed)
        {
            result = new PairingResult(EndOf(failed.Failure), null, failed.Message);
        }
        catch (IOException full)
        {
            result = new PairingResult(PairingEnd.NotWritten, null, full.Message);
        }
        finally
        {
            if (result.Bond is null)
            {
                await RemoveAsync(address);
            }
        }
        return result;
    }

    /// <summary>What a failure means to the person who pairs.</summary>
    public static PairingEnd EndOf(BusFailure failure) => failure switch
    {
        BusFailure.NotAuthenticated or BusFailure.NotPermitted => PairingEnd.Refused,
        BusFailure.NotConnected or BusFailure.NoDevice or BusFailure.NoSlot => PairingEnd.OutOfReach,
        BusFailure.Timeout => PairingEnd.TimedOut,
        _ => PairingEnd.Failed,
    };

    private async Task<PairingEnd> ProveAsync(string address, string? characteristic, CancellationToken stop)
    {
        if (characteristic is null)
        {
            return PairingEnd.PairedNotProven;
        }
        ushort number = ushort.Parse(characteristic, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        long began = clock.GetTimestamp();
        while (blue.Characteristics(address).All(offered => offered.Uuid != number) && clock.GetElapsedTime(began) < LinkLimit)
        {
            await Task.Delay(Period, clock, stop); // its services are being resolved
        }
        return await blue.ProveEncryptionAsync(address, number, BlueZ.AttLimit, stop) is EncryptionProof.Proven ? PairingEnd.PairedProven : PairingEnd.Unproven;
    }

    private async Task RemoveAsync(string address)
    {
        try
        {
            await blue.RemoveAsync(address, CancellationToken.None);
        }
        catch (BusException)
        {
            // bluetoothd is gone; the reason why it was not paired is the one to be told
        }
    }
}
