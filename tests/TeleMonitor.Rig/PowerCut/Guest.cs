using System.Globalization;

namespace TeleMonitor.Rig.PowerCut;

/// <summary>One start of the small machine: QEMU, interpreting (no KVM), with the disk that forgets and a console that is a file.</summary>
internal sealed class Guest : IAsyncDisposable
{
    private readonly string console;
    private readonly Child machine;
    private readonly TimeProvider time;

    /// <summary>Switches it on.</summary>
    /// <param name="image">Folder with vmlinuz, initrd.gz and root, as guest.sh made it.</param>
    /// <param name="disk">Socket of the disk.</param>
    /// <param name="log">Takes what kernel and programs print.</param>
    public Guest(string image, string disk, string console, string log, TimeProvider time)
    {
        (this.console, this.time) = (console, time);
        File.Delete(console);
        machine = Child.Start("guest", Repository.Installed("qemu-system-x86_64", "qemu-system-x86"),
        [
            "-M", "q35,usb=off", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "768", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-kernel", Path.Combine(image, "vmlinuz"), "-initrd", Path.Combine(image, "initrd.gz"),
            "-append", "console=ttyS0 quiet panic=-1 mitigations=off no_timer_check tsc=reliable random.trust_cpu=on",
            "-serial", "stdio",
            "-device", "virtio-serial-pci", "-chardev", $"file,id=console,path={console}", "-device", "virtconsole,chardev=console",
            "-fsdev", $"local,id=shared,path={Path.Combine(image, "root")},security_model=none,readonly=on", "-device", "virtio-9p-pci,fsdev=shared,mount_tag=shared",
            "-drive", $"file=nbd+unix:///?socket={disk},if=virtio,format=raw,cache=writeback",
        ], log);
    }

    /// <summary>The verdict on what the last cut left: the words after CHECK; null when none came within the bound.</summary>
    public async Task<string?> CheckAsync(TimeSpan bound, CancellationToken ct)
    {
        string? verdict = null;
        await Waiting.UntilAsync(() => Task.FromResult((verdict = Lines().FirstOrDefault(line => line.StartsWith("CHECK ", StringComparison.Ordinal))) is not null || machine.HasExited), bound, time, ct);
        return verdict?["CHECK ".Length..];
    }

    /// <summary>Waits for so many acknowledgements.</summary>
    /// <returns>False when they did not come within the bound.</returns>
    public async Task<bool> AcknowledgedAsync(int count, TimeSpan bound, CancellationToken ct) =>
        await Waiting.UntilAsync(() => Task.FromResult(Acknowledgements().Count >= count || machine.HasExited), bound, time, ct) && Acknowledgements().Count >= count;

    /// <summary>The power goes. What was acknowledged until then is what has arrived on the console.</summary>
    /// <returns>How many acknowledgements there were, and the number in the last; 0 when there was none.</returns>
    public async Task<(int Count, long Last)> CutAsync()
    {
        await machine.KillAsync();
        List<long> all = Acknowledgements();
        return (all.Count, all.LastOrDefault());
    }

    public ValueTask DisposeAsync() => machine.DisposeAsync();

    private List<long> Acknowledgements() =>
        [.. Lines().Where(line => line.StartsWith("ACK ", StringComparison.Ordinal)).Select(line => long.Parse(line.AsSpan(4), CultureInfo.InvariantCulture))];

    // whole lines only: the last may be on its way
    private string[] Lines()
    {
        if (!File.Exists(console))
        {
            return [];
        }

        using StreamReader text = new(new FileStream(console, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return text.ReadToEnd().ReplaceLineEndings("\n").Split('\n')[..^1];
    }
}
