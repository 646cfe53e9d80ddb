using System.Buffers.Binary;
using System.Net.Sockets;

namespace TeleMonitor.Rig.PowerCut;

/// <summary>
/// A disk with a volatile write cache, served over the NBD protocol on a Unix socket: what the guest wrote and did not flush is in memory
/// only. When the client vanishes without a goodbye the power is gone: each of those sectors reaches the medium or does not, by the dice.
/// Source: the NBD project's doc/proto.md, newstyle handshake and simple replies.
/// </summary>
internal sealed class NbdDisk : IAsyncDisposable
{
    public const int Sector = 512;

    private const ulong Hello = 0x4e42444d41474943, HaveOption = 0x49484156454F5054, OptionReply = 0x3e889045565a9;
    private const uint Request = 0x25609513, Reply = 0x67446698;
    private const ushort FixedNewstyle = 1, NoZeroes = 2;
    private const ushort HasFlags = 1, SendsFlush = 4, SendsForceUnitAccess = 8;
    private const uint ExportName = 1, Abort = 2, Info = 6, Go = 7;
    private const uint Acknowledged = 1, Information = 3, Unsupported = 0x8000_0001;
    private const ushort Read = 0, Write = 1, Disconnect = 2, Flush = 3;
    private const uint NotPermitted = 22;
    private const int LargestRequest = 32 << 20;

    private readonly FileStream medium;
    private readonly Random dice;
    private readonly double keep;
    private readonly Dictionary<long, byte[]> unflushed = [];
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Task serving;
    private readonly string socket;
    private int writesLeft;

    private NbdDisk(string image, string socket, int seed, double keep)
    {
        this.socket = socket;
        medium = new FileStream(image, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        (dice, this.keep) = (new Random(seed), keep);
        File.Delete(socket);
        listener.Bind(new UnixDomainSocketEndPoint(socket));
        listener.Listen(1);
        serving = ServeAsync();
    }

    /// <summary>The power goes at the disk, right after it has taken this many more writes: in the middle of a commit.</summary>
    public void CutAtWrite(int writes) => Volatile.Write(ref writesLeft, writes);

    /// <summary>Unflushed sectors that reached the medium at the cut.</summary>
    public int Kept { get; private set; }

    /// <summary>Unflushed sectors that were lost at the cut.</summary>
    public int Dropped { get; private set; }

    /// <summary>Ends when the one client has gone and the medium is as it is after that.</summary>
    public Task Gone => serving;

    /// <summary>Serves an image to one client.</summary>
    /// <param name="image">The medium; a whole number of sectors.</param>
    /// <param name="socket">Path of the Unix socket.</param>
    /// <param name="seed">Says which sectors are kept at a cut.</param>
    /// <param name="keep">How likely each unflushed sector is to be kept at a cut, 0 to 1.</param>
    public static NbdDisk Start(string image, string socket, int seed, double keep) => new(image, socket, seed, keep);

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await serving;
        await medium.DisposeAsync();
        File.Delete(socket);
    }

    private async Task ServeAsync()
    {
        bool goodbye = false;
        try
        {
            using Socket client = await listener.AcceptAsync();
            await using NetworkStream stream = new(client);
            if (await ShakeHandsAsync(stream))
            {
                goodbye = await AnswerAsync(stream);
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException)
        {
            // the power is gone
        }

        if (goodbye)
        {
            FlushAll();
        }
        else
        {
            Cut();
        }
    }

    /// <summary>Agrees on the one export there is; false when the client wanted something else.</summary>
    private async Task<bool> ShakeHandsAsync(Stream stream)
    {
        byte[] hello = new byte[18];
        BinaryPrimitives.WriteUInt64BigEndian(hello, Hello);
        BinaryPrimitives.WriteUInt64BigEndian(hello.AsSpan(8), HaveOption);
        BinaryPrimitives.WriteUInt16BigEndian(hello.AsSpan(16), FixedNewstyle | NoZeroes);
        await stream.WriteAsync(hello);
        bool noZeroes = (BinaryPrimitives.ReadUInt32BigEndian(await TakeAsync(stream, 4)) & NoZeroes) != 0;
        while (true)
        {
            byte[] head = await TakeAsync(stream, 16);
            uint option = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(8)), length = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(12));
            if (BinaryPrimitives.ReadUInt64BigEndian(head) != HaveOption || length > 4096)
            {
                return false;
            }

            await TakeAsync(stream, (int)length);
            switch (option)
            {
                case ExportName:
                    await stream.WriteAsync((byte[])[.. Export(), .. new byte[noZeroes ? 0 : 124]]);
                    return true;
                case Info or Go:
                    await ReplyAsync(stream, option, Information, [0, 0, .. Export()]); // NBD_INFO_EXPORT
                    await ReplyAsync(stream, option, Acknowledged, []);
                    if (option == Go)
                    {
                        return true;
                    }

                    break;
                case Abort:
                    await ReplyAsync(stream, option, Acknowledged, []);
                    return false;
                default:
                    await ReplyAsync(stream, option, Unsupported, []);
                    break;
            }
        }
    }

    /// <summary>Answers requests until the client says goodbye (true) or something it may not (false).</summary>
    private async Task<bool> AnswerAsync(Stream stream)
    {
        while (true)
        {
            byte[] head = await TakeAsync(stream, 28);
            ushort flags = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(4)), type = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(6));
            (ulong offset, uint length) = (BinaryPrimitives.ReadUInt64BigEndian(head.AsSpan(16)), BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(24)));
            if (BinaryPrimitives.ReadUInt32BigEndian(head) != Request || length > LargestRequest)
            {
                return false;
            }

            if (type == Disconnect)
            {
                return true;
            }

            byte[] data = type == Write ? await TakeAsync(stream, (int)length) : [];
            bool possible = type is Flush || (type is Read or Write && offset % Sector == 0 && length % Sector == 0 && offset + length <= (ulong)medium.Length);
            byte[] answer = [];
            if (possible)
            {
                answer = type switch
                {
                    Read => ReadAt((long)offset, (int)length),
                    Write => WriteAt((long)offset, data, now: (flags & 1) != 0), // NBD_CMD_FLAG_FUA
                    _ => FlushAll(),
                };
            }

            if (type == Write && Volatile.Read(ref writesLeft) > 0 && Interlocked.Decrement(ref writesLeft) == 0)
            {
                return false; // never answered
            }

            byte[] reply = new byte[16];
            BinaryPrimitives.WriteUInt32BigEndian(reply, Reply);
            BinaryPrimitives.WriteUInt32BigEndian(reply.AsSpan(4), possible ? 0 : NotPermitted);
            head.AsSpan(8, 8).CopyTo(reply.AsSpan(8)); // the client's own name of the request
            await stream.WriteAsync((byte[])[.. reply, .. answer]);
        }
    }

    private byte[] ReadAt(long offset, int length)
    {
        byte[] data = new byte[length];
        RandomAccess.Read(medium.SafeFileHandle, data, offset);
        for (int at = 0; at < length; at += Sector)
        {
            if (unflushed.TryGetValue(offset + at, out byte[]? newer))
            {
                newer.CopyTo(data, at);
            }
        }

        return data;
    }

    /// <summary>Takes a write into the cache, or with <paramref name="now"/> to the medium: then only these sectors are sure.</summary>
    private byte[] WriteAt(long offset, byte[] data, bool now)
    {
        for (int at = 0; at < data.Length; at += Sector)
        {
            unflushed.Remove(offset + at);
            if (!now)
            {
                unflushed.Add(offset + at, data[at..(at + Sector)]);
            }
        }

        if (now)
        {
            RandomAccess.Write(medium.SafeFileHandle, data, offset);
        }

        return [];
    }

    private byte[] FlushAll()
    {
        foreach ((long offset, byte[] sector) in unflushed)
        {
            RandomAccess.Write(medium.SafeFileHandle, sector, offset);
        }

        unflushed.Clear();
        return [];
    }

    private void Cut()
    {
        foreach ((long offset, byte[] sector) in unflushed.OrderBy(one => one.Key))
        {
            bool kept = dice.NextDouble() < keep;
            (Kept, Dropped) = kept ? (Kept + 1, Dropped) : (Kept, Dropped + 1);
            if (kept)
            {
                RandomAccess.Write(medium.SafeFileHandle, sector, offset);
            }
        }

        unflushed.Clear();
    }

    private byte[] Export()
    {
        byte[] export = new byte[10];
        BinaryPrimitives.WriteUInt64BigEndian(export, (ulong)medium.Length);
        BinaryPrimitives.WriteUInt16BigEndian(export.AsSpan(8), HasFlags | SendsFlush | SendsForceUnitAccess);
        return export;
    }

    private static async Task ReplyAsync(Stream stream, uint option, uint type, byte[] data)
    {
        byte[] head = new byte[20];
        BinaryPrimitives.WriteUInt64BigEndian(head, OptionReply);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(8), option);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(12), type);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(16), (uint)data.Length);
        await stream.WriteAsync((byte[])[.. head, .. data]);
    }

    private static async Task<byte[]> TakeAsync(Stream stream, int count)
    {
        byte[] bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }
}
