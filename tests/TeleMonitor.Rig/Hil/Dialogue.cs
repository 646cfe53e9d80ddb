using System.Collections.Concurrent;
using System.Diagnostics;

namespace TeleMonitor.Rig.Hil;

/// <summary>A program of the guest that says lines and is told lines. Ended with this.</summary>
internal sealed class Dialogue : IDisposable
{
    private readonly HilBench bench;
    private readonly string program;
    private readonly ConcurrentQueue<string> said = new();
    private readonly Process process;

    /// <summary>Starts it.</summary>
    public Dialogue(HilBench bench, string program, params string[] arguments)
    {
        (this.bench, this.program) = (bench, program);
        process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it said so far, in order.</summary>
    public IReadOnlyCollection<string> Said => said;

    /// <summary>Tells it a line.</summary>
    public void Tell(string line) => process.StandardInput.WriteLine(line);

    /// <summary>Waits for a line that contains <paramref name="words"/>, which may have been said before.</summary>
    /// <exception cref="RigException">It ended without it, or it did not come within the bound.</exception>
    public async Task<string> HearAsync(string words)
    {
        try
        {
            return await bench.UntilAsync($"'{words}'", () =>
            {
                bool gone = process.HasExited; // asked first: what it said before is then on its way
                string? line = said.FirstOrDefault(line => line.Contains(words, StringComparison.Ordinal));
                return line is null && gone ? throw new RigException($"it ended without '{words}'") : line;
            });
        }
        catch (RigException mute)
        {
            throw new RigException($"{program}: {mute.Message}; it said: {string.Join(" | ", said)}");
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync()
    {
        await bench.UntilAsync($"the end of {program}", () => process.HasExited);
        return process.ExitCode;
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private void Hear(object sender, DataReceivedEventArgs heard)
    {
        if (heard.Data is { } line)
        {
            said.Enqueue(line);
        }
    }
}
