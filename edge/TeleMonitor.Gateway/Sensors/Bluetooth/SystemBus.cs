using System.Runtime.InteropServices;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>A method call; the arguments with the types the method asks for.</summary>
internal readonly record struct BusCall(string Destination, string Path, string Interface, string Member, params BusValue[] Arguments);

/// <summary>A signal as it came.</summary>
internal readonly record struct BusSignal(string Sender, string Path, string Interface, string Member, IReadOnlyList<BusValue> Arguments);

/// <summary>
/// One connection to a message bus by libsystemd's sd-bus. The library is not thread-safe: a thread of its own does everything native,
/// others hand it work and wake it by an eventfd. No caller ever waits for that thread but through a task. A connection that is lost
/// stays lost: <see cref="Ended"/> completes, everything under way fails with <see cref="BusFailure.NoBus"/>, and a new one is opened.
/// </summary>
internal sealed partial class SystemBus : IAsyncDisposable
{
    /// <summary>
    /// Calls, matches and objects at a time; one more is refused. Ten devices need about forty; dbus-daemon itself holds 128 calls that wait
    /// for an answer (max_replies_per_connection, dbus-daemon(1)).
    /// </summary>
    public const int MostRegistered = 120;

    private const string Daemon = "org.freedesktop.DBus";
    private static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(10);

    private readonly TimeProvider clock;
    private readonly string? address;
    private readonly Lock gate = new();
    private readonly TaskCompletionSource<BusException> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SdBus.MessageHandler handler; // kept here: the library holds a pointer to it
    private readonly nint handlerPointer;

    // under the gate
    private Queue<Action> work = new();
    private bool closed;
    private int wakeUp = -1;

    // of the bus's own thread
    private readonly Dictionary<nint, Registered> registered = [];
    private nint bus;
    private Exception? fault;
    private volatile bool stopping;

    private SystemBus(TimeProvider clock, string? address)
    {
        this.clock = clock;
        this.address = address;
        handler = OnMessage;
        handlerPointer = Marshal.GetFunctionPointerForDelegate(handler);
    }

    /// <summary>Completes with the reason when the connection is over, also when it was closed from here. Never faults.</summary>
    public Task<BusException> Ended => ended.Task;

    /// <summary>Connects, and proves by a call that the bus answers.</summary>
    /// <param name="clock">For time limits.</param>
    /// <param name="address">A D-Bus address, such as <c>unix:path=/run/dbus/system_bus_socket</c>; null: the system bus, which
    /// the environment variable DBUS_SYSTEM_BUS_ADDRESS may name.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="BusException">NoLibrary or NoBus, with a text that says what is missing.</exception>
    public static async Task<SystemBus> OpenAsync(TimeProvider clock, string? address, CancellationToken stop)
    {
        SystemBus opened = new(clock, address);
        opened.wakeUp = SdBus.NewEvent();
        if (opened.wakeUp < 0)
        {
            throw new BusException(BusFailure.NoBus, "no eventfd: the process has used up its file descriptors");
        }
        new Thread(opened.Run) { IsBackground = true, Name = "bus" }.Start();
        try
        {
            _ = await opened.CallAsync(new BusCall(Daemon, "/org/freedesktop/DBus", Daemon, "GetId"), OpenLimit, stop);
            return opened;
        }
        catch (BusException failed) when (failed.Failure != BusFailure.NoLibrary)
        {
            await opened.DisposeAsync();
            throw failed.Failure is BusFailure.NoBus or BusFailure.Denied ? failed : new BusException(BusFailure.NoBus, $"{opened.Where} does not answer: {failed.Message}");
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Calls a method and waits for its answer. When the limit or the caller ends the wait, the answer is thrown away; what the other
    /// side has begun it goes on with.
    /// </summary>
    /// <param name="call">What to call.</param>
    /// <param name="limit">How long the answer may take.</param>
    /// <param name="stop">Gives up.</param>
    /// <param name="onAnswer">Called with the answer on the bus's thread, before any later message is looked at. Must not wait.</param>
    /// <exception cref="BusException">The other side answered with an error, or not in time, or the connection is lost.</exception>
    public async Task<IReadOnlyList<BusValue>> CallAsync(BusCall call, TimeSpan limit, CancellationToken stop, Action<IReadOnlyList<BusValue>>? onAnswer = null)
    {
        TaskCompletionSource<IReadOnlyList<BusValue>> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Registered waiting = new(message => Take(message, answer, onAnswer), reason => answer.TrySetException(reason));
        Hand(() => Send(call, waiting));
        try
        {
            return await answer.Task.WaitAsync(limit, clock, stop);
        }
        catch (TimeoutException)
        {
            Hand(() => Forget(waiting));
            throw new BusException(BusFailure.Timeout, $"{call.Interface}.{call.Member} at {call.Path}: no answer in {limit.TotalSeconds:0.###} s");
        }
        catch (OperationCanceledException)
        {
            Hand(() => Forget(waiting));
            throw;
        }
    }

    /// <summary>Asks for signals. Calls made after this are answered after the match is in force.</summary>
    /// <param name="match">A D-Bus match rule.</param>
    /// <param name="onSignal">Called on the bus's thread, in the order of arrival. Must not wait.</param>
    /// <returns>Ends it.</returns>
    public IDisposable Watch(string match, Action<BusSignal> onSignal)
    {
        Registered watch = new(
            message =>
            {
                onSignal(new BusSignal(
                    BusMessage.Text(SdBus.GetSender(message)), BusMessage.Text(SdBus.GetPath(message)), BusMessage.Text(SdBus.GetInterface(message)),
                    BusMessage.Text(SdBus.GetMember(message)), BusMessage.Read(message)));
                return 0; // another watch may want it too
            },
            _ => { })
        { Once = false };
        Hand(() => Add(watch, number => (SdBus.AddMatchAsync(bus, out nint slot, match, handlerPointer, 0, number), slot), $"match {match}"));
        return new Removal(this, watch);
    }

    /// <summary>Closes the connection; what is under way fails. Returns when its thread has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        stopping = true;
        Hand(() => { });
        _ = await ended.Task;
    }

    private string Where => address is null ? "the system bus" : $"the bus at {address}";

    /// <summary>Gives work to the bus's thread; done there, in this order. After the end it is done here: then it only cleans up.</summary>
    private void Hand(Action todo)
    {
        lock (gate)
        {
            if (!closed)
            {
                work.Enqueue(todo);
                _ = SdBus.WriteEvent(wakeUp, 1, sizeof(ulong));
                return;
            }
        }
        todo();
    }

    private void Send(BusCall call, Registered waiting) => Add(
        waiting,
        number =>
        {
            int result = SdBus.NewMethodCall(bus, out nint message, call.Destination, call.Path, call.Interface, call.Member);
            if (result < 0)
            {
                return (result, 0);
            }
            try
            {
                BusMessage.Write(message, call.Arguments ?? []);
                return (SdBus.CallAsync(bus, out nint slot, message, handlerPointer, number, SdBus.NoLimit), slot);
            }
            finally
            {
                _ = SdBus.MessageUnref(message);
            }
        },
        $"call of {call.Interface}.{call.Member}");

    private static int Take(nint message, TaskCompletionSource<IReadOnlyList<BusValue>> answer, Action<IReadOnlyList<BusValue>>? onAnswer)
    {
        try
        {
            if (BusMessage.ErrorOf(message) is { } error)
            {
                answer.TrySetException(error);
                return 1;
            }
            BusValue[] values = BusMessage.Read(message);
            onAnswer?.Invoke(values);
            answer.TrySetResult(values);
        }
        catch (BusException unreadable)
        {
            answer.TrySetException(unreadable);
        }
        return 1;
    }

    /// <summary>Something the library calls back for: how, and whom to tell when the connection ends first.</summary>
    private sealed class Registered(Func<nint, int> onMessage, Action<BusException> onEnd)
    {
        public nint Number { get; set; }

        public nint Slot { get; set; }

        /// <summary>A call's answer comes once; then it is forgotten.</summary>
        public bool Once { get; init; } = true;

        public int Take(nint message) => onMessage(message);

        public void End(BusException reason) => onEnd(reason);
    }

    private sealed class Removal(SystemBus from, Registered what) : IDisposable
    {
        public void Dispose() => from.Hand(() => from.Forget(what));
    }
}
