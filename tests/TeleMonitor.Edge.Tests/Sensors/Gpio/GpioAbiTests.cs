using System.Runtime.InteropServices;
using TeleMonitor.Gateway.Sensors.Gpio;

namespace TeleMonitor.Edge.Tests.Sensors.Gpio;

/// <summary>Sizes, offsets and bytes as a C program with linux/gpio.h of Debian 12 (kernel 6.1) printed them with sizeof, offsetof and a dump.</summary>
public sealed class GpioAbiTests
{
    [Theory]
    [InlineData("gpiochip_info", 68, GpioAbi.ChipInfoSize)]
    [InlineData("gpiochip_info.label", 32, GpioAbi.ChipLabelAt)]
    [InlineData("gpiochip_info.lines", 64, GpioAbi.ChipLinesAt)]
    [InlineData("gpio_v2_line_info", 256, GpioAbi.LineInfoSize)]
    [InlineData("gpio_v2_line_info.consumer", 32, GpioAbi.LineInfoConsumerAt)]
    [InlineData("gpio_v2_line_info.offset", 64, GpioAbi.LineInfoOffsetAt)]
    [InlineData("gpio_v2_line_info.flags", 72, GpioAbi.LineInfoFlagsAt)]
    [InlineData("gpio_v2_line_request", 592, GpioAbi.LineRequestSize)]
    [InlineData("gpio_v2_line_request.consumer", 256, GpioAbi.ConsumerAt)]
    [InlineData("gpio_v2_line_request.config", 288, GpioAbi.ConfigAt)]
    [InlineData("gpio_v2_line_request.config.num_attrs", 296, GpioAbi.NumAttributesAt)]
    [InlineData("gpio_v2_line_request.config.attrs", 320, GpioAbi.AttributesAt)]
    [InlineData("gpio_v2_line_request.num_lines", 560, GpioAbi.NumLinesAt)]
    [InlineData("gpio_v2_line_request.event_buffer_size", 564, GpioAbi.EventBufferAt)]
    [InlineData("gpio_v2_line_request.fd", 588, GpioAbi.HandleAt)]
    [InlineData("gpio_v2_line_attribute.debounce_period_us", 8, GpioAbi.AttributeValueAt)]
    [InlineData("gpio_v2_line_config_attribute.mask", 16, GpioAbi.AttributeMaskAt)]
    [InlineData("gpio_v2_line_values", 16, GpioAbi.ValuesSize)]
    [InlineData("gpio_v2_line_values.mask", 8, GpioAbi.ValuesMaskAt)]
    [InlineData("gpio_v2_line_event", 48, GpioAbi.EventSize)]
    [InlineData("gpio_v2_line_event.id", 8, GpioAbi.EventIdAt)]
    [InlineData("gpio_v2_line_event.offset", 12, GpioAbi.EventOffsetAt)]
    [InlineData("gpio_v2_line_event.seqno", 16, GpioAbi.EventNumberAt)]
    [InlineData("gpio_v2_line_event.line_seqno", 20, GpioAbi.EventLineNumberAt)]
    public void A_structure_has_the_kernels_size_and_offsets(string member, int kernel, int ours) => Assert.Equal((member, kernel), (member, ours));

    [Theory]
    [InlineData(2, 1, GpioAbi.ChipInfoSize, GpioAbi.GetChipInfo)]
    [InlineData(3, 5, GpioAbi.LineInfoSize, GpioAbi.GetLineInfo)]
    [InlineData(3, 7, GpioAbi.LineRequestSize, GpioAbi.GetLine)]
    [InlineData(3, 0xE, GpioAbi.ValuesSize, GpioAbi.GetValues)]
    [InlineData(3, 0xF, GpioAbi.ValuesSize, GpioAbi.SetValues)]
    public void A_request_number_is_direction_size_type_and_number(uint direction, uint number, uint size, uint ours) =>
        Assert.Equal((direction << 30) | (size << 16) | (0xB4u << 8) | number, ours);

    [Fact]
    public void An_input_is_asked_for_as_the_C_program_does() => Assert.Equal(
        "0:00000011 256:656c6574 260:696e6f6d 264:00726f74 288:00000136 296:00000001 320:00000003 328:00001388 336:00000001 560:00000001 564:00000040",
        Words(GpioAbi.InputRequest(17, new LinePlace("GPIO17", ActiveLow: true, Bias: "pull-up").Flags, TimeSpan.FromMilliseconds(5), 64)));

    [Fact]
    public void An_output_is_asked_for_as_the_C_program_does_and_begins_inactive() => Assert.Equal(
        "0:00000005 256:656c6574 260:696e6f6d 264:00726f74 288:00000408 296:00000001 320:00000002 336:00000001 560:00000001",
        Words(GpioAbi.OutputRequest(5, new LinePlace("X", Bias: "none").Flags)));

    [Fact]
    public void Without_a_debounce_time_no_attribute_is_sent() =>
        Assert.DoesNotContain("296:", Words(GpioAbi.InputRequest(1, 0, TimeSpan.Zero, 16)), StringComparison.Ordinal);

    [Fact]
    public void A_value_and_a_question_about_a_line_are_as_the_C_program_has_them()
    {
        Assert.Equal("0:00000001 8:00000001", Words(GpioAbi.Values(active: true)));
        Assert.Equal("8:00000001", Words(GpioAbi.Values(active: false)));
        Assert.Equal("64:00000007", Words(GpioAbi.LineInfoRequest(7)));
    }

    [Fact]
    public void A_name_ends_at_its_first_zero_or_fills_the_field()
    {
        Assert.Equal("GPIO17", GpioAbi.Text("GPIO17\0rest"u8));
        Assert.Equal(new string('x', 32), GpioAbi.Text(Enumerable.Repeat((byte)'x', 32).ToArray()));
        Assert.Equal("", GpioAbi.Text(new byte[32]));
    }

    private static string Words(byte[] bytes) => string.Join(' ', MemoryMarshal.Cast<byte, uint>(bytes).ToArray().Select((word, at) => (word, at)).Where(word => word.word != 0)
        .Select(word => FormattableString.Invariant($"{word.at * 4}:{word.word:x8}")));
}
