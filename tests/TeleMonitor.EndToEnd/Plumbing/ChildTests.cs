using System.Diagnostics;
using TeleMonitor.Rig;

namespace TeleMonitor.EndToEnd;

/// <summary>Nothing the rig starts outlives it.</summary>
public sealed class ChildTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly string folder = Scratch.NewFolder("child");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Log => Path.Combine(folder, "child.log");

    [Fact]
    public async Task Both_outputs_go_to_the_log_and_only_the_first_is_kept_for_reading()
    {
        List<string> echoed = [];
        await using Child child = Child.Start("talker", "/bin/sh", ["-c", "echo out; echo err >&2; exit 3"], Log, line =>
        {
            lock (echoed)
            {
                echoed.Add(line);
            }
        });
        Assert.Equal(3, await child.WaitAsync(CancellationToken.None));
        Assert.Equal(["out"], child.Output);
        Assert.Equal(["err", "out"], File.ReadAllLines(Log).Order(StringComparer.Ordinal));
        Assert.Equal(["[talker] err", "[talker] out"], echoed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task It_is_asked_to_end_first_and_killed_when_it_does_not()
    {
        await using Child polite = Child.Start("polite", "/bin/sh", ["-c", "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done"], Log);
        await UpAsync(polite);
        Assert.True(await polite.EndAsync(Bound));
        Assert.Contains("bye", polite.Output);

        await using Child deaf = Child.Start("deaf", "/bin/sh", ["-c", "trap '' TERM; echo up; while :; do sleep 0.05; done"], Log);
        await UpAsync(deaf);
        Assert.False(await deaf.EndAsync(TimeSpan.FromMilliseconds(300)));
        Assert.True(deaf.HasExited);
    }

    [Fact]
    public async Task It_has_a_session_of_its_own_so_that_the_terminals_Ctrl_C_reaches_the_rig_alone()
    {
        await using Child child = Child.Start("alone", "/bin/sh", ["-c", "cat /proc/$$/stat; sleep 60"], Log);
        await UpAsync(child);
        string[] stat = child.Output.First().Split(' '); // source: proc(5): pid, comm, state, ppid, pgrp, session
        Assert.Equal($"{child.Id}", stat[5]);
    }

    [Fact]
    public void A_program_that_is_not_there_is_named() =>
        Assert.Contains("no-such-program", Assert.Throws<RigException>(() => Repository.Installed("no-such-program", "nothing")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("KILL")]
    [InlineData("INT")]
    [InlineData("TERM")]
    [Trait("Needs", "mosquitto")]
    public async Task A_rig_that_ends_takes_its_broker_with_it(string signal)
    {
        string rig = Path.Combine(AppContext.BaseDirectory, "telemonitor-rig.dll");
        await using Child running = Child.Start("rig", "/bin/sh", ["-c", $"exec dotnet '{rig}' broker --folder '{folder}/rig'"], Log);
        await UpAsync(running);
        int broker = int.Parse(ChildOf(running.Id), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains("mosquitto", File.ReadAllText($"/proc/{broker}/comm"), StringComparison.Ordinal);

        using Process kill = Process.Start("kill", ["-" + signal, $"{running.Id}"]);
        await running.WaitAsync(CancellationToken.None).WaitAsync(Bound);

        bool gone = await Waiting.UntilAsync(() => Task.FromResult(!IsRunning(broker)), Bound, TimeProvider.System, CancellationToken.None);
        Assert.True(gone, $"mosquitto {broker} outlived the rig");
    }

    private static async Task UpAsync(Child child) => Assert.True(await Waiting.UntilAsync(
        () => Task.FromResult(child.Output.Count > 0), Bound, TimeProvider.System, CancellationToken.None), "it said nothing");

    // a thread may fork, so the children of every thread count
    private static string ChildOf(int process) =>
        string.Concat(Directory.GetDirectories($"/proc/{process}/task").Select(thread => File.ReadAllText(Path.Combine(thread, "children")))).Trim();

    // a zombie has ended; only its parent has not looked yet
    private static bool IsRunning(int process) =>
        File.Exists($"/proc/{process}/stat") && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
}
