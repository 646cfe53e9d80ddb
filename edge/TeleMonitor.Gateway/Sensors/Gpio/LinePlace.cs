namespace TeleMonitor.Gateway.Sensors.Gpio;

/// <summary>Where a line is, as the gateway's configuration says it: by its name, or by chip and number.</summary>
/// <param name="Name">The line's name (<c>GPIO17</c>), as device tree or firmware gives it; unique over all chips.</param>
/// <param name="Chip">Label or kernel name of the chip (<c>cp2112_gpio</c>, <c>gpiochip0</c>); with <paramref name="Offset"/>.</param>
/// <param name="Offset">Number of the line on its chip, from 0.</param>
/// <param name="ActiveLow">True where current or pressure is the low level: a button to ground with a pull-up.</param>
/// <param name="Bias">pull-up, pull-down or none; absent: as it is.</param>
internal sealed record LinePlace(string? Name = null, string? Chip = null, int? Offset = null, bool ActiveLow = false, string? Bias = null)
{
    /// <summary>Flags of the kernel's request.</summary>
    public ulong Flags => (ActiveLow ? GpioAbi.ActiveLow : 0)
        | Bias switch { "pull-up" => GpioAbi.PullUp, "pull-down" => GpioAbi.PullDown, "none" => GpioAbi.BiasDisabled, _ => 0 };

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public string? Problem =>
        Name is not null == (Chip is not null || Offset is not null) || (Chip is null) != (Offset is null) ? "give either name, or chip and offset"
        : Name is "" || Chip is "" ? "name and chip must not be empty"
        : Offset is < 0 ? "offset must be 0 or more"
        : Bias is not (null or "pull-up" or "pull-down" or "none") ? $"bias '{Bias}' must be pull-up, pull-down or none"
        : null;

    /// <summary>For messages.</summary>
    public override string ToString() => Name ?? $"{Chip} line {Offset}";
}
