using System.Globalization;
using TeleMonitor.Rig.Hil;

namespace TeleMonitor.Edge.Tests.Sensors.Wired;

/// <summary>
/// A folder that looks like <c>/sys</c>, with devices behind links as the kernel has them. A driver's error is modelled by a link to
/// a file of this kernel that gives one: /proc/self/mem cannot be read at its beginning and gives EIO.
/// </summary>
internal sealed class SysFolder : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("sys-test-");

    public string Root => root.FullName;

    /// <summary>Plugs a device in under a number; returns its folder.</summary>
    public string Plug(string bus, int number, string kernelName, params (string File, string Text)[] attributes)
    {
        string behind = Path.Combine(Root, "devices", string.Create(CultureInfo.InvariantCulture, $"{bus}-{number}"));
        Directory.CreateDirectory(behind);
        foreach ((string file, string text) in attributes.Prepend(("name", kernelName + "\n")))
        {
            File.WriteAllText(Path.Combine(behind, file), text);
        }
        Directory.CreateDirectory(Path.GetDirectoryName(Link(bus, number))!);
        Directory.CreateSymbolicLink(Link(bus, number), behind);
        return behind;
    }

    /// <summary>An MLX90614 as kernel 6.1 shows it: scale and offset are shared by both channels, raw 15451 is 35.87 Cel.</summary>
    public string PlugThermometer(int number, string raw = "15451\n") =>
        Plug("iio", number, "mlx90614", ("in_temp_object_raw", raw), ("in_temp_scale", "20\n"), ("in_temp_offset", "-13657.500000\n"), ("in_temp_ambient_raw", "14848\n"));

    /// <summary>Reads the chip as the kernel's driver does at each read of the attribute: its word, or EIO where the chip sets its error bit.</summary>
    public static void Look(string folder, Mlx90614 chip)
    {
        chip.Write([0x07]); // the object's temperature
        ReadOnlySpan<byte> word = chip.Read(2);
        if (word[1] >= 0x80)
        {
            Break(folder, "in_temp_object_raw");
            return;
        }
        Write(folder, "in_temp_object_raw", string.Create(CultureInfo.InvariantCulture, $"{word[0] | (word[1] << 8)}\n"));
    }

    public void Unplug(string bus, int number)
    {
        string behind = Path.Combine(Root, "devices", string.Create(CultureInfo.InvariantCulture, $"{bus}-{number}"));
        Directory.Delete(Link(bus, number)); // the link alone
        Directory.Delete(behind, recursive: true);
    }

    /// <summary>From now on reading this attribute is an I/O error.</summary>
    public static void Break(string folder, string file)
    {
        File.Delete(Path.Combine(folder, file));
        File.CreateSymbolicLink(Path.Combine(folder, file), "/proc/self/mem");
    }

    public static void Write(string folder, string file, string text)
    {
        File.Delete(Path.Combine(folder, file)); // not through a link
        File.WriteAllText(Path.Combine(folder, file), text);
    }

    public void Dispose() => root.Delete(recursive: true);

    private string Link(string bus, int number) => bus is "iio"
        ? Path.Combine(Root, "bus", "iio", "devices", string.Create(CultureInfo.InvariantCulture, $"iio:device{number}"))
        : Path.Combine(Root, "class", "hwmon", string.Create(CultureInfo.InvariantCulture, $"hwmon{number}"));
}
