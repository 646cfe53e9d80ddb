namespace TeleMonitor.Rig;

/// <summary>Waits on conditions with a bound, never for a fixed time.</summary>
public static class Waiting
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(25);

    /// <summary>Returns when <paramref name="condition"/> holds; false when <paramref name="bound"/> passed without.</summary>
    public static async Task<bool> UntilAsync(Func<Task<bool>> condition, TimeSpan bound, TimeProvider time, CancellationToken ct)
    {
        long start = time.GetTimestamp();
        while (!await condition())
        {
            if (time.GetElapsedTime(start) > bound)
            {
                return false;
            }

            await Task.Delay(Between, time, ct);
        }

        return true;
    }

    /// <summary>The same for a child that may end meanwhile.</summary>
    /// <exception cref="RigException">The child ended or the bound passed; the message ends with the child's log.</exception>
    public static async Task UntilAsync(
        Func<Task<bool>> condition, Child child, string logFile, TimeSpan bound, string what, TimeProvider time, CancellationToken ct)
    {
        bool held = false;
        await UntilAsync(async () => child.HasExited || (held = await condition()), bound, time, ct);
        if (!held)
        {
            string how = child.HasExited ? $"ended with exit code {child.ExitCode}" : $"did not do so within {bound.TotalSeconds:0} s";
            throw new RigException($"{child.Name}: expected that it {what}, but it {how}. Its log ends with:\n{Child.Tail(logFile)}");
        }
    }
}
