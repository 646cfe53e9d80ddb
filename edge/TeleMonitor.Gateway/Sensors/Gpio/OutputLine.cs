namespace TeleMonitor.Gateway.Sensors.Gpio;

/// <summary>An output that is looked for whenever it is to be set and not held: it survives being unplugged.</summary>
/// <param name="place">Its line.</param>
/// <param name="devices">Folder of the device files: <c>/dev</c>.</param>
internal sealed class OutputLine(LinePlace place, string devices) : IDisposable
{
    private GpioLine? line;

    /// <summary>Sets it; why not, or null when it is set.</summary>
    public LineFault? Set(bool active)
    {
        if (line?.Set(active) is true)
        {
            return null;
        }
        line?.Dispose();
        line = GpioLine.OpenOutput(devices, place, out LineFault? fault);
        return line is null ? fault : line.Set(active) ? null : new LineFault("failed", $"{place}: was opened and cannot be set");
    }

    public void Dispose() => line?.Dispose();
}
