using System.Globalization;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Edge.Tests.Readings;

public sealed class HundredthsTests
{
    [Theory]
    [InlineData(36.05, 3605, 3605)]
    [InlineData(0.1 + 0.2, 30, 31)] // 0.30000000000000004: more digits, so both neighbours
    [InlineData(37.949, 3794, 3795)]
    [InlineData(-0.001, -1, 0)]
    [InlineData(1e6, 100_000_000, 100_000_000)]
    public void A_number_is_taken_from_its_shortest_decimal_text(double value, int low, int high)
    {
        Assert.True(Hundredths.TryFrom(value, out Hundredths hundredths));
        Assert.Equal(new Hundredths(low, high), hundredths);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e7)]
    [InlineData(-1e300)]
    public void What_cannot_be_held_is_refused_and_never_clamped(double value) => Assert.False(Hundredths.TryFrom(value, out _));

    [Fact]
    public void Every_hundredth_of_the_clinical_range_reads_back_exactly()
    {
        for (int value = 0; value <= 40_000; value++)
        {
            Assert.True(Hundredths.TryFrom(double.Parse((value / 100m).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), out Hundredths read));
            Assert.Equal(new Hundredths(value, value), read);
        }
    }

    /// <summary>Whole hundredths are told without writing the text; every other double near them still is.</summary>
    [Fact]
    public void A_double_gives_what_its_shortest_text_gives_on_and_beside_every_hundredth()
    {
        for (int value = -2000; value <= 40_000; value++)
        {
            double exact = value / 100d;
            foreach (double near in new[] { exact, Math.BitIncrement(exact), Math.BitDecrement(exact), exact + 0.005, exact + 1e-9 })
            {
                Assert.True(Hundredths.TryFrom(near, out Hundredths quick));
                Assert.True(Hundredths.TryParse(System.Text.Encoding.ASCII.GetBytes(near.ToString("R", CultureInfo.InvariantCulture)), out Hundredths text));
                Assert.Equal(text, quick);
            }
        }
    }

    [Theory]
    [InlineData("36.05", 3605, 3605)]
    [InlineData("999999.99", 99_999_999, 99_999_999)]
    [InlineData("1000000", 100_000_000, 100_000_000)]
    [InlineData("007", 700, 700)]
    [InlineData("36.050", 3605, 3605)]
    [InlineData("36.051", 3605, 3606)]
    [InlineData("-0.5", -50, -50)]
    [InlineData("3.6e1", 3600, 3600)]
    [InlineData(".5", 50, 50)]
    [InlineData("5.", 500, 500)]
    public void Plain_and_unusual_text_are_read_alike(string text, int low, int high)
    {
        Assert.True(Hundredths.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out Hundredths read));
        Assert.Equal(new Hundredths(low, high), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("36,5")]
    [InlineData("1000001")]
    [InlineData("12a")]
    public void Text_that_is_no_number_within_the_limit_is_refused(string text) =>
        Assert.False(Hundredths.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out _));
}
