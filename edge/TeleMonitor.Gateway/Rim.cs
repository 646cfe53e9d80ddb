using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TeleMonitor.Gateway;

/// <summary>What comes into the program from outside: the clock, randomness, the wish to end.</summary>
internal static class Rim
{
#pragma warning disable RS0030 // the one place of this program that names the system's clock; everything below takes it as an argument
    public static TimeProvider Clock => TimeProvider.System;
#pragma warning restore RS0030

    public static void Random(byte[] into) => RandomNumberGenerator.Fill(into);

    public static void Say(string sentence) => Console.Error.WriteLine(sentence);

    /// <summary>Runs until done or until Ctrl-C or SIGTERM; the second such signal ends the process at once.</summary>
    public static async Task<int> UntilStoppedAsync(Func<CancellationToken, Task<int>> work)
    {
        using var stop = new CancellationTokenSource();
        void Ask(PosixSignalContext context)
        {
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);
        return await work(stop.Token);
    }

    /// <summary>Loads configuration and firmware-config, and prints every problem.</summary>
    public static bool TryLoad(string? configFile, out GatewayConfig? config, out FirmwareConfig? firmware)
    {
        (config, firmware) = (null, null);
        IReadOnlyList<string> problems = [];
        if (configFile is not null && (config = GatewayConfig.Load(configFile, out problems)) is null)
        {
            return Complain(problems);
        }
        if (FirmwareConfig.Find(config?.FirmwareConfig) is not { } folder)
        {
            return Complain([$"no folder {config?.FirmwareConfig ?? FirmwareConfig.FolderName}{(config?.FirmwareConfig is null ? " beside or above the program" : "")}"]);
        }
        firmware = FirmwareConfig.Load(folder, out problems);
        return firmware is not null || Complain(problems);
    }

    private static bool Complain(IReadOnlyList<string> problems)
    {
        foreach (string problem in problems)
        {
            Say(problem);
        }
        return false;
    }
}
