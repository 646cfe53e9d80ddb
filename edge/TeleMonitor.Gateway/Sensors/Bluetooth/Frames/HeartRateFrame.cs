namespace TeleMonitor.Gateway.Sensors.Bluetooth.Frames;

/// <summary>Heart rate measurement (0x2A37).</summary>
internal readonly record struct HeartRateFrame
{
    /// <summary>Beats per minute.</summary>
    public ushort Rate { get; init; }
    /// <summary>Whether the strap touches the skin; null when the device cannot tell.</summary>
    public bool? Contact { get; init; }
    /// <summary>Energy since the last reset, kilojoule.</summary>
    public ushort? Energy { get; init; }
    /// <summary>Times between beats in 1/1024 s, oldest first; empty when not sent.</summary>
    public IReadOnlyList<ushort> Intervals { get; init; }

    /// <summary>
    /// Reads 0x2A37. Strict in one thing where others are lenient: a frame that announces intervals and has none, or half of one, is cut
    /// short, and then its rate cannot be trusted either.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out HeartRateFrame frame, out string problem)
    {
        var reader = new FrameReader(bytes);
        int flags = reader.Byte("the flags");
        ushort rate = (flags & 1) != 0 ? reader.Short("the rate") : reader.Byte("the rate");
        ushort? energy = (flags & 8) != 0 ? reader.Short("the energy") : null;
        var intervals = new List<ushort>();
        if ((flags & 16) != 0)
        {
            do
            {
                intervals.Add(reader.Short("an interval"));
            }
            while (reader.Left > 0);
        }
        frame = new HeartRateFrame { Rate = rate, Energy = energy, Contact = (flags & 4) != 0 ? (flags & 2) != 0 : null, Intervals = intervals };
        return reader.IsWhole(mayHaveMore: flags >= 32, out problem);
    }
}

/// <summary>Battery level (0x2A19).</summary>
internal static class BatteryFrame
{
    /// <summary>Reads 0x2A19: one byte, 0 to 100 per cent.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out byte percent, out string problem)
    {
        var reader = new FrameReader(bytes);
        percent = reader.Byte("the level");
        if (!reader.IsWhole(mayHaveMore: false, out problem))
        {
            return false;
        }
        problem = percent > 100 ? $"level {percent} is above 100 %" : "";
        return problem.Length == 0;
    }
}
