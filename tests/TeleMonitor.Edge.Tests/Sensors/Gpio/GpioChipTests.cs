using TeleMonitor.Gateway.Sensors.Gpio;

namespace TeleMonitor.Edge.Tests.Sensors.Gpio;

public sealed class GpioChipTests : IDisposable
{
    private static readonly GpioChip Pi = new("/dev/gpiochip0", "gpiochip0", "pinctrl-bcm2711", [.. Enumerable.Range(0, 58).Select(number => $"GPIO{number}")]);
    private static readonly GpioChip Adapter = new("/dev/gpiochip1", "gpiochip1", "cp2112_gpio", ["", "", "", "", "", "", "", ""]);

    private readonly DirectoryInfo devices = Directory.CreateTempSubdirectory("dev-test-");

    public void Dispose() => devices.Delete(recursive: true);

    [Fact]
    public void A_line_is_found_by_its_name()
    {
        Assert.Null(GpioChip.Choose([Adapter, Pi], new LinePlace("GPIO17"), out string path, out uint offset));
        Assert.Equal(("/dev/gpiochip0", 17u), (path, offset));
    }

    [Theory]
    [InlineData("cp2112_gpio")]
    [InlineData("gpiochip1")]
    public void A_line_is_found_by_label_or_name_of_its_chip_and_its_number(string chip)
    {
        Assert.Null(GpioChip.Choose([Pi, Adapter], new LinePlace(Chip: chip, Offset: 7), out string path, out uint offset));
        Assert.Equal(("/dev/gpiochip1", 7u), (path, offset));
    }

    [Fact]
    public void A_line_that_is_not_there_is_told_with_the_chips_that_are()
    {
        foreach (LinePlace place in new[] { new LinePlace("CALL_BUTTON"), new LinePlace(Chip: "cp2112_gpio", Offset: 8), new LinePlace(Chip: "gpio-sim", Offset: 0) })
        {
            LineFault fault = GpioChip.Choose([Pi, Adapter], place, out _, out _)!;
            Assert.Equal(("not-found", $"no line {place}; chips are gpiochip0 'pinctrl-bcm2711' with 58 lines, gpiochip1 'cp2112_gpio' with 8 lines"), (fault.Word, fault.Why));
        }
    }

    [Fact]
    public void Two_lines_of_one_name_or_two_chips_of_one_label_are_not_guessed_between()
    {
        GpioChip second = Adapter with { Path = "/dev/gpiochip2", Name = "gpiochip2" };
        Assert.Equal("ambiguous", GpioChip.Choose([Adapter, second], new LinePlace(Chip: "cp2112_gpio", Offset: 0), out _, out _)!.Word);
        Assert.Equal("ambiguous", GpioChip.Choose([Pi, Pi with { Path = "/dev/gpiochip4" }], new LinePlace("GPIO2"), out _, out _)!.Word);
        Assert.Null(GpioChip.Choose([Adapter, second], new LinePlace(Chip: "gpiochip2", Offset: 0), out string path, out _));
        Assert.Equal("/dev/gpiochip2", path);
    }

    [Fact]
    public void A_machine_without_any_chip_says_so_in_one_sentence()
    {
        foreach (string folder in new[] { devices.FullName, Path.Combine(devices.FullName, "none") })
        {
            Assert.Null(GpioLine.OpenInput(folder, new LinePlace("GPIO17"), out LineFault? fault));
            Assert.Equal(("not-found", $"no {folder}/gpiochipN: this machine has no GPIO, its driver is not loaded, or the adapter is unplugged"), (fault!.Word, fault.Why));
        }
    }

    [Fact]
    public void A_file_that_is_no_chip_is_told_with_the_kernels_own_words()
    {
        string file = Path.Combine(devices.FullName, "gpiochip0");
        File.WriteAllText(file, "");
        Assert.Null(GpioLine.OpenOutput(devices.FullName, new LinePlace("GPIO17"), out LineFault? fault));
        Assert.Equal("failed", fault!.Word);
        Assert.StartsWith(file + ": ", fault.Why, StringComparison.Ordinal);
        Assert.EndsWith("(25)", fault.Why, StringComparison.Ordinal); // ENOTTY
    }

    [Theory]
    [InlineData(13, "denied", "group gpio")]
    [InlineData(16, "busy", "holds it")]
    [InlineData(19, "not-found", "(19)")]
    [InlineData(5, "failed", "(5)")]
    public void Each_error_of_the_kernel_has_a_word_and_says_what_to_do(int errno, string word, string part)
    {
        LineFault fault = GpioChip.FaultOf(errno, "here");
        Assert.Equal(word, fault.Word);
        Assert.Contains(part, fault.Why, StringComparison.Ordinal);
    }
}
