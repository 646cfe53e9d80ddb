using System.Text;
using TeleMonitor.Gateway;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>Questions about whose a measurement is: how long, how many, whose they may become, and over a reboot.</summary>
public sealed class WaitingBurstsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly Burst Calm = new([JudgedHome.Number(Vital.Pulse, 70)]);

    [Theory]
    [InlineData(false, 9 * 60 + 59, 1)]
    [InlineData(false, 10 * 60, 0)]
    [InlineData(true, 2 * 60 - 1, 1)] // a Red waits no longer than one may stay unsent
    [InlineData(true, 2 * 60, 0)]
    public void A_question_is_over_after_its_time_and_not_before(bool looksRed, int seconds, int left)
    {
        WaitingBursts waits = Ask(WaitingBursts.Empty, 5, looksRed);
        waits = waits.Expire(Moment(5).RuleTime + TimeSpan.FromSeconds(seconds), out IReadOnlyList<EndedQuestion> ended);
        Assert.Equal((left, 1 - left, left == 0), (waits.Waiting.Count, ended.Count, waits.Unclaimed));
        Assert.All(ended, one => Assert.Equal((null, QuestionEnd.Unanswered), (one.Assignment, one.End)));
        Assert.Equal(left == 0 ? null : Moment(5).RuleTime + TimeSpan.FromMinutes(looksRed ? 2 : 10), waits.NextDue);
    }

    [Fact]
    public void The_oldest_makes_room_and_is_nobodys_when_too_many_wait()
    {
        WaitingBursts waits = WaitingBursts.Empty;
        for (int number = 1; number <= WaitingBursts.Most; number++)
        {
            waits = waits.Ask(Calm, [7, 8], false, Moment(number / 100.0), out EndedQuestion? none);
            Assert.Null(none);
        }
        waits = waits.Ask(Calm, [7, 8], false, Moment(1), out EndedQuestion? ended);
        Assert.Equal((1, null, QuestionEnd.Crowded), (ended!.Value.Burst.Number, ended.Value.Assignment, ended.Value.End));
        Assert.Equal((WaitingBursts.Most, 2, 33, true), (waits.Waiting.Count, waits.Waiting[0].Number, waits.Last, waits.Unclaimed));
        Assert.True(WaitingBursts.TryRead(waits.Write(), out _));
    }

    [Theory]
    [InlineData(1, 7, nameof(QuestionEnd.Claimed))]
    [InlineData(1, null, nameof(QuestionEnd.NotOurs))]
    [InlineData(1, 9, null)] // was not asked about: lives here since, or nowhere
    [InlineData(2, 7, null)] // never asked
    public void An_answer_ends_its_question_once_and_only_for_whom_it_was_asked(int number, int? whose, string? expected)
    {
        WaitingBursts asked = Ask(WaitingBursts.Empty, 1), left = asked.Answer(new WhoseAnswer(number, whose), out EndedQuestion? ended);
        Assert.Equal((expected, expected is null ? 1 : 0), (ended?.End.ToString(), left.Waiting.Count));
        Assert.Equal(expected is null ? null : whose, ended?.Assignment);
        left.Answer(new WhoseAnswer(number, 8), out EndedQuestion? again);
        Assert.Null(expected is null ? null : again);
        Assert.Equal(2, Ask(left, 2).Last); // a number is never given twice
    }

    [Theory]
    [InlineData(3, 7)] // the wall clock says how long it was off
    [InlineData(300, 0)]
    [InlineData(-60, 0)] // it went back: nobody knows, so it is over
    public void Over_a_reboot_a_question_waits_for_the_rest_of_its_time(double minutesOff, double minutesLeft)
    {
        WaitingBursts kept = Ask(WaitingBursts.Empty, 50);
        var start = new Moment("boot-2", TimeSpan.FromSeconds(20), Noon.AddMinutes(50 + minutesOff));
        WaitingBursts again = kept.In(start, [7, 8]);
        Assert.Equal(start.RuleTime + TimeSpan.FromMinutes(minutesLeft), again.NextDue);
        Burst judged = again.Waiting[0].Judged(new Moment("boot-2", start.RuleTime + TimeSpan.FromMinutes(1), start.Wall.AddMinutes(1)), claimed: true);
        Assert.Equal(TimeSpan.FromMinutes(Math.Max(0, minutesOff + 1)), judged.Waited);
        Assert.Equal(again.NextDue, again.In(start with { Wall = start.Wall.AddYears(-1) }, [7, 8, 9]).NextDue); // in its own boot the wall clock says nothing
        Assert.True(again.In(start, [7]).NextDue <= start.RuleTime); // somebody has left
    }

    [Fact]
    public void Within_a_boot_a_wall_clock_that_is_set_changes_nothing()
    {
        WaitingBurst waits = Ask(WaitingBursts.Empty, 1).Waiting[0];
        Assert.Equal(TimeSpan.FromMinutes(4), waits.Judged(new Moment("boot-1", TimeSpan.FromMinutes(5), Noon.AddYears(3)), claimed: false).Waited);
    }

    [Fact]
    public void What_is_written_reads_back_and_only_a_claimed_value_gets_the_remark()
    {
        Measured odd = JudgedHome.Number(Vital.Pulse, double.NaN) with { Special = "not-reached", SensorAt = "2026-11-22T03:10:00", SensorNow = "2026-11-22T03:11:00", Doubts = [GradeReason.Motion] };
        WaitingBursts waits = WaitingBursts.Empty.Ask(new Burst([odd, JudgedHome.Number(Vital.Temperature, 36.05) with { Site = Site.Ear }]), [7, 8], true, Moment(3), out _);
        Assert.True(WaitingBursts.TryRead(waits.Write(), out WaitingBursts read));
        WaitingBurst one = Assert.Single(read.Waiting);
        Assert.Equal((waits.Boot, waits.Last, waits.NextDue, true), (read.Boot, read.Last, read.NextDue, one.LooksRed));
        Assert.Equal([7, 8], one.Among);
        Assert.Equal((Moment(3).Wall, "boot-1"), (one.Wall, one.Boot));
        Assert.Equal((odd.Value, odd.Special, odd.SensorAt, odd.SensorNow), (one.Burst.Values[0].Value, one.Burst.Values[0].Special, one.Burst.Values[0].SensorAt, one.Burst.Values[0].SensorNow));
        Assert.Equal((36.05, Site.Ear), (one.Burst.Values[1].Value, one.Burst.Values[1].Site));
        Assert.Equal([GradeReason.Motion, GradeReason.Claimed], one.Judged(Moment(4), claimed: true).Values[0].Doubts);
        Assert.Equal([GradeReason.Motion], one.Judged(Moment(4), claimed: false).Values[0].Doubts);
    }

    [Fact]
    public void Bytes_that_are_no_such_state_are_refused_and_never_thrown_at()
    {
        byte[] good = Ask(Ask(WaitingBursts.Empty, 1), 2).Write();
        string text = Encoding.UTF8.GetString(good);
        string[] bad =
        [
            "", "null", "[]", "{\"Waiting\":[null]}", text[..^1], text.Replace("\"Number\":2", "\"Number\":1", StringComparison.Ordinal), text.Replace("\"Last\":2", "\"Last\":1", StringComparison.Ordinal),
            text.Replace("\"Values\":[{", "\"Values\":[null,{", StringComparison.Ordinal), text.Replace("2026-11-22", "0001-01-01", StringComparison.Ordinal),
            text.Replace("\"Asked\":\"00:01:00\"", "\"Asked\":\"10675199.02:48:05.4775807\"", StringComparison.Ordinal), text.Replace("\"Among\":[7,8]", "\"Among\":null", StringComparison.Ordinal),
        ];
        Assert.All(bad, one =>
        {
            Assert.False(WaitingBursts.TryRead(Encoding.UTF8.GetBytes(one), out WaitingBursts state), one);
            Assert.Same(WaitingBursts.Empty, state);
        });
        for (int at = 0; at < good.Length; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] flipped = [.. good];
                flipped[at] ^= (byte)(1 << bit);
                if (WaitingBursts.TryRead(flipped, out WaitingBursts state))
                {
                    // whatever it says now, it can be gone on with
                    state.In(Moment(60) with { Boot = "boot-2" }, [7, 8]).Expire(TimeSpan.FromDays(40000), out IReadOnlyList<EndedQuestion> ended);
                    Assert.All(ended, one => one.Burst.Judged(Moment(60) with { Boot = "boot-2" }, claimed: true));
                }
            }
        }
    }

    private static WaitingBursts Ask(WaitingBursts waits, double minutes, bool looksRed = false) => waits.Ask(Calm, [7, 8], looksRed, Moment(minutes), out _);

    private static Moment Moment(double minutes) => new("boot-1", TimeSpan.FromMinutes(minutes), Noon.AddMinutes(minutes));
}
