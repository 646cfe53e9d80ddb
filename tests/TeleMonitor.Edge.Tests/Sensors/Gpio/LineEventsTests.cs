using FsCheck;
using FsCheck.Fluent;
using TeleMonitor.Gateway.Sensors.Gpio;

namespace TeleMonitor.Edge.Tests.Sensors.Gpio;

public sealed class LineEventsTests
{
    private readonly LineEvents events = new();
    private readonly List<LineEvent> got = [];

    /// <summary>The kernel's bytes of one event.</summary>
    internal static byte[] Bytes(double milliseconds, uint id, uint number, uint offset = 3)
    {
        byte[] bytes = new byte[48];
        BitConverter.TryWriteBytes(bytes, (ulong)(milliseconds * 1_000_000));
        BitConverter.TryWriteBytes(bytes.AsSpan(8), id);
        BitConverter.TryWriteBytes(bytes.AsSpan(12), offset);
        BitConverter.TryWriteBytes(bytes.AsSpan(16), number);
        BitConverter.TryWriteBytes(bytes.AsSpan(20), number);
        return bytes;
    }

    [Fact]
    public void The_bytes_of_a_C_program_are_its_event()
    {
        byte[] bytes = Convert.FromHexString("b09a785634120000" + "02000000" + "11000000" + "01000000" + "01000000" + new string('0', 48));
        events.Take(bytes, got);
        Assert.Equal([new LineEvent(TimeSpan.FromTicks(0x0000123456789ab0L / 100), false, 17, 0)], got);
    }

    [Fact]
    public void Events_come_whole_and_in_order_however_their_bytes_are_cut()
    {
        byte[] bytes = [.. Bytes(1, 1, 1), .. Bytes(2, 2, 2), .. Bytes(3, 1, 3)];
        for (int first = 0; first <= bytes.Length; first++)
        {
            for (int second = first; second <= bytes.Length; second += 7)
            {
                var cut = new LineEvents();
                var whole = new List<LineEvent>();
                cut.Take(bytes.AsSpan(0, first), whole);
                cut.Take(bytes.AsSpan(first, second - first), whole);
                cut.Take(bytes.AsSpan(second), whole);
                Assert.Equal([(1, true), (2, false), (3, true)], whole.Select(edge => ((int)edge.At.TotalMilliseconds, edge.Active)));
                Assert.Equal(0, cut.Lost);
            }
        }
    }

    [Theory]
    [InlineData(new uint[] { 1, 2, 3 }, new uint[] { 0, 0, 0 }, 0)]
    [InlineData(new uint[] { 3, 4 }, new uint[] { 2, 0 }, 2)] // the first of a request is number 1
    [InlineData(new uint[] { 1, 5, 6, 9 }, new uint[] { 0, 3, 0, 2 }, 5)]
    public void A_gap_in_the_numbers_is_counted_and_told_with_the_event_after_it(uint[] numbers, uint[] before, long lost)
    {
        foreach (uint number in numbers)
        {
            events.Take(Bytes(number, 1, number), got);
        }
        Assert.Equal(before, got.Select(edge => edge.Lost));
        Assert.Equal(lost, events.Lost);
    }

    [Fact]
    public void Numbers_that_wrap_round_are_no_gap()
    {
        events.Take(Bytes(1, 1, uint.MaxValue), got);
        long before = events.Lost;
        events.Take(Bytes(2, 2, 0), got);
        events.Take(Bytes(3, 1, 1), got);
        Assert.Equal(before, events.Lost);
        Assert.Equal([0u, 0u], got.Skip(1).Select(edge => edge.Lost));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(3u)]
    [InlineData(uint.MaxValue)]
    public void An_event_of_an_unknown_kind_is_no_edge_and_counts_as_lost(uint kind)
    {
        events.Take([.. Bytes(1, 1, 1), .. Bytes(2, kind, 2), .. Bytes(3, 2, 3)], got);
        Assert.Equal([(true, 0u), (false, 1u)], got.Select(edge => (edge.Active, edge.Lost)));
        Assert.True(events.Lost >= 1);
    }

    [Fact]
    public void Random_bytes_never_throw() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            var random = new LineEvents();
            var edges = new List<LineEvent>();
            for (int i = 0; i < 10; i++)
            {
                random.Take(bytes, edges);
            }
            return edges.Count <= bytes.Length * 10 / 48 && edges.All(edge => edge.At >= TimeSpan.Zero) && random.Lost >= 0;
        }));
}
