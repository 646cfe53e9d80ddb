using System.Runtime.InteropServices;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>What runs on the bus's own thread.</summary>
internal sealed partial class SystemBus
{
    private const int ConnectingPollMilliseconds = 1000; // while connecting the library keeps a limit of its own and must be called to see it
    private nint lastNumber;
    private BusException? reason;

    private void Run()
    {
        try
        {
            Connect();
            Pump();
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            reason = new BusException(BusFailure.NoLibrary, missing is EntryPointNotFoundException
                ? $"libsystemd.so.0 on this machine is too old: {missing.Message}" : "libsystemd.so.0 is not on this machine (package libsystemd0)");
        }
        catch (BusException failed)
        {
            reason = failed;
        }
        Close();
    }

    private void Connect()
    {
        int result;
        if (address is null)
        {
            result = SdBus.OpenSystem(out bus);
        }
        else
        {
            result = SdBus.New(out bus);
            result = result < 0 ? result : SdBus.SetAddress(bus, address);
            result = result < 0 ? result : SdBus.SetBusClient(bus, 1);
            result = result < 0 ? result : SdBus.Start(bus);
        }
        if (result < 0)
        {
            throw BusException.Native($"{Where} cannot be opened; is the package dbus installed and running?", result);
        }
    }

    private void Pump()
    {
        while (true)
        {
            DoWork();
            if (stopping)
            {
                throw new BusException(BusFailure.NoBus, "the connection was closed from here");
            }
            int done = SdBus.Process(bus, 0);
            if (fault is not null)
            {
                throw new BusException(BusFailure.NoBus, $"a message could not be handled: {fault.GetType().Name}: {fault.Message}");
            }
            if (done < 0)
            {
                throw BusException.Native($"{Where} was lost", done);
            }
            if (done == 0)
            {
                WaitForMore();
            }
        }
    }

    private void DoWork()
    {
        Queue<Action> todo;
        lock (gate)
        {
            if (work.Count == 0)
            {
                return;
            }
            (todo, work) = (work, new Queue<Action>());
        }
        foreach (Action one in todo)
        {
            one();
        }
    }

    private void WaitForMore()
    {
        int wanted = SdBus.GetEvents(bus), descriptor = SdBus.GetFd(bus);
        if (wanted < 0 || descriptor < 0)
        {
            throw BusException.Native($"{Where} was lost", Math.Min(wanted, descriptor));
        }
        bool connecting = SdBus.GetTimeout(bus, out ulong due) > 0 && due != ulong.MaxValue;
        if (connecting && due == 0)
        {
            return;
        }
        Span<SdBus.PollFd> descriptors =
        [
            new() { Descriptor = descriptor, Wanted = (short)wanted },
            new() { Descriptor = wakeUp, Wanted = SdBus.ReadyToRead },
        ];
        int found = SdBus.Poll(descriptors, 2, connecting ? ConnectingPollMilliseconds : -1);
        if (found < 0 && Marshal.GetLastPInvokeError() is not SdBus.Interrupted and int failed)
        {
            throw BusException.Native("poll", -failed);
        }
        if (found > 0 && descriptors[1].Found != 0)
        {
            _ = SdBus.ReadEvent(wakeUp, out _, sizeof(ulong));
        }
    }

    /// <summary>Called by the library. An exception must not pass through its frames: it ends the connection instead.</summary>
    private int OnMessage(nint message, nint number, nint error)
    {
        try
        {
            if (!registered.TryGetValue(number, out Registered? whose))
            {
                return 0;
            }
            int taken = whose.Take(message);
            if (whose.Once)
            {
                Forget(whose);
            }
            return taken;
        }
#pragma warning disable CA1031 // whatever it is, the library cannot carry it
        catch (Exception any)
#pragma warning restore CA1031
        {
            fault ??= any;
            return 0;
        }
    }

    private void Add(Registered entry, Func<nint, (int Result, nint Slot)> register, string what)
    {
        if (bus == 0)
        {
            entry.End(reason ?? new BusException(BusFailure.NoBus, $"{Where} is not connected"));
            return;
        }
        if (registered.Count >= MostRegistered)
        {
            entry.End(new BusException(BusFailure.Refused, $"{what}: {MostRegistered} calls and matches are under way already"));
            return;
        }
        try
        {
            nint number = ++lastNumber;
            (int result, nint slot) = register(number);
            if (result < 0)
            {
                entry.End(BusException.Native(what, result));
                return;
            }
            (entry.Number, entry.Slot) = (number, slot);
            registered.Add(number, entry);
        }
        catch (BusException unsendable)
        {
            entry.End(unsendable);
        }
    }

    private void Forget(Registered entry)
    {
        if (registered.Remove(entry.Number))
        {
            _ = SdBus.SlotUnref(entry.Slot);
        }
    }

    /// <summary>After this nothing native is reached any more, whoever calls.</summary>
    private void Close()
    {
        BusException why = reason ??= new BusException(BusFailure.NoBus, $"{Where} is not connected");
        foreach (Registered entry in registered.Values.ToArray())
        {
            Forget(entry);
            entry.End(why);
        }
        if (bus != 0)
        {
            _ = SdBus.CloseUnref(bus);
            bus = 0;
        }
        lock (gate)
        {
            closed = true;
            _ = SdBus.CloseDescriptor(wakeUp);
        }
        DoWork();
        ended.TrySetResult(why);
    }
}
