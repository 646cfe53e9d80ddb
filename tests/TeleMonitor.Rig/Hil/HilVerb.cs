using System.Globalization;
using System.Runtime.InteropServices;

namespace TeleMonitor.Rig.Hil;

/// <summary>
/// <c>hil</c>: the real gateway in a machine of its own whose hardware is simulated below the kernel's drivers, and a real hub outside.
/// HIL.md says what is real. One line a check; the last line is the sum.
/// </summary>
/// <param name="only">Group of checks, one of <see cref="HilGuestVerb.Groups"/>; empty: all.</param>
/// <param name="time">The clock.</param>
internal sealed class HilVerb(string only, TimeProvider time)
{
    private static readonly TimeSpan Whole = TimeSpan.FromMinutes(45), HubBound = TimeSpan.FromMinutes(2);
    private static readonly Home Kit = new(GuestGateway.Id, "kit-0001", 1, "c-hil", "aabenraa", Synthetic: false);

    private readonly string folder = Path.Combine(Repository.Var, "hil");
    private int passed, failed;

    /// <summary>Null when it can be done on this machine, else why not.</summary>
    public static string? WhyNot() => Repository.WhyNoGuest(
        ("qemu-system-x86_64", "qemu-system-x86"), ("modprobe", "kmod"), ("cpio", "cpio"), ("apt-get", "apt"), ("dpkg-deb", "dpkg"), ("mosquitto", "mosquitto"));

    /// <summary>Makes the guest where there is none, starts broker and hub, boots, and says each check.</summary>
    /// <returns>0 when all passed; also when it was skipped, which is said.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        if (WhyNot() is { } reason)
        {
            Console.WriteLine($"hil: skipped: {reason}");
            return 0;
        }

        long began = time.GetTimestamp();
        await MakeGuestAsync(stop);
        string hub = Path.Combine(folder, "hub");
        if (Directory.Exists(hub))
        {
            Directory.Delete(hub, recursive: true);
        }

        await using (Installation installation = await Installation.StartAsync(hub, [Kit], LoopbackPorts.Free(), time, stop))
        {
            new HilShare(Path.Combine(folder, "root")).Write(Path.Combine(hub, "pki"), installation.Broker.GatewayPort, only);
            await using HilMachine machine = new(folder, Path.Combine(folder, "guest.log"));
            await FollowAsync(machine, new HubStoreReader(installation.HubStore), stop);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.GetElapsedTime(began).TotalSeconds:0} s in all"));
        Console.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    private async Task FollowAsync(HilMachine machine, HubStoreReader store, CancellationToken stop)
    {
        bool ended = false;
        Task hub = Task.CompletedTask;
        await Waiting.UntilAsync(() =>
        {
            bool gone = machine.HasExited; // asked first: what it said before is then all there
            foreach (string line in machine.NextLines())
            {
                string[] words = line.Split(' ', 2);
                switch (words)
                {
                    case ["PASSED" or "FAILED", var what]:
                        Say(words[0] is "PASSED", what);
                        break;
                    case [HelpChecks.Pressed]:
                        hub = HubHasTheCaseAsync(store, stop);
                        break;
                    case ["END"]:
                        ended = true;
                        break;
                    default:
                        Console.Error.WriteLine("hil: " + line);
                        break;
                }
            }

            return Task.FromResult(ended || gone);
        }, Whole, time, stop);
        await hub;
        if (!ended)
        {
            Say(good: false, $"the guest did all its checks: it ended before. {Child.Tail(Path.Combine(folder, "guest.log"))}");
        }
    }

    private async Task HubHasTheCaseAsync(HubStoreReader store, CancellationToken stop)
    {
        long began = time.GetTimestamp();
        string? seen = null;
        bool open = await Waiting.UntilAsync(() => Task.FromResult((seen = store.OpenCase(Kit.Citizen, "help")) is not null), HubBound, time, stop);
        string took = string.Create(CultureInfo.InvariantCulture, $"({time.GetElapsedTime(began).TotalSeconds:0.0} s)");
        Say(open && seen is "red", $"a button edge is an open Red case at the hub: {seen ?? "no case"} {took}");
    }

    private void Say(bool good, string what)
    {
        (passed, failed) = good ? (passed + 1, failed) : (passed, failed + 1);
        Console.WriteLine($"{(good ? "passed" : "FAILED")}  {what}");
    }

    private async Task MakeGuestAsync(CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        string script = Path.Combine(Repository.Root, "tests", "TeleMonitor.Rig", "Hil", "guest.sh"), log = Path.Combine(folder, "guest.sh.log");
        Console.Error.WriteLine($"hil: the guest, made anew where something that it is made of is new ({log})");
        await using Child child = Child.Start("guest.sh", script, [folder, RuntimeEnvironment.GetRuntimeDirectory()], log);
        if (await child.WaitAsync(stop) != 0)
        {
            throw new RigException($"guest.sh failed:\n{Child.Tail(log)}");
        }
    }
}
