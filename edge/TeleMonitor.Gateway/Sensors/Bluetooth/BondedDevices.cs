using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>A Bluetooth device that a support worker paired with this gateway.</summary>
/// <param name="Address">Bluetooth address, six pairs of upper-case hex digits with colons.</param>
/// <param name="Model">Id of its sensor file.</param>
/// <param name="PairedAt">When it was paired, by the gateway's wall clock.</param>
internal sealed record BondedDevice(string Address, string Model, DateTimeOffset PairedAt)
{
    /// <summary>Whose values it gives when it tells no users apart; null in a home where it is used by several.</summary>
    public int? Assignment { get; init; }
    /// <summary>By the device's own user number, whose values those are; null when it tells no users apart.</summary>
    public IReadOnlyDictionary<int, int>? Users { get; init; }
    /// <summary>True when what it had stored before it was paired has been received and discarded (design.md rule 11).</summary>
    public bool Emptied { get; init; }

    /// <summary>Short for people and for findings: model and the end of the address, such as <c>ble-cuff.0001</c>.</summary>
    [JsonIgnore] public string Name => Model + "." + Address.Replace(":", "", StringComparison.Ordinal)[^4..].ToLowerInvariant();

    /// <summary>Assignments it is known to serve; none where several share it and it tells no users apart.</summary>
    [JsonIgnore] public IEnumerable<int> Serves => (Users?.Values ?? []).Concat(Assignment is { } one ? [one] : []).Distinct();

    /// <summary>What is left of it when the loans of these are over; null: it is forgotten.</summary>
    /// <param name="ended">Assignments.</param>
    /// <param name="goOn">True when somebody else in the home goes on: what nobody owns then stays.</param>
    public BondedDevice? Without(IReadOnlyCollection<int> ended, bool goOn)
    {
        if (!Serves.Any(ended.Contains))
        {
            return goOn || Serves.Any() ? this : null;
        }
        Dictionary<int, int> users = (Users ?? new Dictionary<int, int>()).Where(user => !ended.Contains(user.Value)).ToDictionary(user => user.Key, user => user.Value);
        BondedDevice left = this with { Assignment = Assignment is { } one && ended.Contains(one) ? null : Assignment, Users = users.Count > 0 ? users : null };
        return left.Serves.Any() ? left : null;
    }

    /// <summary>True for what a person may call it: its address or its short name.</summary>
    public bool IsCalled(string name) => string.Equals(name, Address, StringComparison.OrdinalIgnoreCase) || string.Equals(name, Name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// The devices of one gateway, in one small file beside its outbox. The keys themselves are bluetoothd's; this says what they are for.
/// Written whole to a second file, flushed, and renamed: after a power cut it is the old one or the new one. The running gateway and
/// <c>sensors pair</c> may both write it: each reads it anew, changes its device and writes while it holds the file's lock.
/// </summary>
internal sealed class BondedDevices
{
    private readonly string file;
    private readonly Lock gate = new();
    private SortedDictionary<string, BondedDevice> devices = new(StringComparer.Ordinal);
    private DateTime? readAt;

    private BondedDevices(string file) => this.file = file;

    /// <summary>All, by address.</summary>
    public IReadOnlyList<BondedDevice> All
    {
        get
        {
            lock (gate)
            {
                return [.. devices.Values];
            }
        }
    }

    /// <summary>What is wrong with the file as it was read last; empty when nothing is. The devices are then those of before.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    /// <summary>Reads the file; none where there is no file.</summary>
    /// <param name="file">Path.</param>
    /// <param name="problems">What is wrong with it, each beginning with the file's name; empty when nothing is.</param>
    public static BondedDevices Open(string file, out IReadOnlyList<string> problems)
    {
        var bonds = new BondedDevices(file);
        bonds.Read();
        problems = bonds.Problems;
        return bonds;
    }

    /// <summary>Reads the file again when another program, such as <c>sensors pair</c>, has written it. One that cannot be read changes nothing.</summary>
    public void Reread()
    {
        lock (gate)
        {
            if (WrittenAt() != readAt)
            {
                Read();
            }
        }
    }

    private DateTime? WrittenAt() => File.Exists(file) ? File.GetLastWriteTimeUtc(file) : null;

    private void Read()
    {
        var found = new List<string>();
        var read = new SortedDictionary<string, BondedDevice>(StringComparer.Ordinal);
        try
        {
            readAt = WrittenAt();
            foreach (BondedDevice? device in readAt is null ? [] : JsonSerializer.Deserialize(File.ReadAllBytes(file), BondJson.Default.BondedDeviceArray) ?? [])
            {
                if (device is null)
                {
                    found.Add($"{file}: null stands among the devices");
                    continue;
                }
                string place = $"{file}: {device.Address}";
                AddUnless(IsAddress(device.Address), $"{file}: address '{device.Address}' must be six pairs of hex digits with colons, upper case");
                AddUnless(device.Assignment is null or >= 1, $"{place}: assignment {device.Assignment} must be 1 or more");
                AddUnless(device.Users is null || device.Users.All(user => user.Key is >= 0 and <= 254 && user.Value >= 1), $"{place}: users must be 0 to 254, their assignments 1 or more");
                AddUnless(read.TryAdd(device.Address, device), $"{place} stands twice");
            }
        }
        catch (Exception bad) when (bad is JsonException or IOException or UnauthorizedAccessException)
        {
            found.Add($"{file}: cannot be read: {bad.Message}");
        }
        if (found.Count == 0)
        {
            devices = read;
        }
        Problems = found;

        void AddUnless(bool held, string problem)
        {
            if (!held)
            {
                found.Add(problem);
            }
        }
    }

    /// <summary>True for a Bluetooth address as BlueZ writes it.</summary>
    public static bool IsAddress(string text) => text.Length == 17 && text.Split(':') is { Length: 6 } pairs
        && pairs.All(pair => pair.Length == 2 && byte.TryParse(pair, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _) && !pair.Any(char.IsAsciiLetterLower));

    /// <summary>The device of an address, or null.</summary>
    public BondedDevice? Find(string address)
    {
        lock (gate)
        {
            return devices.GetValueOrDefault(address);
        }
    }

    /// <summary>Adds or replaces a device; it is on the disk when this returns.</summary>
    /// <exception cref="IOException">It cannot be written, or another program writes it now, or what stands there cannot be read; nothing is changed.</exception>
    public void Put(BondedDevice device) => Change(next => next[device.Address] = device);

    /// <summary>Forgets a device.</summary>
    /// <inheritdoc cref="Put"/>
    public void Remove(string address) => Change(next => next.Remove(address));

    private void Change(Action<SortedDictionary<string, BondedDevice>> change)
    {
        lock (gate)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
                using var held = new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                Reread();
                if (Problems.Count > 0)
                {
                    throw new IOException(Problems[0]); // what somebody wrote by hand is not written over
                }
                var next = new SortedDictionary<string, BondedDevice>(devices, StringComparer.Ordinal);
                change(next);
                Write(next.Values);
                (devices, readAt) = (next, WrittenAt());
            }
            catch (UnauthorizedAccessException bad)
            {
                throw new IOException($"{file}: cannot be written: {bad.Message}", bad);
            }
        }
    }

    private void Write(IEnumerable<BondedDevice> all)
    {
        string next = file + ".new";
        using (var stream = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(stream, [.. all], BondJson.Default.BondedDeviceArray);
            stream.Flush(flushToDisk: true);
        }
        File.Move(next, file, overwrite: true);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(BondedDevice[]))]
internal sealed partial class BondJson : JsonSerializerContext;
