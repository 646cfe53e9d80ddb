using System.Text.Json;
using System.Text.Json.Serialization;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>How a bonded device was when it was last heard. No value of a citizen.</summary>
/// <param name="Address">Its Bluetooth address.</param>
/// <param name="At">When its last measurement came, by the gateway's wall clock; null: none has come.</param>
/// <param name="BatteryPercent">As it said last; null: it did not.</param>
/// <param name="Trouble">Why it is not well, in the word of its state (<c>link</c>, <c>frame</c>, <c>battery</c>); empty when it is.</param>
internal sealed record HeardDevice(string Address, DateTimeOffset? At = null, int? BatteryPercent = null, string Trouble = "")
{
    /// <summary>How its battery has fallen since it was new, to tell how long it lasts; null: nothing is known.</summary>
    public IReadOnlyList<BatteryPoint>? Battery { get; init; }
}

/// <summary>
/// What <c>sensors list</c> tells of the devices, in a small file beside their bonds. Nothing depends on it, so it is not flushed, is written
/// at most once a minute unless something but the time is new, and where it cannot be written or read nothing else suffers.
/// </summary>
/// <param name="file">Path.</param>
/// <param name="clock">For the minute.</param>
internal sealed class HeardDevices(string file, TimeProvider clock)
{
    /// <summary>What the time in the file may lack.</summary>
    public static readonly TimeSpan WrittenWithin = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, HeardDevice> devices = new(Read(file), StringComparer.Ordinal);
    private long? writtenAt;

    /// <summary>By address, what the file says; nothing where it cannot be read.</summary>
    public static IReadOnlyDictionary<string, HeardDevice> Read(string file)
    {
        try
        {
            HeardDevice[] read = File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), HeardJson.Default.HeardDeviceArray) ?? [] : [];
            return read.OfType<HeardDevice>().DistinctBy(device => device.Address)
                .ToDictionary(device => device.Address, device => device with { Battery = device.Battery?.OfType<BatteryPoint>().ToArray() }, StringComparer.Ordinal);
        }
        catch (Exception bad) when (bad is JsonException or IOException or UnauthorizedAccessException)
        {
            return new Dictionary<string, HeardDevice>();
        }
    }

    /// <summary>A device is like this now. A null time or level leaves the one that is known.</summary>
    public void Note(HeardDevice now)
    {
        HeardDevice? before = devices.GetValueOrDefault(now.Address);
        HeardDevice next = now with { At = now.At ?? before?.At, BatteryPercent = now.BatteryPercent ?? before?.BatteryPercent, Battery = before?.Battery };
        if (next == before)
        {
            return;
        }
        devices[now.Address] = next;
        if (before is null || next with { At = before.At } != before || writtenAt is not { } written || clock.GetElapsedTime(written) >= WrittenWithin)
        {
            Write();
        }
    }

    /// <summary>Its battery is at this level now; with what is known of it so far that tells how long it lasts.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="percent">0 to 100.</param>
    /// <param name="at">Wall time; null while the gateway does not know it: then nothing is added.</param>
    public BatteryForecast NoteBattery(string address, int percent, DateTimeOffset? at)
    {
        HeardDevice before = devices.GetValueOrDefault(address) ?? new HeardDevice(address);
        IReadOnlyList<BatteryPoint> known = before.Battery ?? [];
        IReadOnlyList<BatteryPoint> points = at is { } now ? BatteryForecast.With(known, new BatteryPoint(now, percent)) : known;
        if (!ReferenceEquals(points, known))
        {
            devices[address] = before with { Battery = points };
            Write();
        }
        return BatteryForecast.Of(points, at ?? DateTimeOffset.MinValue);
    }

    /// <summary>It is no longer one of this gateway's.</summary>
    public void Forget(string address)
    {
        if (devices.Remove(address))
        {
            Write();
        }
    }

    private void Write()
    {
        writtenAt = clock.GetTimestamp();
        try
        {
            File.WriteAllBytes(file + ".new", JsonSerializer.SerializeToUtf8Bytes([.. devices.Values.OrderBy(device => device.Address, StringComparer.Ordinal)], HeardJson.Default.HeardDeviceArray));
            File.Move(file + ".new", file, overwrite: true);
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException)
        {
            // support sees an older time; a full disk is told by the outbox
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HeardDevice[]))]
internal sealed partial class HeardJson : JsonSerializerContext;
