namespace TeleMonitor.Rig.Hil;

/// <summary>The running guest: QEMU, interpreting (no KVM: it is there on some machines and does not work), with a console that is a file.</summary>
internal sealed class HilMachine : IAsyncDisposable
{
    private readonly string console;
    private readonly Child machine;
    private int taken;

    /// <summary>Switches it on.</summary>
    /// <param name="image">Folder with vmlinuz, initrd.gz and root, as guest.sh made it.</param>
    /// <param name="log">Takes what kernel and programs print.</param>
    public HilMachine(string image, string log)
    {
        console = Path.Combine(image, "console.txt");
        File.Delete(console);
        File.Delete(log);
        machine = Child.Start("guest", Repository.Installed("qemu-system-x86_64", "qemu-system-x86"),
        [
            "-M", "q35,usb=off", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "1024", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-kernel", Path.Combine(image, "vmlinuz"), "-initrd", Path.Combine(image, "initrd.gz"),
            "-append", "console=ttyS0 quiet panic=-1 mitigations=off no_timer_check tsc=reliable random.trust_cpu=on net.ifnames=0 systemd.unit=hil.target systemd.show_status=0",
            "-serial", "stdio",
            "-device", "virtio-serial-pci", "-chardev", $"file,id=console,path={console}", "-device", "virtconsole,chardev=console",
            "-fsdev", $"local,id=shared,path={Path.Combine(image, "root")},security_model=none,readonly=on", "-device", "virtio-9p-pci,fsdev=shared,mount_tag=shared",
            // the guest has no route out of this network: of the world it reaches what this machine's loopback offers at 10.0.2.2
            "-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net",
        ], log);
    }

    public bool HasExited => machine.HasExited;

    /// <summary>Whole lines that have come since the last call.</summary>
    public IReadOnlyList<string> NextLines()
    {
        if (!File.Exists(console))
        {
            return [];
        }

        using StreamReader text = new(new FileStream(console, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        string[] fresh = [.. text.ReadToEnd().ReplaceLineEndings("\n").Split('\n')[..^1].Skip(taken)];
        taken += fresh.Length;
        return fresh;
    }

    public ValueTask DisposeAsync() => machine.DisposeAsync();
}
