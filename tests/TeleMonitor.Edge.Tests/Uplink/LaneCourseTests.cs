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
    [InlineData(4, 0.5, 48)]
    [InlineData(int.MaxValue, 0.5, 48)]
    [InlineData(int.MaxValue, 0.999999, 60)]
    public void A_wait_doubles_from_five_seconds_to_a_minute_and_is_spread_by_a_quarter(int times, double die, double seconds) =>
        Assert.Equal(seconds, LaneCourse.Wait(LaneCourse.FirstTimeout, times, die).TotalSeconds, precision: 3);

    [Fact]
    public void A_batch_with_room_waits_half_a_second_after_the_one_before_and_a_full_one_does_not()
    {
        LaneCourse course = LaneCourse.Start(Batch.MaxItems);
        Assert.True(course.PacedUntil(1) <= Now); // the first goes at once
        course = course.Sent(7, 1, 1, Now, 0.5).Answered(Now + TimeSpan.FromMilliseconds(20));
        Assert.Equal(Now + LaneCourse.Pace, course.PacedUntil(1));
        Assert.Equal(Now + LaneCourse.Pace, course.PacedUntil(Batch.MaxItems - 1));
        Assert.True(course.PacedUntil(Batch.MaxItems) <= Now);
        Assert.True((course with { MaxItems = 1 }).PacedUntil(1) <= Now); // a link that takes only small batches is not slowed down further
    }

    [Fact]
    public void A_lane_with_a_batch_under_way_may_not_send()
    {
        LaneCourse sent = LaneCourse.Start(Batch.MaxItems).Sent(7, 1, 500, Now, 0.5);
        Assert.False(sent.MaySend(Now + TimeSpan.FromDays(1)));
        Assert.True(sent.Answered(Now).MaySend(Now));
        Assert.True(sent.NoReceipt(Now).MaySend(Now));
        Assert.False(sent.NobodyListens(Now, 0.5).MaySend(Now));
    }

    [Fact]
    public void Batches_grow_back_after_receipts_and_never_beyond_the_limit()
    {
        LaneCourse course = LaneCourse.Start(Batch.MaxItems).Parked(Now, LaneCourse.AskAgain);
        for (int i = 0; i < 12; i++)
        {
            Assert.Equal(Math.Min(1 << i, Batch.MaxItems), course.MaxItems);
            course = course.Answered(Now);
        }
    }

    [Fact]
    public void Sizes_follow_what_is_answered_in_time()
    {
        LaneCourse Receipt(LaneCourse course, double seconds) => course.Sent(1, 1, course.MaxItems, Now, 0.5).Answered(Now + TimeSpan.FromSeconds(seconds));
        LaneCourse course = LaneCourse.Start(500);
        Assert.Equal(250, Receipt(course, 3).MaxItems);
        Assert.Equal(250, Receipt(Receipt(course, 3), 2).MaxItems);
        Assert.Equal(500, Receipt(Receipt(course, 3), 0.1).MaxItems);
        Assert.Equal([62, 7, 1, 1], Unanswered(course, 4).Select(one => one.MaxItems));
        Assert.Equal(16, Receipt(LaneCourse.Start(16), 0.1).MaxItems); // a small lane stays small
    }

    private static IEnumerable<LaneCourse> Unanswered(LaneCourse course, int times)
    {
        for (int i = 0; i < times; i++)
        {
            yield return course = course.Sent(i + 1, 1, course.MaxItems, Now, 0.5).NoReceipt(Now);
        }
    }

    [Theory]
    [InlineData(true, 5, true)]
    [InlineData(true, 4, false)]
    [InlineData(true, 0, false)]
    [InlineData(false, 9, false)]
    public void One_item_is_given_up_only_when_broker_and_hub_were_both_there_each_time(bool taken, int answers, bool expected)
    {
        LaneCourse course = LaneCourse.Start(500) with { MaxItems = 1 };
        for (int i = 0; i < 40; i++)
        {
            Assert.True(!course.GivesUp || i >= LaneCourse.GiveUpAfter);
            course = course.Sent(i + 1, 1, 1, Now, 0.5);
            course = taken ? course.Taken() : course;
            course = course.HubLives(answers).NoReceipt(Now);
        }
        Assert.Equal(expected, course.GivesUp);
        Assert.False(course.Answered(Now).GivesUp);
    }

    [Fact]
    public void One_item_alone_stays_one_item_however_often_it_goes_unanswered()
    {
        LaneCourse course = LaneCourse.Start(Batch.MaxItems);
        for (int i = 0; i < 40; i++)
        {
            course = course.Sent(i + 1, 1, Math.Min(course.MaxItems, 3), Now, 0.5).NoReceipt(Now);
            Assert.InRange(course.MaxItems, 1, Batch.MaxItems);
        }
        Assert.Equal(1, course.MaxItems);
    }
}
