using System.Globalization;
using System.Text;

namespace TeleMonitor.Simulation;

/// <summary>Hash of everything that happened (FNV-1a, 64 bits): two runs of one seed must agree.</summary>
internal static class Trace
{
    public const ulong Empty = 0xCBF29CE484222325;

    public static ulong Mix(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (byte one in bytes)
        {
            hash = unchecked((hash ^ one) * 0x100000001B3);
        }
        return hash;
    }
}

/// <summary>A safety or liveness property does not hold.</summary>
internal sealed class BrokenException(string property, string what) : Exception($"{property}: {what}")
{
    public string Property { get; } = property;
}

/// <summary>True time and what is due when: one queue, one thread. Equal times keep the order in which they were asked for.</summary>
internal sealed class World(ulong seed, Action<string>? log)
{
    /// <summary>True time at the start.</summary>
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Action, (TimeSpan Due, long Order)> future = new();
    private long order;
    private ulong trace = Simulation.Trace.Empty;

    public ulong Seed { get; } = seed;
    public TimeSpan Now { get; private set; }
    public DateTimeOffset Wall => Start + Now;
    /// <summary>Events handled.</summary>
    public long Steps { get; private set; }
    public string Trace => trace.ToString("x16", CultureInfo.InvariantCulture);
    /// <summary>Called after each event.</summary>
    public Action AfterStep { get; set; } = () => { };

    public Dice Dice(string part) => Simulation.Dice.Of(Seed, part);

    public void At(TimeSpan due, Action happen) => future.Enqueue(happen, (due > Now ? due : Now, ++order));

    public void In(TimeSpan wait, Action happen) => At(Now + wait, happen);

    /// <summary>Notes what happened.</summary>
    public void Note(string what)
    {
        trace = Simulation.Trace.Mix(trace, Encoding.UTF8.GetBytes(what));
        trace = Simulation.Trace.Mix(trace, BitConverter.GetBytes(Now.Ticks));
        log?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{Now:d\\.hh\\:mm\\:ss\\.fff} {what}"));
    }

    public void RunUntil(TimeSpan then, Func<bool>? done = null)
    {
        while (future.TryPeek(out _, out (TimeSpan Due, long Order) when) && when.Due <= then && done?.Invoke() != true)
        {
            Action happen = future.Dequeue();
            Now = when.Due;
            happen();
            Steps++;
            AfterStep();
        }
        Now = done is null || Now > then ? then : Now;
    }
}

/// <summary>One thing that is to be called again; asked for twice, the earlier time holds.</summary>
internal sealed class Alarm(World world, Action ring)
{
    private TimeSpan? due;
    private long arming;

    public void Set(TimeSpan? at)
    {
        if (at is not { } when || (due is { } already && already <= when))
        {
            return;
        }
        due = when;
        long mine = ++arming;
        world.At(when, () =>
        {
            if (mine == arming && due is not null)
            {
                due = null;
                ring();
            }
        });
    }

    public void Soon() => Set(world.Now);

    public void Clear()
    {
        due = null;
        arming++;
    }
}
