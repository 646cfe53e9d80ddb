using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TeleMonitor.Rig;

/// <summary>
/// A program started by the rig and ended by its id. It has a session of its own, so that Ctrl-C in a terminal reaches the rig alone,
/// which then ends its children in order; and the kernel kills it when the rig dies without having done so.
/// </summary>
public sealed partial class Child : IAsyncDisposable
{
    // source: signal(7). Sent to the group of the child's own session: a process that it started and that holds the pipe goes too
    private const int Terminate = 15;
    private const int KillNow = 9;

    // PR_SET_PDEATHSIG counts the death of the *thread* that forked. A pool thread retires when idle and would take the broker
    // with it, so every child is started by one thread that lives as long as the process.
    private static readonly BlockingCollection<Action> Starts = StartingThread();

    private readonly Process process;
    private readonly StreamWriter log;
    private readonly ConcurrentQueue<string> output = new();
    private bool disposed;

    private Child(string name, Process process, StreamWriter log)
    {
        Name = name;
        this.process = process;
        this.log = log;
    }

    public string Name { get; }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>The last lines of its standard output, at most 200, oldest first.</summary>
    public IReadOnlyCollection<string> Output => output;

    /// <summary>Starts a program; both its outputs are appended to <paramref name="logFile"/> and given to <paramref name="echo"/>.</summary>
    /// <param name="environment">Added to the rig's own environment.</param>
    public static Child Start(
        string name, string program, IEnumerable<string> arguments, string logFile, Action<string>? echo = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new(Repository.Installed("setsid", "util-linux"))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Repository.Root,
        };
        string[] watched = [Repository.Installed("setpriv", "util-linux"), "--pdeathsig", "KILL", program];
        foreach (string word in watched.Concat(arguments))
        {
            start.ArgumentList.Add(word);
        }

        foreach ((string variable, string value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[variable] = value;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(logFile)!);
        StreamWriter lines = new(new FileStream(logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        Child child = new(name, new Process { StartInfo = start }, lines);
        child.process.OutputDataReceived += (_, line) => child.Take(line.Data, echo, isOutput: true);
        child.process.ErrorDataReceived += (_, line) => child.Take(line.Data, echo, isOutput: false);
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                child.process.Start();
                started.SetResult();
            }
            catch (Exception refused) when (refused is System.ComponentModel.Win32Exception or InvalidOperationException)
            {
                started.SetException(new RigException($"{program} could not be started: {refused.Message}"));
            }
        });
        started.Task.GetAwaiter().GetResult();
        child.process.StandardInput.Close();
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Ends when the program has ended and all it printed has been read.</summary>
    public async Task<int> WaitAsync(CancellationToken ct)
    {
        await process.WaitForExitAsync(ct);
        return process.ExitCode;
    }

    /// <summary>SIGKILL, at once, and waits until it is gone: what a power cut or the kernel's out-of-memory killer does.</summary>
    public async Task KillAsync()
    {
        _ = Kill(-process.Id, KillNow);
        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>SIGTERM, then SIGKILL after <paramref name="patience"/>.</summary>
    /// <returns>True when it ended by itself within that time.</returns>
    public async Task<bool> EndAsync(TimeSpan patience)
    {
        if (process.HasExited)
        {
            return true;
        }

        _ = Kill(-process.Id, Terminate);
        using CancellationTokenSource bound = new(patience);
        try
        {
            await process.WaitForExitAsync(bound.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        await EndAsync(TimeSpan.FromSeconds(10));
        process.Dispose();
        lock (log)
        {
            log.Dispose();
        }
    }

    /// <summary>The end of a log, for a message: at most twelve lines.</summary>
    public static string Tail(string logFile)
    {
        if (!File.Exists(logFile))
        {
            return "(no output)";
        }

        using StreamReader written = new(new FileStream(logFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return string.Join('\n', written.ReadToEnd().TrimEnd('\n').Split('\n').TakeLast(12));
    }

    private void Take(string? line, Action<string>? echo, bool isOutput)
    {
        if (line is null)
        {
            return;
        }

        lock (log)
        {
            log.WriteLine(line);
        }

        echo?.Invoke($"[{Name}] {line}");
        if (isOutput)
        {
            output.Enqueue(line);
            while (output.Count > 200)
            {
                output.TryDequeue(out _);
            }
        }
    }

    private static BlockingCollection<Action> StartingThread()
    {
        BlockingCollection<Action> starts = [];
        Thread thread = new(() =>
        {
            foreach (Action start in starts.GetConsumingEnumerable())
            {
                start();
            }
        }) { IsBackground = true, Name = "starts children" };
        thread.Start();
        return starts;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
