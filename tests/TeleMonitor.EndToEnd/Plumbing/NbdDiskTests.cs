using System.Buffers.Binary;
using System.Net.Sockets;
using TeleMonitor.Rig.PowerCut;

namespace TeleMonitor.EndToEnd;

/// <summary>The disk that forgets keeps what was flushed, and of the rest what the dice say.</summary>
public sealed class NbdDiskTests : IDisposable
{
    private const int Sectors = 64;

    private readonly string folder = Scratch.NewFolder("nbd");

    public NbdDiskTests() => File.WriteAllBytes(Image, new byte[Sectors * NbdDisk.Sector]);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Image => Path.Combine(folder, "disk.img");

    [Fact]
    public async Task A_client_reads_what_it_wrote_before_any_flush()
    {
        await using Client client = await Client.ConnectAsync(Image, folder, keep: 0);
        Assert.Equal((ulong)(Sectors * NbdDisk.Sector), client.Size);
        Assert.Equal(0u, await client.WriteAsync(3, 7));
        Assert.Equal(7, (await client.ReadAsync(3))[100]);
        Assert.Equal(0, (await client.ReadAsync(4))[0]);
    }

    [Fact]
    public async Task At_a_cut_what_was_flushed_stays_and_what_was_not_is_gone()
    {
        await using Client client = await Client.ConnectAsync(Image, folder, keep: 0);
        await client.WriteAsync(1, 1);
        Assert.Equal(0u, await client.FlushAsync());
        await client.WriteAsync(1, 2); // newer, unflushed
        await client.WriteAsync(2, 2);
        await client.CutAsync();
        Assert.Equal([1, 0], Medium(1, 2));
        Assert.Equal((0, 2), (client.Disk.Kept, client.Disk.Dropped));
    }

    [Fact]
    public async Task A_write_with_forced_unit_access_is_on_the_medium_and_takes_no_other_with_it()
    {
        await using Client client = await Client.ConnectAsync(Image, folder, keep: 0);
        await client.WriteAsync(1, 1);
        await client.WriteAsync(2, 2, forced: true);
        await client.CutAsync();
        Assert.Equal([0, 2], Medium(1, 2));
    }

    [Fact]
    public async Task Of_many_unflushed_sectors_some_reach_the_medium_and_some_do_not()
    {
        await using Client client = await Client.ConnectAsync(Image, folder, keep: 0.5);
        for (int sector = 0; sector < Sectors; sector++)
        {
            await client.WriteAsync(sector, 9);
        }

        await client.CutAsync();
        int kept = Medium([.. Enumerable.Range(0, Sectors)]).Count(one => one == 9);
        Assert.InRange(kept, 10, Sectors - 10);
        Assert.Equal((kept, Sectors - kept), (client.Disk.Kept, client.Disk.Dropped));
    }

    [Fact]
    public async Task A_cut_can_fall_right_after_a_write_that_is_then_never_answered()
    {
        await using Client client = await Client.ConnectAsync(Image, folder, keep: 1);
        client.Disk.CutAtWrite(2);
        Assert.Equal(0u, await client.WriteAsync(1, 1));
        await Assert.ThrowsAnyAsync<IOException>(() => client.WriteAsync(2, 2));
        await client.CutAsync();
        Assert.Equal([1, 2], Medium(1, 2)); // taken, kept by the dice, but nobody was told
        Assert.Equal((2, 0), (client.Disk.Kept, client.Disk.Dropped));
    }

    [Fact]
    public async Task A_client_that_says_goodbye_loses_nothing()
    {
        await using Client client = await Client.ConnectAsync(Image, folder, keep: 0);
        await client.WriteAsync(5, 5);
        await client.GoodbyeAsync();
        Assert.Equal([5], Medium(5));
    }

    [Fact]
    public async Task What_lies_outside_the_disk_or_between_sectors_is_refused_and_the_next_request_is_answered()
    {
        await using Client client = await Client.ConnectAsync(Image, folder, keep: 0);
        Assert.NotEqual(0u, await client.WriteAsync(Sectors, 1));
        Assert.NotEqual(0u, await client.RequestAsync(type: 0, flags: 0, offset: 7, length: NbdDisk.Sector, []));
        Assert.Equal(0u, await client.WriteAsync(0, 1));
    }

    [Theory]
    [InlineData("ok last=120", 100, true, 0)]
    [InlineData("ok last=100", 100, true, 0)]
    [InlineData("ok last=99", 100, false, 1)]
    [InlineData("ok last=0", 100, false, 100)]
    [InlineData("damaged the file system cannot be mounted", 100, false, 100)]
    [InlineData(null, 0, false, 0)]
    public void A_start_is_good_only_when_all_that_was_acknowledged_is_there(string? verdict, long acknowledged, bool good, long lost) =>
        Assert.Equal((good, lost), PowerCutVerb.Judge(verdict, acknowledged));

    [Fact]
    public void A_control_that_loses_nothing_and_a_gateway_that_loses_fail()
    {
        PowerCutResult Result(bool mustLose, int bad) => new(new PowerCutSeries("x", "", 3, mustLose), 3, 10, bad, bad, 1, 1, TimeSpan.FromSeconds(30), null);
        Assert.EndsWith("3 passed, 0 failed", PowerCutVerb.Table([Result(mustLose: false, 0)]), StringComparison.Ordinal);
        Assert.EndsWith("2 passed, 1 failed", PowerCutVerb.Table([Result(mustLose: false, 1)]), StringComparison.Ordinal);
        Assert.EndsWith("1 passed, 0 failed", PowerCutVerb.Table([Result(mustLose: true, 2)]), StringComparison.Ordinal);
        Assert.EndsWith("0 passed, 1 failed", PowerCutVerb.Table([Result(mustLose: true, 0)]), StringComparison.Ordinal);
        Assert.False((Result(mustLose: false, 0) with { Broken = "no verdict" }).Passed);
    }

    private byte[] Medium(params int[] sectors)
    {
        byte[] all = File.ReadAllBytes(Image);
        return [.. sectors.Select(sector => all[sector * NbdDisk.Sector])];
    }

    /// <summary>As much of an NBD client as these tests need, written from the protocol's text and not from the server.</summary>
    private sealed class Client(NbdDisk disk, NetworkStream stream) : IAsyncDisposable
    {
        public NbdDisk Disk => disk;

        public ulong Size { get; private set; }

        public static async Task<Client> ConnectAsync(string image, string folder, double keep)
        {
            string path = Path.Combine(folder, "s");
            NbdDisk disk = NbdDisk.Start(image, path, seed: 11, keep);
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
            Client client = new(disk, new NetworkStream(socket, ownsSocket: true));
            Assert.Equal("NBDMAGICIHAVEOPT"u8.ToArray(), (await client.TakeAsync(18))[..16]);
            await client.GiveAsync([0, 0, 0, 3], "IHAVEOPT"u8.ToArray(), [0, 0, 0, 8, 0, 0, 0, 0]); // NBD_OPT_STRUCTURED_REPLY, unknown here
            Assert.Equal([0x80, 0, 0, 1], (await client.TakeAsync(20))[12..16]);
            await client.GiveAsync("IHAVEOPT"u8.ToArray(), [0, 0, 0, 7, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0]); // NBD_OPT_GO, name "", no requests
            byte[] export = await client.TakeAsync(20 + 12);
            Assert.Equal([0, 0, 0, 3, 0, 0, 0, 12], export[12..20]);
            client.Size = BinaryPrimitives.ReadUInt64BigEndian(export.AsSpan(22));
            Assert.Equal([0, 0, 0, 1, 0, 0, 0, 0], (await client.TakeAsync(20))[12..]);
            return client;
        }

        public Task<uint> WriteAsync(int sector, byte filling, bool forced = false)
        {
            byte[] data = new byte[NbdDisk.Sector];
            Array.Fill(data, filling);
            return RequestAsync(type: 1, flags: (ushort)(forced ? 1 : 0), sector * NbdDisk.Sector, NbdDisk.Sector, data);
        }

        public async Task<byte[]> ReadAsync(int sector)
        {
            Assert.Equal(0u, await RequestAsync(type: 0, flags: 0, sector * NbdDisk.Sector, NbdDisk.Sector, []));
            return await TakeAsync(NbdDisk.Sector);
        }

        public Task<uint> FlushAsync() => RequestAsync(type: 3, flags: 0, 0, 0, []);

        public async Task<uint> RequestAsync(ushort type, ushort flags, long offset, int length, byte[] data)
        {
            byte[] head = new byte[28];
            BinaryPrimitives.WriteUInt32BigEndian(head, 0x25609513);
            BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(4), flags);
            BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(6), type);
            BinaryPrimitives.WriteUInt64BigEndian(head.AsSpan(8), 42);
            BinaryPrimitives.WriteInt64BigEndian(head.AsSpan(16), offset);
            BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(24), length);
            await GiveAsync(head, data);
            byte[] reply = await TakeAsync(16);
            Assert.Equal(0x67446698u, BinaryPrimitives.ReadUInt32BigEndian(reply));
            Assert.Equal(42ul, BinaryPrimitives.ReadUInt64BigEndian(reply.AsSpan(8)));
            return BinaryPrimitives.ReadUInt32BigEndian(reply.AsSpan(4));
        }

        public async Task CutAsync()
        {
            await stream.DisposeAsync();
            await disk.Gone;
            await disk.DisposeAsync();
        }

        public async Task GoodbyeAsync()
        {
            byte[] head = new byte[28];
            BinaryPrimitives.WriteUInt32BigEndian(head, 0x25609513);
            BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(6), 2);
            await GiveAsync(head);
            await CutAsync();
        }

        public async ValueTask DisposeAsync() => await CutAsync();

        private async Task GiveAsync(params byte[][] parts) => await stream.WriteAsync(parts.SelectMany(part => part).ToArray());

        private async Task<byte[]> TakeAsync(int count)
        {
            byte[] bytes = new byte[count];
            await stream.ReadExactlyAsync(bytes);
            return bytes;
        }
    }
}
