using System.Globalization;

namespace TeleMonitor.Rig.Torture;

/// <summary>
/// A wall clock that the rig sets for one program, by Debian's libfaketime. Only the wall clock lies, as on a real machine: monotonic time,
/// timers and the times of files stay true.
/// </summary>
internal sealed class WallClock
{
    private readonly string file;

    /// <summary>A clock that is right until it is stepped.</summary>
    /// <param name="file">Holds the present offset; made here, with none.</param>
    /// <exception cref="RigException">libfaketime is not installed.</exception>
    public WallClock(string file)
    {
        this.file = file;
        Environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["LD_PRELOAD"] = Library() ?? throw new RigException("libfaketime is not installed; run: make setup (or: apt-get install faketime)"),
            ["FAKETIME_TIMESTAMP_FILE"] = file,
            ["FAKETIME_NO_CACHE"] = "1",
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            // the library's own cure for other systems; it counts monotonic deadlines against the lying clock, and every timer hangs
            ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
            ["NO_FAKE_STAT"] = "1",
        };
        Step(TimeSpan.Zero);
    }

    /// <summary>What the program is started with.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Null when clocks can be set on this machine, else why not.</summary>
    public static string? WhyNot() => Library() is null ? "libfaketime is not installed (apt-get install faketime)" : null;

    /// <summary>The clock now differs by this much from the true one; the next look at it sees so.</summary>
    public void Step(TimeSpan offset)
    {
        string next = file + ".next";
        File.WriteAllText(next, string.Create(CultureInfo.InvariantCulture, $"{(offset < TimeSpan.Zero ? "-" : "+")}{Math.Abs((long)offset.TotalSeconds)}\n"));
        File.Move(next, file, overwrite: true); // whole or not at all: a reader never sees half a number
    }

    private static string? Library() =>
        Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu*").Append("/usr/lib")
            .Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists);
}
