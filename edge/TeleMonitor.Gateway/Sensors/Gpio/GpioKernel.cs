using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TeleMonitor.Gateway.Sensors.Gpio;

/// <summary>The kernel's calls: each returns 0 or more, or the errno as a negative number. Nothing here throws.</summary>
internal static partial class GpioKernel
{
    // source: asm-generic/fcntl.h, asm-generic/errno-base.h and poll.h; the same on x86-64, arm and arm64
    private const int ReadWrite = 2, CloseOnExec = 0x80000, Interrupted = 4;
    private const short Readable = 1;

    public const int NoSuchDevice = 19, Busy = 16, NotPermitted = 13, BadHandle = 9;

    /// <summary>Opens a chip.</summary>
    public static int Open(string path, out SafeFileHandle handle)
    {
        int descriptor = OpenFile(path, ReadWrite | CloseOnExec);
        int result = descriptor < 0 ? -Marshal.GetLastPInvokeError() : 0;
        handle = new SafeFileHandle(descriptor, ownsHandle: true);
        return result;
    }

    /// <summary>One question to the driver; the answer stands in the same bytes.</summary>
    public static int Ask(SafeHandle handle, uint request, byte[] argument)
    {
        int result;
        do
        {
            result = Control(handle, request, ref argument[0]);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return result < 0 ? -Marshal.GetLastPInvokeError() : result;
    }

    /// <summary>Waits until there is something to read or the other side is gone.</summary>
    /// <param name="handle">A line, or the reading end of a pipe.</param>
    /// <param name="atMost">Longest wait, at most a day; rounded up to a millisecond.</param>
    /// <returns>1: read now, it says which of both; 0: nothing came; negative errno.</returns>
    public static int Wait(SafeHandle handle, TimeSpan atMost)
    {
        bool held = false;
        try
        {
            handle.DangerousAddRef(ref held);
            var asked = new PollDescriptor { Descriptor = (int)handle.DangerousGetHandle(), Events = Readable };
            int result = Poll(ref asked, 1, (int)Math.Ceiling(Math.Clamp(atMost.TotalMilliseconds, 0, 86_400_000)));
            return result >= 0 ? result : Marshal.GetLastPInvokeError() is Interrupted ? 0 : -Marshal.GetLastPInvokeError();
        }
        catch (ObjectDisposedException)
        {
            return -BadHandle;
        }
        finally
        {
            if (held)
            {
                handle.DangerousRelease();
            }
        }
    }

    /// <summary>Reads what there is. Zero: the other side is closed.</summary>
    public static int Read(SafeHandle handle, Span<byte> into)
    {
        nint result;
        do
        {
            result = ReadFile(handle, ref MemoryMarshal.GetReference(into), (nuint)into.Length);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return result < 0 ? -Marshal.GetLastPInvokeError() : (int)result;
    }

    /// <summary>The kernel's own words for an errno.</summary>
    public static string Words(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events, Happened;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeHandle handle, nuint request, ref byte argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadFile(SafeHandle handle, ref byte into, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);
}
