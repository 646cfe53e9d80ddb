using System.Text;
using TeleMonitor.Vitals.Quality;

namespace TeleMonitor.Gateway.Sensors.Wired;

/// <summary>
/// Sensors behind kernel drivers, read through sysfs. A device is found anew by its kernel name at each reading: its number changes
/// when it is unplugged, and may then be another sensor's.
/// </summary>
/// <param name="root">Where sysfs is mounted: <c>/sys</c>, or a folder that looks like it.</param>
internal sealed class KernelDevices(string root)
{
    private const decimal MilliPerUnit = 1000m;

    /// <summary>Reads one channel, in degrees Celsius.</summary>
    /// <param name="bus"><see cref="SensorDevice.Iio"/> or <see cref="SensorDevice.Hwmon"/>.</param>
    /// <param name="kernelName">What the driver writes in <c>name</c>.</param>
    /// <param name="prefix">How the channel's attribute files begin.</param>
    public KernelRead Read(string bus, string kernelName, string prefix)
    {
        if (Find(bus, kernelName, out string folder) is var fault and not KernelFault.None)
        {
            return new KernelRead(null, fault, folder);
        }
        string channel = Path.Combine(folder, prefix);
        return bus is SensorDevice.Iio ? ReadIio(channel) : ReadHwmon(channel);
    }

    /// <summary>Every device with a name that the kernel shows: bus, kernel name, folder; in the order of the folders.</summary>
    public IReadOnlyList<(string Bus, string Name, string Folder)> All() =>
    [
        .. new[] { SensorDevice.Iio, SensorDevice.Hwmon }.SelectMany(bus => Folders(bus)
            .Select(folder => (bus, Name: NameOf(folder), folder)).Where(device => device.Name is not null).Select(device => (device.bus, device.Name!, device.folder))),
    ];

    /// <summary>Finds the one device of this name.</summary>
    /// <param name="bus">Bus.</param>
    /// <param name="kernelName">Its name.</param>
    /// <param name="folder">The device's folder; with a fault what was looked for.</param>
    private KernelFault Find(string bus, string kernelName, out string folder)
    {
        string[] found = [.. Folders(bus).Where(candidate => string.Equals(NameOf(candidate), kernelName, StringComparison.Ordinal))];
        folder = found.Length > 0 ? found[0] : $"{ClassFolder(bus)}: no device is called {kernelName}";
        if (found.Length > 1)
        {
            folder = $"{ClassFolder(bus)}: {found.Length} devices are called {kernelName}";
        }
        return found.Length switch { 0 => KernelFault.NotFound, 1 => KernelFault.None, _ => KernelFault.Ambiguous };
    }

    private string ClassFolder(string bus) => bus is SensorDevice.Iio ? Path.Combine(root, "bus", "iio", "devices") : Path.Combine(root, "class", "hwmon");

    private string[] Folders(string bus)
    {
        try
        {
            string[] folders = Directory.GetDirectories(ClassFolder(bus), bus is SensorDevice.Iio ? "iio:device*" : "hwmon*");
            Array.Sort(folders, StringComparer.Ordinal);
            return folders;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return []; // no driver of this kind is loaded
        }
    }

    private static string? NameOf(string folder) => ReadText(Path.Combine(folder, "name"), out string text) is KernelFault.None ? text.TrimEnd('\n') : null;

    private static KernelRead ReadIio(string channel)
    {
        if (ReadNumber(channel + "_raw", out decimal raw) is var rawFault and not KernelFault.None)
        {
            // some drivers reckon themselves and have no raw file (Documentation/ABI/testing/sysfs-bus-iio)
            return File.Exists(channel + "_raw") || !File.Exists(channel + "_input") ? new KernelRead(null, rawFault, channel + "_raw") : Milli(channel + "_input");
        }
        string scaleFile = OwnOrShared(channel, "_scale"), offsetFile = OwnOrShared(channel, "_offset");
        if (ReadNumber(scaleFile, out decimal scale) is var scaleFault and not KernelFault.None)
        {
            return new KernelRead(null, scaleFault, scaleFile); // without it the number has no unit
        }
        decimal offset = 0;
        if (File.Exists(offsetFile) && ReadNumber(offsetFile, out offset) is var offsetFault and not KernelFault.None)
        {
            return new KernelRead(null, offsetFault, offsetFile);
        }
        return new KernelRead(KernelRead.Scaled(raw, offset, scale) / MilliPerUnit, KernelFault.None, channel);
    }

    // a driver writes what all its channels of one type share once: in_temp_scale for in_temp_object and in_temp_ambient, as the MLX90614's does
    private static string OwnOrShared(string channel, string what)
    {
        string[] words = Path.GetFileName(channel).Split('_');
        return words.Length <= 2 || File.Exists(channel + what) ? channel + what : Path.Combine(Path.GetDirectoryName(channel)!, $"{words[0]}_{words[1]}{what}");
    }

    private static KernelRead ReadHwmon(string channel)
    {
        if (File.Exists(channel + "_fault"))
        {
            KernelFault unread = ReadNumber(channel + "_fault", out decimal faulty);
            if (unread is not KernelFault.None || faulty != 0)
            {
                return new KernelRead(null, unread is KernelFault.None ? KernelFault.SensorFault : unread, channel + "_fault");
            }
        }
        return Milli(channel + "_input");
    }

    private static KernelRead Milli(string file) => ReadNumber(file, out decimal milli) is var fault and not KernelFault.None
        ? new KernelRead(null, fault, file) : new KernelRead(milli / MilliPerUnit, KernelFault.None, file);

    private static KernelFault ReadNumber(string file, out decimal number)
    {
        number = 0;
        KernelFault fault = ReadText(file, out string text);
        return fault is not KernelFault.None ? fault : KernelRead.TryNumber(text, out number) ? KernelFault.None : KernelFault.NotANumber;
    }

    private static KernelFault ReadText(string file, out string text)
    {
        text = "";
        try
        {
            // one read is one question to the sensor; an attribute is at most a page
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            Span<byte> bytes = stackalloc byte[256];
            text = Encoding.ASCII.GetString(bytes[..stream.Read(bytes)]);
            return KernelFault.None;
        }
        catch (UnauthorizedAccessException)
        {
            return KernelFault.Denied;
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return KernelFault.NotFound;
        }
        catch (IOException bad)
        {
            return KernelRead.FaultOf(bad.HResult); // on Unix the errno
        }
    }
}
