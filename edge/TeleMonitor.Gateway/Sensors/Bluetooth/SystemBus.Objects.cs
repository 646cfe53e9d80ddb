using System.Runtime.InteropServices;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>A call that somebody made to an object of ours.</summary>
internal readonly record struct BusRequest(string Sender, string Interface, string Member, IReadOnlyList<BusValue> Arguments);

/// <summary>Our answer: values, or an error with its name.</summary>
internal readonly record struct BusAnswer(IReadOnlyList<BusValue> Values, string ErrorName = "", string ErrorText = "")
{
    public static BusAnswer Done => new([]);

    public static BusAnswer Error(string name, string text) => new([], name, text);
}

/// <summary>Objects of ours that others may call.</summary>
internal sealed partial class SystemBus
{
    /// <summary>Puts an object on the bus.</summary>
    /// <param name="path">Where.</param>
    /// <param name="interface">Calls to other interfaces are answered by the library: unknown method.</param>
    /// <param name="onCall">Called on the bus's thread and must not wait there; the task may take its time. A fault answers with an error.</param>
    /// <returns>Takes it off the bus.</returns>
    public IDisposable Export(string path, string @interface, Func<BusRequest, Task<BusAnswer>> onCall)
    {
        Registered entry = new(
            message =>
            {
                BusRequest request = new(
                    BusMessage.Text(SdBus.GetSender(message)), BusMessage.Text(SdBus.GetInterface(message)), BusMessage.Text(SdBus.GetMember(message)),
                    BusMessage.Read(message));
                if (!string.Equals(request.Interface, @interface, StringComparison.Ordinal))
                {
                    return 0;
                }
                _ = AnswerAsync(SdBus.MessageRef(message), onCall(request));
                return 1;
            },
            _ => { })
        { Once = false };
        Hand(() => Add(entry, number => (SdBus.AddObject(bus, out nint slot, path, handlerPointer, number), slot), $"object {path}"));
        return new Removal(this, entry);
    }

    private async Task AnswerAsync(nint call, Task<BusAnswer> working)
    {
        BusAnswer answer;
        try
        {
            answer = await working;
        }
#pragma warning disable CA1031 // the caller waits for an answer, whatever went wrong here
        catch (Exception failed)
#pragma warning restore CA1031
        {
            answer = BusAnswer.Error("org.freedesktop.DBus.Error.Failed", failed.Message);
        }
        Hand(() => Reply(call, answer));
    }

    private void Reply(nint call, BusAnswer answer)
    {
        try
        {
            if (bus != 0 && answer.ErrorName.Length > 0)
            {
                ReplyError(call, answer);
            }
            else if (bus != 0)
            {
                ReplyValues(call, answer.Values);
            }
        }
        catch (BusException unsendable)
        {
            ReplyError(call, BusAnswer.Error("org.freedesktop.DBus.Error.Failed", unsendable.Message));
        }
        finally
        {
            _ = SdBus.MessageUnref(call);
        }
    }

    private void ReplyValues(nint call, IReadOnlyList<BusValue> values)
    {
        if (SdBus.NewMethodReturn(call, out nint message) < 0)
        {
            return;
        }
        try
        {
            BusMessage.Write(message, values);
            _ = SdBus.Send(bus, message, 0);
        }
        finally
        {
            _ = SdBus.MessageUnref(message);
        }
    }

    private static void ReplyError(nint call, BusAnswer answer)
    {
        SdBus.Error error = new() { Name = Marshal.StringToCoTaskMemUTF8(answer.ErrorName), Message = Marshal.StringToCoTaskMemUTF8(answer.ErrorText) };
        try
        {
            _ = SdBus.ReplyMethodError(call, error);
        }
        finally
        {
            Marshal.FreeCoTaskMem(error.Name);
            Marshal.FreeCoTaskMem(error.Message);
        }
    }
}
