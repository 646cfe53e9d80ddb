using System.Globalization;

namespace TeleMonitor.Gateway.Sensors.Wired;

/// <summary>Why a driver's file gave no number. No fault is ever a value.</summary>
internal enum KernelFault : byte
{
    /// <summary>It gave one.</summary>
    None,
    /// <summary>No device has this kernel name, or it vanished while it was read (ENOENT, ENODEV, ENXIO).</summary>
    NotFound,
    /// <summary>Several devices have this kernel name: which one is the citizen's is not guessed.</summary>
    Ambiguous,
    /// <summary>The driver reports an error of the sensor or the bus (EIO, EREMOTEIO, EBADMSG, EINVAL and what is not named here).</summary>
    Failed,
    /// <summary>The bus did not answer in time (ETIMEDOUT, EAGAIN, EBUSY).</summary>
    TimedOut,
    /// <summary>This program may not read it.</summary>
    Denied,
    /// <summary>The file is empty or holds no decimal number, or one too large to be a temperature's.</summary>
    NotANumber,
    /// <summary>The driver says that the sensor itself is faulty (hwmon's <c>temp1_fault</c>).</summary>
    SensorFault,
}

/// <summary>One reading of one channel: a number, or why there is none.</summary>
/// <param name="Value">In the vital's unit, exactly as the texts of the driver say; null with a fault.</param>
/// <param name="Fault">Why there is none.</param>
/// <param name="Place">The file that was read or looked for; for the log.</param>
internal readonly record struct KernelRead(decimal? Value, KernelFault Fault, string Place)
{
    /// <summary>The fault as a stable word for the hub.</summary>
    public string Word => WordOf(Fault);

    /// <summary>The words of <see cref="KernelFault"/>.</summary>
    public static string WordOf(KernelFault fault) => fault switch
    {
        KernelFault.None => "",
        KernelFault.NotFound => "not-found",
        KernelFault.Ambiguous => "ambiguous",
        KernelFault.TimedOut => "timed-out",
        KernelFault.Denied => "denied",
        KernelFault.NotANumber => "not-a-number",
        KernelFault.SensorFault => "sensor-fault",
        _ => "failed",
    };

    /// <summary>What an errno of the kernel means here.</summary>
    /// <param name="errno">Source: include/uapi/asm-generic/errno-base.h and errno.h.</param>
    public static KernelFault FaultOf(int errno) => errno switch
    {
        2 or 6 or 19 => KernelFault.NotFound, // ENOENT, ENXIO, ENODEV
        11 or 16 or 110 => KernelFault.TimedOut, // EAGAIN, EBUSY, ETIMEDOUT: an absent I2C address gives 110 on some adapters
        1 or 13 => KernelFault.Denied, // EPERM, EACCES
        _ => KernelFault.Failed, // EIO 5, EREMOTEIO 121, EBADMSG 74 and whatever a driver invents
    };

    /// <summary>
    /// The number of an IIO channel: (raw + offset) × scale, in the ABI's unit. Exact: decimal text in, decimal out, no binary fraction between.
    /// Source: Documentation/ABI/testing/sysfs-bus-iio.
    /// </summary>
    public static decimal Scaled(decimal raw, decimal offset, decimal scale) => (raw + offset) * scale;

    /// <summary>Reads a driver's text: sign, digits, point, digits and a line's end; nothing else, and at most 20 characters.</summary>
    public static bool TryNumber(string text, out decimal number)
    {
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        number = 0;
        string line = text.EndsWith('\n') ? text[..^1] : text;
        // longer ones would leave what decimal holds exactly; no driver writes so many digits
        return line.Length is >= 1 and <= 20 && decimal.TryParse(line, style, CultureInfo.InvariantCulture, out number) && Math.Abs(number) <= 1_000_000_000_000m;
    }
}
