using TeleMonitor.Rig.Hil;

namespace TeleMonitor.Edge.Tests.Sensors.Wired;

/// <summary>The chips that make hil puts below the kernel's drivers, asked as hid-cp2112 asks them.</summary>
public sealed class SimulatedChipTests
{
    private const byte Object = 0x07, Complete = 2, Failed = 3;

    private readonly Cp2112 bridge = new() { Thermometer = new Mlx90614() };

    [Fact]
    public void The_packet_error_check_is_that_of_the_datasheets_example() =>
        Assert.Equal(0x30, Mlx90614.Crc8([0xB4, 0x07, 0xB5, 0xD2, 0x3A])); // source: Melexis MLX90614 datasheet, figure of the read word format

    [Fact]
    public void A_word_is_read_low_byte_first_with_its_check()
    {
        bridge.Thermometer!.See(Mlx90614.WordOf(3701));
        byte[] answer = Read(Mlx90614.Address, Object, 3);
        Assert.Equal((3701 + 27_315) / 2, answer[0] | (answer[1] << 8));
        Assert.Equal(0, Mlx90614.Crc8([Mlx90614.Address << 1, Object, (Mlx90614.Address << 1) | 1, .. answer])); // over what it checks and itself
    }

    [Fact]
    public void An_error_of_the_chip_is_its_highest_bit()
    {
        bridge.Thermometer!.See(Mlx90614.WordOf(3401), error: true);
        Assert.True((Read(Mlx90614.Address, Object, 3)[1] & 0x80) != 0);
    }

    [Fact]
    public void Nobody_answers_at_another_address_or_when_the_chip_is_unplugged()
    {
        Assert.Empty(Read(0x33, Object, 3, Failed));
        bridge.Thermometer = null;
        Assert.Empty(Read(Mlx90614.Address, Object, 3, Failed));
    }

    [Fact]
    public void A_written_word_is_read_again()
    {
        bridge.Output([0x14, Mlx90614.Address << 1, 4, 0x24, 0x99, 0xD9, 0x00]);
        Assert.Equal([0x99, 0xD9], Read(Mlx90614.Address, 0x24, 2));
    }

    [Fact]
    public void Only_changes_of_lines_that_are_outputs_are_driven()
    {
        bridge.SetFeature([0x02, 0b0010_0000, 0, 0, 0]);
        bridge.SetFeature([0x04, 0, 0b0110_0000]);
        bridge.SetFeature([0x04, 0, 0b0110_0000]);
        Assert.Equal([(5, false)], bridge.Driven);
        Assert.True(bridge.IsHigh(6));
        bridge.SetInput(3, high: false);
        Assert.False(bridge.IsHigh(3));
        Assert.Single(bridge.Driven);
    }

    /// <summary>Writes a command and reads an answer; the driver asks for the transfer's end before it takes the bytes.</summary>
    private byte[] Read(byte address, byte command, byte count, byte status = Complete)
    {
        Assert.Null(bridge.Output([0x11, (byte)(address << 1), 0, count, 1, command]));
        Assert.Equal(status, bridge.Output([0x15, 1])![1]);
        byte[] response = bridge.Output([0x12, 0, count])!;
        return response[3..(3 + response[2])];
    }
}
