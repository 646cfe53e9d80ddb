using System.Diagnostics;
using System.Text;

namespace TeleMonitor.Rig.Hil;

/// <summary>What the checks inside the guest share: saying what came out, waiting on conditions, the guest's own tools.</summary>
/// <param name="console">Device that the rig outside reads.</param>
/// <param name="time">The clock.</param>
internal sealed class HilBench(string console, TimeProvider time)
{
    /// <summary>Longest wait for one thing: many times what it takes on a machine that has nothing else to do.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>Does one check and says what came out. What goes wrong in it fails it and nothing else.</summary>
    /// <param name="name">What holds when it passes.</param>
    /// <param name="check">Returns what was seen; throws when it does not hold.</param>
    public async Task CheckAsync(string name, Func<Task<string>> check)
    {
        long began = time.GetTimestamp();
        try
        {
            string seen = await check();
            Say($"PASSED {name}: {seen} ({time.GetElapsedTime(began).TotalSeconds:0.0} s)");
        }
        catch (Exception fault)
        {
            string why = fault is RigException ? fault.Message : fault.ToString();
            Say($"FAILED {name}: {why.ReplaceLineEndings(" | ")} ({time.GetElapsedTime(began).TotalSeconds:0.0} s)");
        }
    }

    /// <summary>One line to the rig outside.</summary>
    public void Say(string line)
    {
        using FileStream out_ = new(console, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        out_.Write(Encoding.UTF8.GetBytes(line + "\n"));
    }

    /// <summary>Waits until <paramref name="look"/> gives something.</summary>
    /// <exception cref="RigException">It did not within the bound.</exception>
    public async Task<T> UntilAsync<T>(string what, Func<T?> look, TimeSpan? bound = null)
        where T : class
    {
        T? found = null;
        bool held = await Waiting.UntilAsync(
            async () =>
            {
                if ((found = look()) is null)
                {
                    await Task.Delay(Look, time);
                }

                return found is not null;
            },
            bound ?? Bound, time, CancellationToken.None);
        return held ? found! : throw new RigException($"expected within {(bound ?? Bound).TotalSeconds:0} s: {what}");
    }

    /// <summary>Waits until <paramref name="holds"/>.</summary>
    /// <exception cref="RigException">It did not within the bound.</exception>
    public Task UntilAsync(string what, Func<bool> holds, TimeSpan? bound = null) => UntilAsync(what, () => holds() ? what : null, bound);

    /// <summary>Waits until <paramref name="holds"/>, at most so long.</summary>
    /// <returns>False when it did not hold in that time.</returns>
    public async Task<bool> HoldsAsync(Func<bool> holds, TimeSpan atMost)
    {
        try
        {
            await UntilAsync("", holds, atMost);
            return true;
        }
        catch (RigException)
        {
            return false;
        }
    }

    /// <summary>Writes into a file of the kernel's, as <c>echo</c> does.</summary>
    public static void Tell(string file, string text)
    {
        using FileStream kernel = new(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        kernel.Write(Encoding.ASCII.GetBytes(text));
    }

    /// <summary>Runs a program of the guest to its end and gives its output.</summary>
    /// <exception cref="RigException">It ended with another exit code than 0.</exception>
    public static string Run(string program, params string[] arguments)
    {
        (int code, string output) = TryRun(program, arguments);
        return code == 0 ? output : throw new RigException($"{program} {string.Join(' ', arguments)} ended with exit code {code}: {output}");
    }

    /// <summary>The same for a program that may fail.</summary>
    public static (int Code, string Output) TryRun(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, (output + errors.GetAwaiter().GetResult()).Trim());
    }
}
