using Microsoft.Win32.SafeHandles;

namespace TeleMonitor.Gateway.Sensors.Gpio;

/// <summary>Why a line cannot be used now: word for the hub, sentence for the log.</summary>
/// <param name="Word">not-found, ambiguous, denied, busy or failed.</param>
/// <param name="Why">One sentence.</param>
internal sealed record LineFault(string Word, string Why);

/// <summary>A requested line; whoever holds it has it alone.</summary>
/// <param name="handle">From the kernel.</param>
internal sealed class GpioLine(SafeFileHandle handle) : IDisposable
{
    /// <summary>The kernel waits so long for a contact to rest; what bounces longer is <see cref="PressRules"/>' to judge.</summary>
    public static readonly TimeSpan KernelDebounce = TimeSpan.FromMilliseconds(5);

    private const uint KeptEvents = 64; // a press is two edges, a bad one twenty

    /// <summary>To wait for events and read them.</summary>
    public SafeFileHandle Handle => handle;

    /// <summary>Finds and requests an input with edges.</summary>
    /// <param name="devices">Folder of the device files: <c>/dev</c>.</param>
    /// <param name="place">Which line.</param>
    /// <param name="fault">Why not; null when it was opened.</param>
    public static GpioLine? OpenInput(string devices, LinePlace place, out LineFault? fault)
    {
        GpioLine? line = OpenInput(devices, place, KernelDebounce, out fault);
        // Linux 6.1 refuses a line of the CP2112 with debouncing and grants it without (seen by make hil); PressRules does without
        return fault is { Word: "failed" } ? OpenInput(devices, place, TimeSpan.Zero, out fault) : line;
    }

    /// <summary>Finds and requests an output; it begins inactive.</summary>
    public static GpioLine? OpenOutput(string devices, LinePlace place, out LineFault? fault) =>
        OpenAs(devices, place, offset => GpioAbi.OutputRequest(offset, place.Flags), out fault);

    /// <summary>True when active; null when it cannot be read (any more).</summary>
    public bool? Read()
    {
        byte[] values = GpioAbi.Values(active: false);
        return GpioKernel.Ask(handle, GpioAbi.GetValues, values) < 0 ? null : (values[0] & 1) != 0;
    }

    /// <summary>Makes an output active or inactive; false when it cannot be set (any more).</summary>
    public bool Set(bool active) => GpioKernel.Ask(handle, GpioAbi.SetValues, GpioAbi.Values(active)) >= 0;

    public void Dispose() => handle.Dispose();

    private static GpioLine? OpenInput(string devices, LinePlace place, TimeSpan debounce, out LineFault? fault) =>
        OpenAs(devices, place, offset => GpioAbi.InputRequest(offset, place.Flags, debounce, KeptEvents), out fault);

    private static GpioLine? OpenAs(string devices, LinePlace place, Func<uint, byte[]> request, out LineFault? fault)
    {
        if (GpioChip.FindLine(devices, place, out string chip, out uint offset) is { } missing)
        {
            fault = missing;
            return null;
        }
        byte[] asked = request(offset);
        int result = GpioKernel.Open(chip, out SafeFileHandle handle);
        using (handle)
        {
            result = result < 0 ? result : GpioKernel.Ask(handle, GpioAbi.GetLine, asked);
        }
        fault = result >= 0 ? null : GpioChip.FaultOf(-result, $"{place} on {chip}");
        return result >= 0 ? new GpioLine(new SafeFileHandle((int)GpioAbi.Read(asked, GpioAbi.HandleAt), ownsHandle: true)) : null;
    }
}
