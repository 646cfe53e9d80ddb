using FsCheck;
using FsCheck.Fluent;
using TeleMonitor.Gateway.Sensors.Wired;

namespace TeleMonitor.Edge.Tests.Sensors.Wired;

public sealed class KernelDevicesTests : IDisposable
{
    private readonly SysFolder sys = new();

    public void Dispose() => sys.Dispose();

    private KernelRead Thermometer => new KernelDevices(sys.Root).Read("iio", "mlx90614", "in_temp_object");

    private KernelRead Chip => new KernelDevices(sys.Root).Read("hwmon", "tmp102", "temp1");

    [Theory]
    [InlineData("15451", "-13657.5", "0.02", "35.87")] // what a binary float makes of it is 35.870000000000005
    [InlineData("15451", "-13657.500000", "20", "35870")]
    [InlineData("15701", "-13657.5", "0.02", "40.87")]
    [InlineData("0", "-13657.5", "0.02", "-273.15")]
    [InlineData("36600", "0", "1", "36600")]
    [InlineData("7", "0", "0.062500000", "0.4375")]
    public void A_scaled_number_is_exactly_what_the_texts_say(string raw, string offset, string scale, string expected)
    {
        decimal Number(string text) => KernelRead.TryNumber(text + "\n", out decimal number) ? number : throw new FormatException(text);
        Assert.Equal(decimal.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), KernelRead.Scaled(Number(raw), Number(offset), Number(scale)));
    }

    [Fact]
    public void A_thermometer_is_found_by_its_name_and_read_in_degrees()
    {
        sys.Plug("iio", 0, "bmp280", ("in_temp_object_raw", "1\n"), ("in_temp_object_scale", "1\n"));
        sys.PlugThermometer(3);
        Assert.Equal((35.87m, KernelFault.None), (Thermometer.Value!.Value, Thermometer.Fault));
    }

    [Fact]
    public void A_sensor_that_comes_back_under_another_number_is_found_and_the_one_with_its_old_number_is_not_taken_for_it()
    {
        sys.PlugThermometer(0);
        Assert.Equal(35.87m, Thermometer.Value);
        sys.Unplug("iio", 0);
        Assert.Equal((null, KernelFault.NotFound), (Thermometer.Value, Thermometer.Fault));
        sys.Plug("iio", 0, "mlx90632", ("in_temp_object_raw", "99\n"), ("in_temp_object_scale", "1\n"));
        Assert.Equal((null, KernelFault.NotFound), (Thermometer.Value, Thermometer.Fault));
        sys.PlugThermometer(7, "15701\n");
        Assert.Equal(40.87m, Thermometer.Value);
    }

    [Fact]
    public void Two_devices_of_one_name_are_not_guessed_between()
    {
        sys.PlugThermometer(0);
        sys.PlugThermometer(1, "15701\n");
        Assert.Equal((null, KernelFault.Ambiguous), (Thermometer.Value, Thermometer.Fault));
        Assert.Contains("2 devices are called mlx90614", Thermometer.Place, StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_machine_without_any_such_bus_it_says_what_was_looked_for()
    {
        Assert.Equal((null, KernelFault.NotFound), (Thermometer.Value, Thermometer.Fault));
        Assert.Contains("no device is called mlx90614", Thermometer.Place, StringComparison.Ordinal);
        Assert.Contains("hwmon", Chip.Place, StringComparison.Ordinal);
        Assert.Empty(new KernelDevices(sys.Root).All());
    }

    [Theory]
    [InlineData("in_temp_object_raw")]
    [InlineData("in_temp_scale")]
    [InlineData("in_temp_offset")]
    public void An_error_of_the_driver_is_never_a_value(string file)
    {
        SysFolder.Break(sys.PlugThermometer(0), file);
        Assert.Equal((null, KernelFault.Failed), (Thermometer.Value, Thermometer.Fault));
        Assert.EndsWith(file, Thermometer.Place, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("nan\n")]
    [InlineData("inf\n")]
    [InlineData("0x3c5b\n")]
    [InlineData("1e3\n")]
    [InlineData("1,5\n")]
    [InlineData(" 15451\n")]
    [InlineData("15451\n\n")]
    [InlineData("15451 mC\n")]
    [InlineData("15451\n15452\n")]
    [InlineData("1000000000001\n")]
    [InlineData("99999999999999999999999999999999\n")]
    [InlineData("-\n")]
    [InlineData("1٣\n")] // an Arabic digit
    public void Text_that_is_no_plain_number_is_never_a_value(string text)
    {
        string folder = sys.PlugThermometer(0, text);
        Assert.Equal((null, KernelFault.NotANumber), (Thermometer.Value, Thermometer.Fault));
        SysFolder.Write(folder, "in_temp_object_raw", "15451\n");
        SysFolder.Write(folder, "in_temp_scale", text);
        Assert.Equal((null, KernelFault.NotANumber), (Thermometer.Value, Thermometer.Fault));
        SysFolder.Write(folder, "in_temp_scale", "20\n");
        SysFolder.Write(folder, "in_temp_offset", text);
        Assert.Equal((null, KernelFault.NotANumber), (Thermometer.Value, Thermometer.Fault));
    }

    [Fact]
    public void A_channels_own_scale_and_offset_go_before_those_it_shares()
    {
        string folder = sys.PlugThermometer(0);
        SysFolder.Write(folder, "in_temp_object_scale", "10\n");
        SysFolder.Write(folder, "in_temp_object_offset", "0\n");
        Assert.Equal(154.51m, Thermometer.Value);
        SysFolder.Break(folder, "in_temp_object_scale"); // and one that fails is not bypassed
        Assert.Equal((null, KernelFault.Failed), (Thermometer.Value, Thermometer.Fault));
    }

    [Fact]
    public void Without_an_offset_there_is_none_and_without_a_scale_there_is_no_value()
    {
        string folder = sys.Plug("iio", 0, "mlx90614", ("in_temp_object_raw", "1800\n"), ("in_temp_object_scale", "20\n"));
        Assert.Equal(36m, Thermometer.Value);
        File.Delete(Path.Combine(folder, "in_temp_object_scale"));
        Assert.Equal((null, KernelFault.NotFound), (Thermometer.Value, Thermometer.Fault));
    }

    [Fact]
    public void A_driver_that_reckons_itself_is_read_in_thousandths_and_a_raw_file_that_fails_is_not_bypassed()
    {
        string folder = sys.Plug("iio", 0, "mlx90614", ("in_temp_object_input", "36610\n"));
        Assert.Equal(36.61m, Thermometer.Value);
        SysFolder.Break(folder, "in_temp_object_raw");
        Assert.Equal((null, KernelFault.Failed), (Thermometer.Value, Thermometer.Fault));
    }

    [Theory]
    [InlineData("75000\n", "75")]
    [InlineData("37437\n", "37.437")]
    [InlineData("-62\n", "-0.062")]
    public void A_hwmon_sensor_gives_thousandths_of_a_degree(string text, string expected)
    {
        sys.Plug("hwmon", 2, "tmp102", ("temp1_input", text));
        Assert.Equal(decimal.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), Chip.Value);
    }

    [Fact]
    public void A_hwmon_sensor_that_calls_itself_faulty_gives_no_value_though_a_number_stands_there()
    {
        string folder = sys.Plug("hwmon", 2, "tmp102", ("temp1_input", "25000\n"), ("temp1_fault", "0\n"));
        Assert.Equal(25m, Chip.Value);
        SysFolder.Write(folder, "temp1_fault", "1\n");
        Assert.Equal((null, KernelFault.SensorFault), (Chip.Value, Chip.Fault));
        SysFolder.Break(folder, "temp1_fault");
        Assert.Equal((null, KernelFault.Failed), (Chip.Value, Chip.Fault));
    }

    [Theory]
    [InlineData(2, "not-found")]
    [InlineData(5, "failed")]
    [InlineData(6, "not-found")]
    [InlineData(11, "timed-out")]
    [InlineData(13, "denied")]
    [InlineData(16, "timed-out")]
    [InlineData(19, "not-found")]
    [InlineData(74, "failed")]
    [InlineData(110, "timed-out")]
    [InlineData(121, "failed")]
    [InlineData(0, "failed")]
    [InlineData(-1, "failed")]
    public void Each_error_of_the_kernel_has_a_word_and_none_is_a_value(int errno, string word) => Assert.Equal(word, KernelRead.WordOf(KernelRead.FaultOf(errno)));

    [Fact]
    public void What_stands_on_the_bus_can_be_listed()
    {
        sys.PlugThermometer(1);
        sys.Plug("hwmon", 0, "cpu_thermal", ("temp1_input", "48000\n"));
        Assert.Equal([("iio", "mlx90614"), ("hwmon", "cpu_thermal")], new KernelDevices(sys.Root).All().Select(device => (device.Bus, device.Name)));
    }

    [Fact]
    public void Any_text_gives_a_number_of_just_these_digits_or_none() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(ArbMap.Default.ArbFor<string?>(), text =>
            text is null || !KernelRead.TryNumber(text, out decimal number) || decimal.Parse(text.TrimEnd('\n'), System.Globalization.CultureInfo.InvariantCulture) == number));

    [Fact]
    public void Any_whole_number_of_any_driver_comes_back_digit_for_digit() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(ArbMap.Default.ArbFor<int>(), raw =>
            KernelRead.TryNumber($"{raw}\n", out decimal number) && number == raw && KernelRead.Scaled(number, 0, 1) / 1000m * 1000m == raw));
}
