using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace TeleMonitor.Gateway.Sensors.Gpio;

/// <summary>A GPIO chip as the kernel shows it.</summary>
/// <param name="Path">Its device file.</param>
/// <param name="Name">Kernel name (<c>gpiochip0</c>): a number that may change with each boot.</param>
/// <param name="Label">What it is (<c>pinctrl-bcm2711</c>, <c>cp2112_gpio</c>).</param>
/// <param name="Lines">Name of each line, in order; empty where it has none.</param>
internal sealed record GpioChip(string Path, string Name, string Label, IReadOnlyList<string> Lines)
{
    /// <summary>Every chip that can be read, in the order of their numbers.</summary>
    /// <param name="devices">Folder of the device files: <c>/dev</c>.</param>
    /// <param name="fault">Why there is none, or why one cannot be read; null when all could.</param>
    public static IReadOnlyList<GpioChip> All(string devices, out LineFault? fault)
    {
        var chips = new List<GpioChip>();
        string[] files = Directory.Exists(devices) ? Directory.GetFiles(devices, "gpiochip*") : [];
        fault = files.Length > 0 ? null : new LineFault("not-found",
            $"no {devices}/gpiochipN: this machine has no GPIO, its driver is not loaded, or the adapter is unplugged");
        foreach (string file in files.OrderBy(file => file.Length).ThenBy(file => file, StringComparer.Ordinal))
        {
            int result = GpioKernel.Open(file, out SafeFileHandle handle);
            using (handle)
            {
                result = result < 0 ? result : Read(file, handle, chips);
                fault = result < 0 ? FaultOf(-result, file) : fault;
            }
        }
        return chips;
    }

    /// <summary>Finds the one line of this place.</summary>
    /// <param name="devices">Folder of the device files.</param>
    /// <param name="place">Which line.</param>
    /// <param name="chip">Device file of its chip.</param>
    /// <param name="offset">Its number there.</param>
    /// <returns>Why not; null when it was found.</returns>
    public static LineFault? FindLine(string devices, LinePlace place, out string chip, out uint offset)
    {
        IReadOnlyList<GpioChip> chips = All(devices, out LineFault? fault);
        LineFault? wrong = Choose(chips, place, out chip, out offset);
        return wrong is { Word: "not-found" } && fault is not null ? fault : wrong; // a chip that cannot be read may be the one
    }

    /// <summary>The one line of this place among these chips; pure.</summary>
    public static LineFault? Choose(IReadOnlyList<GpioChip> chips, LinePlace place, out string path, out uint offset)
    {
        (string Path, int Offset)[] found =
        [
            .. chips.SelectMany(chip => place.Name is { } name
                ? chip.Lines.Select((line, number) => (line, number)).Where(line => string.Equals(line.line, name, StringComparison.Ordinal)).Select(line => (chip.Path, line.number))
                : IsCalled(chip, place.Chip) && place.Offset < chip.Lines.Count ? [(chip.Path, place.Offset.Value)] : []),
        ];
        (path, offset) = found.Length == 1 ? (found[0].Path, (uint)found[0].Offset) : ("", 0);
        string known = chips.Count == 0 ? "none" : string.Join(", ", chips.Select(chip => string.Create(CultureInfo.InvariantCulture, $"{chip.Name} '{chip.Label}' with {chip.Lines.Count} lines")));
        return found.Length switch
        {
            0 => new LineFault("not-found", $"no line {place}; chips are {known}"),
            1 => null,
            _ => new LineFault("ambiguous", $"{found.Length} lines are {place}; chips are {known}"),
        };
    }

    /// <summary>What an errno means for a line or chip.</summary>
    public static LineFault FaultOf(int errno, string place) => new(
        errno switch { GpioKernel.NoSuchDevice or 2 or 6 => "not-found", GpioKernel.Busy => "busy", GpioKernel.NotPermitted or 1 => "denied", _ => "failed" },
        $"{place}: {GpioKernel.Words(errno)} ({errno}){(errno is GpioKernel.NotPermitted ? "; is the program's user in the group gpio?" : errno is GpioKernel.Busy ? "; another program or driver holds it" : "")}");

    private static bool IsCalled(GpioChip chip, string? wanted) =>
        string.Equals(chip.Label, wanted, StringComparison.Ordinal) || string.Equals(chip.Name, wanted, StringComparison.Ordinal);

    private static int Read(string file, SafeFileHandle handle, List<GpioChip> chips)
    {
        byte[] chip = new byte[GpioAbi.ChipInfoSize];
        int result = GpioKernel.Ask(handle, GpioAbi.GetChipInfo, chip);
        if (result < 0)
        {
            return result;
        }
        var lines = new List<string>();
        for (uint offset = 0; offset < GpioAbi.Read(chip, GpioAbi.ChipLinesAt); offset++)
        {
            byte[] line = GpioAbi.LineInfoRequest(offset);
            result = GpioKernel.Ask(handle, GpioAbi.GetLineInfo, line);
            if (result < 0)
            {
                return result;
            }
            lines.Add(GpioAbi.Text(line.AsSpan(0, GpioAbi.NameSize)));
        }
        chips.Add(new GpioChip(file, GpioAbi.Text(chip.AsSpan(0, GpioAbi.NameSize)), GpioAbi.Text(chip.AsSpan(GpioAbi.ChipLabelAt, GpioAbi.NameSize)), lines));
        return 0;
    }
}
