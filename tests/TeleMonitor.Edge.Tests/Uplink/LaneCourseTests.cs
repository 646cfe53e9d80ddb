using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Uplink;

public sealed class LaneCourseTests
{
    private static readonly TimeSpan Now = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(0, 0.0, 3.75)]
    [InlineData(0, 0.999999, 6.25)]
    [InlineData(1, 0.5, 10)]
    [InlineData(3, 0.5, 40)]
    [InlineData(4, 0.5, 60)]
    [InlineData(int.MaxValue, 0.5, 60)]
    public void A_wait_doubles_from_five_seconds_to_a_minute_and_is_spread_by_a_quarter(int times, double die, double seconds) =>
        Assert.Equal(seconds, LaneCourse.Wait(LaneCourse.FirstTimeout, times, die).TotalSeconds, precision: 3);

    [Fact]
    public void A_lane_with_a_batch_under_way_may_not_send()
    {
        LaneCourse sent = LaneCourse.Start.Sent(7, 1, 500, Now, 0.5);
        Assert.False(sent.MaySend(Now + TimeSpan.FromDays(1)));
        Assert.True(sent.Answered(Now).MaySend(Now));
        Assert.True(sent.NoReceipt(Now).MaySend(Now));
        Assert.False(sent.NobodyListens(Now, 0.5).MaySend(Now));
    }

    [Fact]
    public void Batches_grow_back_after_receipts_and_never_beyond_the_limit()
    {
        LaneCourse course = LaneCourse.Start.Parked(Now);
        for (int i = 0; i < 12; i++)
        {
            Assert.Equal(Math.Min(1 << i, Batch.MaxItems), course.MaxItems);
            course = course.Answered(Now);
        }
    }

    [Fact]
    public void One_item_alone_stays_one_item_however_often_it_goes_unanswered()
    {
        LaneCourse course = LaneCourse.Start;
        for (int i = 0; i < 40; i++)
        {
            course = course.Sent(i + 1, 1, Math.Min(course.MaxItems, 3), Now, 0.5).NoReceipt(Now);
            Assert.InRange(course.MaxItems, 1, Batch.MaxItems);
        }
        Assert.Equal(1, course.MaxItems);
    }
}
