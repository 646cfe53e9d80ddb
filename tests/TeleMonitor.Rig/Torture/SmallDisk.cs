using System.Runtime.InteropServices;

namespace TeleMonitor.Rig.Torture;

/// <summary>A small file system in memory, mounted for one run, that can be filled to the last byte and emptied again.</summary>
internal sealed partial class SmallDisk : IAsyncDisposable
{
    private const int Megabytes = 64;

    private readonly string log;

    private SmallDisk(string folder, string log) => (Folder, this.log) = (folder, log);

    public string Folder { get; }

    private string Ballast => Path.Combine(Folder, "ballast");

    /// <summary>Null when disks can be mounted here, else why not.</summary>
    public static string? WhyNot() => UserId() == 0 ? null : "mounting a small disk needs root";

    /// <summary>Mounts an empty one.</summary>
    /// <exception cref="RigException">The mount failed.</exception>
    public static async Task<SmallDisk> MountAsync(string folder, string log, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        await RunAsync("mount", ["-t", "tmpfs", "-o", $"size={Megabytes}m,mode=0700", "tmpfs", folder], log, ct);
        return new SmallDisk(folder, log);
    }

    /// <summary>Takes away what a run that was itself killed left mounted; what is not mounted is no error.</summary>
    public static async Task ReleaseAsync(string folder, string log, CancellationToken ct)
    {
        await using Child child = Child.Start("umount", Repository.Installed("umount", "mount"), [folder], log);
        await child.WaitAsync(ct);
    }

    /// <summary>Writes until nothing more fits.</summary>
    public void Fill()
    {
        using FileStream file = new(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] piece = new byte[1 << 20];
        for (int size = piece.Length; size >= 1;)
        {
            try
            {
                file.Write(piece, 0, size);
            }
            catch (IOException)
            {
                size /= 16; // full for this size: what is left takes smaller ones
            }
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Empty() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        Empty();
        await RunAsync("umount", [Folder], log, CancellationToken.None);
    }

    private static async Task RunAsync(string program, string[] arguments, string log, CancellationToken ct)
    {
        await using Child child = Child.Start(program, Repository.Installed(program, "mount"), arguments, log);
        if (await child.WaitAsync(ct) != 0)
        {
            throw new RigException($"{program} {string.Join(' ', arguments)} failed: {Child.Tail(log)}");
        }
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint UserId();
}
