using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using TeleMonitor.Rig.Torture;

namespace TeleMonitor.Rig.PowerCut;

/// <summary>One kind of writer in the guest.</summary>
/// <param name="Name">As printed.</param>
/// <param name="Do">The guest's command.</param>
/// <param name="MustLose">True for a control: a cut that it survived every time would say that the disk is too kind.</param>
internal sealed record PowerCutSeries(string Name, string Do, int Cuts, bool MustLose);

/// <summary>What a series came to.</summary>
/// <param name="Bad">Cuts after which something acknowledged was missing, or the file or the file system was damaged.</param>
/// <param name="Broken">Why the series is not what was asked for; null when it is.</param>
internal sealed record PowerCutResult(PowerCutSeries Series, int Cuts, long Acknowledged, int Bad, long Lost, int Kept, int Dropped, TimeSpan Took, string? Broken)
{
    public bool Passed => Broken is null && Cuts == Series.Cuts && Series.MustLose == Bad > 0;
}

/// <summary>
/// <c>power-cut</c>: the gateway in a machine of its own whose power is cut at a random acknowledgement, again and again on one disk; every
/// start after a cut looks whether all that was acknowledged is there. POWER-CUT.md says how.
/// </summary>
internal sealed class PowerCutVerb(int cuts, int seed, TimeProvider time)
{
    private const int ControlCuts = 3, MostAcknowledgements = 60;
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(5), Acknowledge = TimeSpan.FromMinutes(5);

    private readonly Random dice = new(seed);
    private readonly string folder = Path.Combine(Repository.Var, "power-cut");

    /// <summary>Null when it can be done on this machine, else why not.</summary>
    public static string? WhyNot() => Repository.WhyNoGuest(
        ("qemu-system-x86_64", "qemu-system-x86"), ("modprobe", "kmod"), ("cpio", "cpio"), ("mke2fs", "e2fsprogs"), ("apt-get", "apt"), ("dpkg-deb", "dpkg"));

    /// <summary>Makes the guest where there is none, does every series, prints the table.</summary>
    /// <returns>0 when the gateway lost nothing and every control lost something; also when it was skipped, which is said.</returns>
    public async Task<int> RunAsync(string? report, CancellationToken stop)
    {
        if (WhyNot() is { } reason)
        {
            Console.WriteLine($"power-cut: skipped: {reason}");
            return 0;
        }

        await MakeGuestAsync(stop);
        ShareInstallation();
        const string rig = "/dotnet/dotnet /app/telemonitor-rig/telemonitor-rig.dll guest --data /data --console /dev/hvc0";
        PowerCutSeries[] series =
        [
            new("gateway", $"{rig} gateway -- /dotnet/dotnet /app/telemonitor-gateway/telemonitor-gateway.dll replay /share/recording.csv --speed {TortureRecording.Speed} --after {{after}} --config /share/gateway.json", cuts, MustLose: false),
            new("control: synchronous = normal", $"{rig} writer --synchronous normal", ControlCuts, MustLose: true),
            new("control: synchronous = off", $"{rig} writer --synchronous off", ControlCuts, MustLose: true),
        ];
        List<PowerCutResult> results = [];
        foreach (PowerCutSeries one in series)
        {
            results.Add(await RunAsync(one, stop));
        }

        string table = Table(results);
        Console.WriteLine(table);
        if (report is not null)
        {
            File.WriteAllText(report, $"""
                # Power cut

                Written by `make power-cut CUTS={cuts}` (seed {seed}) at {time.GetUtcNow():yyyy-MM-dd HH:mm} UTC, commit {Machine.Commit()}, on {Machine.Name()}.
                [How it is done](../../tests/TeleMonitor.Rig/POWER-CUT.md).

                {table}

                """);
        }

        return results.TrueForAll(result => result.Passed) ? 0 : 1;
    }

    private async Task<PowerCutResult> RunAsync(PowerCutSeries series, CancellationToken stop)
    {
        File.WriteAllText(Path.Combine(folder, "root", "share", "do"), series.Do + "\n");
        string medium = Path.Combine(folder, "disk.img");
        File.Delete(medium);
        PowerCutResult result = new(series, 0, 0, 0, 0, 0, 0, TimeSpan.Zero, null);
        long began = time.GetTimestamp(), acknowledged = 0;
        for (int start = 0; start <= series.Cuts; start++)
        {
            if (!File.Exists(medium))
            {
                File.Copy(Path.Combine(folder, "empty.img"), medium);
            }

            using CancellationTokenSource bound = CancellationTokenSource.CreateLinkedTokenSource(stop);
            bound.CancelAfter(Start + Acknowledge);
            double keep = new[] { 0, 0.3, 0.7 }[dice.Next(3)];
            string socket = Path.Combine(Path.GetTempPath(), $"tm-disk-{Environment.ProcessId}.sock"); // a Unix socket's path is short
            await using NbdDisk disk = NbdDisk.Start(medium, socket, dice.Next(), keep);
            await using Guest guest = new(folder, socket, Path.Combine(folder, "console.txt"), Path.Combine(folder, "guest.log"), time);
            string? verdict = await guest.CheckAsync(Start, bound.Token);
            (bool good, long lost) = Judge(verdict, acknowledged);
            if (start > 0)
            {
                result = result with { Cuts = start, Bad = result.Bad + (good ? 0 : 1), Lost = result.Lost + lost };
            }

            Say($"{series.Name}, start {start}: {verdict ?? "no verdict came"}; acknowledged before: {acknowledged}{(good ? "" : " -> LOST")}");
            if (verdict is null || (start == 0 && !good))
            {
                return result with { Broken = $"start {start} gave no good verdict: {Child.Tail(Path.Combine(folder, "guest.log"))}", Took = time.GetElapsedTime(began) };
            }

            bool damaged = verdict.StartsWith("damaged", StringComparison.Ordinal);
            if (start < series.Cuts && !damaged)
            {
                int wanted = 1 + dice.Next(MostAcknowledgements);
                if (!await guest.AcknowledgedAsync(wanted, Acknowledge, bound.Token))
                {
                    result = result with { Broken = $"after start {start} {wanted} acknowledgements were expected within {Acknowledge.TotalMinutes:0} min" };
                }

                await BeforeCutAsync(disk, stop);
            }

            (int count, long last) = await guest.CutAsync();
            await disk.Gone;
            acknowledged = Math.Max(last, good ? acknowledged : 0);
            result = result with { Acknowledged = result.Acknowledged + (start < series.Cuts ? count : 0), Kept = result.Kept + disk.Kept, Dropped = result.Dropped + disk.Dropped };
            if (damaged)
            {
                File.Delete(medium); // counted; the next start has an empty disk
                acknowledged = 0;
            }
        }

        return result with { Took = time.GetElapsedTime(began) };
    }

    /// <summary>Half of the cuts fall a moment after the acknowledgement, half in the middle of what the guest writes next.</summary>
    private async Task BeforeCutAsync(NbdDisk disk, CancellationToken stop)
    {
        if (dice.Next(2) == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(dice.Next(30)), time, stop);
            return;
        }

        disk.CutAtWrite(1 + dice.Next(12));
        await Task.WhenAny(disk.Gone, Task.Delay(TimeSpan.FromSeconds(20), time, stop)); // a control may write nothing for so long
    }

    /// <summary>Whether a start found all that had been acknowledged before it, and how much is missing.</summary>
    internal static (bool Good, long Lost) Judge(string? verdict, long acknowledged)
    {
        const string ok = "ok last=";
        bool read = verdict is not null && verdict.StartsWith(ok, StringComparison.Ordinal);
        long last = read ? long.Parse(verdict.AsSpan(ok.Length), CultureInfo.InvariantCulture) : 0;
        return (read && last >= acknowledged, Math.Max(0, acknowledged - last));
    }

    internal static string Table(IReadOnlyList<PowerCutResult> results)
    {
        StringBuilder text = new();
        text.AppendLine("| in the guest | cuts | acknowledgements | cuts with a loss or damage | acknowledged items lost | unflushed sectors kept / dropped | a cut |");
        text.AppendLine("|---|---|---|---|---|---|---|");
        foreach (PowerCutResult result in results)
        {
            text.AppendLine(string.Create(CultureInfo.InvariantCulture,
                $"| {result.Series.Name}{(result.Series.MustLose ? " (must lose)" : "")} | {result.Cuts} | {result.Acknowledged} | {result.Bad} | {result.Lost} | {result.Kept} / {result.Dropped} | {result.Took.TotalSeconds / Math.Max(1, result.Cuts):0.0} s |"));
        }

        foreach (PowerCutResult result in results.Where(result => result.Broken is not null))
        {
            text.AppendLine($"- {result.Series.Name}: {result.Broken}");
        }

        // of the gateway each cut is one, of a control the whole series: it need not lose at every cut
        int passed = results.Sum(result => result.Series.MustLose ? (result.Passed ? 1 : 0) : Math.Max(0, result.Cuts - result.Bad));
        int failed = results.Sum(result => result.Series.MustLose ? (result.Passed ? 0 : 1) : result.Bad + (result.Series.Cuts - result.Cuts));
        return text.Append(string.Create(CultureInfo.InvariantCulture, $"\n{passed} passed, {failed} failed")).ToString();
    }

    private static void Say(string what) => Console.Error.WriteLine("power-cut: " + what);

    private async Task MakeGuestAsync(CancellationToken stop)
    {
        string stamp = Path.Combine(folder, "made"), script = Path.Combine(Repository.Root, "tests", "TeleMonitor.Rig", "PowerCut", "guest.sh");
        if (!File.Exists(stamp) || File.GetLastWriteTimeUtc(stamp) < File.GetLastWriteTimeUtc(script))
        {
            Say("making the guest");
            Directory.CreateDirectory(folder);
            await MustAsync("guest.sh", script, [folder, RuntimeEnvironment.GetRuntimeDirectory()], stop);
            File.WriteAllText(stamp, "");
        }

        string empty = Path.Combine(folder, "empty.img");
        File.Delete(empty);
        await MustAsync("mke2fs", Repository.Installed("mke2fs", "e2fsprogs"), ["-q", "-t", "ext4", "-b", "4096", empty, "128M"], stop);
    }

    private async Task MustAsync(string name, string program, string[] arguments, CancellationToken stop)
    {
        string log = Path.Combine(folder, name + ".log");
        await using Child child = Child.Start(name, program, arguments, log);
        if (await child.WaitAsync(stop) != 0)
        {
            throw new RigException($"{name} failed:\n{Child.Tail(log)}");
        }
    }

    /// <summary>The programs as built now, a recording, a certificate and a configuration whose broker is not there.</summary>
    private void ShareInstallation()
    {
        string root = Path.Combine(folder, "root"), share = Path.Combine(root, "share");
        CopyFolder(Path.Combine(Repository.Root, "artifacts", "lib"), Path.Combine(root, "app"));
        CopyFolder(Repository.FirmwareConfig, Path.Combine(share, "firmware-config"));
        Pki pki = Pki.Open(Path.Combine(share, "pki"), time.GetUtcNow());
        pki.IssueGateway(TortureRun.Gateway);
        new TortureRecording(40_000, new Random(seed)).Write(Path.Combine(share, "recording.csv"), TortureRun.Patient);
        File.WriteAllText(Path.Combine(share, "gateway.json"), $$"""
            { "brokers": ["mqtts://127.0.0.1:8883"], "ca": "pki/broker-ca.crt", "certificate": "pki/gateways/{gateway}.crt", "key": "pki/gateways/{gateway}.key",
              "data": "/data", "firmware_config": "firmware-config", "assignments": [{ "gateway": "{{TortureRun.Gateway}}", "assignment": 1, "scale": 1 }] }
            """);
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
