using System.Buffers.Binary;
using System.Text;

namespace TeleMonitor.Rig.Hil;

/// <summary>
/// A HID device that lives in this program: the kernel's uhid shows it to its own driver as if it were plugged in. Source: Linux
/// include/uapi/linux/uhid.h; numbers stand in the machine's order.
/// </summary>
/// <param name="chip">Answers what the driver asks.</param>
internal sealed class UhidDevice(Cp2112 chip) : IDisposable
{
    private const int Destroy = 1, OutputEvent = 6, GetReport = 9, GetReportReply = 10, Create2 = 11, Input2 = 12, SetReport = 13, SetReportReply = 14;
    private const int EventSize = 4380, DataSize = 4096;
    private const ushort InvalidInput = 5; // EIO

    // usage page of the maker, one collection, the two input reports that the driver waits for, 63 bytes each
    private static readonly byte[] Descriptor =
    [
        0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01,
        0x85, 0x13, 0x09, 0x13, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08, 0x95, Cp2112.ReportData, 0x81, 0x02,
        0x85, 0x16, 0x09, 0x16, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08, 0x95, Cp2112.ReportData, 0x81, 0x02,
        0xC0,
    ];

    // unbuffered: one read and one write is one event
    private readonly FileStream kernel = new("/dev/uhid", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
    private readonly Lock writing = new();
    private Thread? answering;

    /// <summary>Plugs it in. The driver comes by itself, a moment later.</summary>
    public void PlugIn()
    {
        byte[] create = new byte[4 + 128 + 64 + 64 + 2 + 2 + 16 + DataSize];
        BinaryPrimitives.WriteInt32LittleEndian(create, Create2);
        Encoding.ASCII.GetBytes("CP2112 HID USB-to-SMBus Bridge", create.AsSpan(4));
        Span<byte> rest = create.AsSpan(4 + 128 + 64 + 64);
        BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)Descriptor.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(rest[2..], 3); // BUS_USB
        BinaryPrimitives.WriteUInt32LittleEndian(rest[4..], 0x10C4); // Silicon Labs
        BinaryPrimitives.WriteUInt32LittleEndian(rest[8..], 0xEA90); // CP2112
        BinaryPrimitives.WriteUInt32LittleEndian(rest[12..], 0x100);
        Descriptor.CopyTo(rest[20..]);
        Write(create);
        if (answering is null)
        {
            answering = new Thread(Answer) { IsBackground = true, Name = "CP2112" };
            answering.Start();
        }
    }

    /// <summary>Pulls it out.</summary>
    public void Unplug()
    {
        byte[] destroy = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(destroy, Destroy);
        Write(destroy);
    }

    public void Dispose() => kernel.Dispose();

    private void Answer()
    {
        byte[] question = new byte[EventSize];
        while (kernel.Read(question) > 0)
        {
            ReadOnlySpan<byte> body = question.AsSpan(4);
            uint id = BinaryPrimitives.ReadUInt32LittleEndian(body);
            switch (BinaryPrimitives.ReadInt32LittleEndian(question))
            {
                case OutputEvent:
                    if (chip.Output(body[..BinaryPrimitives.ReadUInt16LittleEndian(body[DataSize..])]) is { } input)
                    {
                        Reply(Event(Input2, [.. Length(1 + Cp2112.ReportData), .. input, .. new byte[1 + Cp2112.ReportData - input.Length]]));
                    }

                    break;
                case GetReport:
                    byte[]? feature = chip.Feature(body[4]);
                    Reply(Event(GetReportReply, [.. Number(id), .. Length(feature is null ? InvalidInput : 0), .. Length(feature?.Length ?? 0), .. feature ?? []]));
                    break;
                case SetReport:
                    chip.SetFeature(body.Slice(8, BinaryPrimitives.ReadUInt16LittleEndian(body[6..])));
                    Reply(Event(SetReportReply, [.. Number(id), 0, 0]));
                    break;
                default:
                    break; // it was opened, started, stopped
            }
        }
    }

    private void Reply(byte[] whole)
    {
        try
        {
            Write(whole);
        }
        catch (IOException)
        {
            // it was unplugged after the question: nobody waits for the answer
        }
    }

    private static byte[] Event(int kind, ReadOnlySpan<byte> body) => [(byte)kind, 0, 0, 0, .. body];

    private static byte[] Number(uint number) => BitConverter.GetBytes(number);

    private static byte[] Length(int length) => BitConverter.GetBytes((ushort)length);

    // what is not given the kernel takes as zero
    private void Write(byte[] whole)
    {
        lock (writing)
        {
            kernel.Write(whole);
        }
    }
}
