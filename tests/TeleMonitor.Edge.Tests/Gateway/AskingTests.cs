using FsCheck;
using FsCheck.Fluent;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>Two citizens and a cuff that tells nobody apart: whatever happens in whatever order, each value is once on whom was named, or once on nobody.</summary>
public sealed class AskingTests
{
    private enum Event
    {
        Arrive,
        ArriveRed,
        SevenSaysMine,
        EightSaysMineOfTheNewest,
        NotOurs,
        StrangerSaysMine,
        SaidTwice,
        ThreeMinutes,
        ElevenMinutes,
        ProgramStarts,
        MachineStarts,
        PowerFailsBeforeTheCommit,
    }

    private static readonly Event[] All = Enum.GetValues<Event>();

    [Fact]
    public void Every_short_history_puts_each_value_once_on_the_citizen_who_was_named_or_once_on_nobody()
    {
        int histories = 0;
        foreach (Event first in (Event[])[Event.Arrive, Event.ArriveRed])
        {
            for (int code = 0; code < All.Length * All.Length * All.Length; code++)
            {
                new Home().Live([first, All[code % All.Length], All[code / All.Length % All.Length], All[code / All.Length / All.Length]]);
                histories++;
            }
        }
        Assert.Equal(2 * 12 * 12 * 12, histories);
    }

    [Fact]
    public void Long_histories_do_the_same_with_more_bursts_than_may_wait() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(60),
        Prop.ForAll(Gen.ArrayOf(Gen.Frequency((6, Gen.Constant(Event.Arrive)), (4, Gen.Elements(All)))).Resize(150).ToArbitrary(), history => new Home().Live(history)));

    [Fact]
    public void A_claimed_value_keeps_its_time_is_judged_with_the_citizens_others_and_says_how_it_became_theirs()
    {
        var home = new Home();
        home.Do(Event.ArriveRed);
        home.Wait(1);
        home.Do(Event.EightSaysMineOfTheNewest);
        AlertItem alert = Assert.Single(home.Kept.OfType<AlertItem>());
        Assert.Equal((8, "red", Home.Noon.AddMinutes(1)), (alert.Assignment, alert.Triage, alert.At));
        Assert.All(home.Kept.OfType<ReadingItem>(), reading => Assert.Equal((8, Home.Noon, "good"), (reading.Assignment, reading.At, reading.Grade)));
        Assert.All(alert.Inputs, input => Assert.Equal(60, input.AgeSeconds));
    }

    [Fact]
    public void A_red_that_nobody_claims_goes_out_after_two_minutes_for_everybody_and_once()
    {
        var home = new Home();
        home.Do(Event.ArriveRed);
        home.Wait(1.9);
        Assert.Empty(home.Kept);
        home.Wait(0.2);
        AlertItem alert = Assert.Single(home.Kept.OfType<AlertItem>());
        Assert.Equal((0, "red"), (alert.Assignment, alert.Triage));
        home.Wait(300);
        Assert.Single(home.Kept.OfType<AlertItem>());
    }

    [Fact]
    public void In_a_home_of_one_or_without_a_page_nothing_waits()
    {
        foreach ((bool two, bool asks) in new[] { (false, true), (true, false) })
        {
            var items = new List<OutboxItem>();
            long tick = 0;
            var rules = new HomeRules(JudgedHome.Settings, two ? [JudgedHome.Settings with { Assignment = 8 }] : [], "boot-1", () => ++tick, asks);
            rules.Take(0, new Burst([JudgedHome.Number(Vital.Pulse, 70)]), TimeSpan.FromMinutes(1), Home.Noon, items);
            Assert.Single(items);
            Assert.Empty(rules.Waiting.Waiting);
        }
    }

    /// <summary>Rules, and a store that keeps what was committed. Beside it a ledger of whose each value must be.</summary>
    private sealed class Home
    {
        public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

        private static readonly JudgeSettings Seven = JudgedHome.TobsOnly with { Assignment = 7 }, Eight = JudgedHome.TobsOnly with { Assignment = 8 };

        private readonly Dictionary<int, RuleState> states = [];
        private readonly Dictionary<double, (DateTimeOffset At, int? Whose)> ledger = []; // by the temperature that names a burst
        private readonly List<OutboxItem> pending = [];
        private HomeRules rules;
        private TimeSpan rule = TimeSpan.FromHours(2);
        private DateTimeOffset wall = Noon;
        private WhoseAnswer? last;
        private long tick;
        private int boot = 1, bursts;

        public Home() => rules = Start();

        /// <summary>What was committed.</summary>
        public List<Item> Kept { get; } = [];

        public void Live(IEnumerable<Event> history)
        {
            Event[] told = [.. history];
            foreach (Event one in told)
            {
                Do(one);
            }
            Wait(11);
            string story = string.Join(' ', told);
            ReadingItem[] temperatures = [.. Kept.OfType<ReadingItem>().Where(reading => reading.Code == VitalCode.Of(Vital.Temperature).Code)];
            Assert.True(ledger.Keys.Order().SequenceEqual(temperatures.Select(reading => reading.Value!.Value).Order()), $"{story}: not each value once");
            Assert.All(temperatures, reading =>
            {
                (DateTimeOffset at, int? whose) = ledger[reading.Value!.Value];
                Assert.True((whose ?? 0) == reading.Assignment, $"{story}: on {reading.Assignment}, said was {whose}");
                Assert.Equal((at, whose is null, "good"), (reading.At, !reading.Reasons.Contains(GradeReason.Claimed), reading.Grade));
            });
            Assert.True(Kept.OfType<AlertItem>().Count(alert => alert.Assignment == 0) == temperatures.Count(reading => reading.Assignment == 0 && IsRed(reading.Value!.Value)), story);
            Assert.Empty(rules.Waiting.Waiting);
        }

        public void Do(Event what)
        {
            switch (what)
            {
                case Event.Arrive or Event.ArriveRed:
                    double name = 36 + ((what == Event.ArriveRed ? 500 : 0) + ++bursts) / 1000.0;
                    Measured[] values = [JudgedHome.Number(Vital.Temperature, name), .. what == Event.ArriveRed ? new[] { JudgedHome.Number(Vital.Respiration, 36) } : []];
                    rules.Take(0, new Burst(values), rule, wall, pending);
                    ledger.Add(name, (wall, null));
                    break;
                case Event.SevenSaysMine:
                    Answer(Oldest, 7);
                    break;
                case Event.EightSaysMineOfTheNewest:
                    Answer(Newest, 8);
                    break;
                case Event.NotOurs:
                    Answer(Oldest, null);
                    break;
                case Event.StrangerSaysMine:
                    rules.Answer(new WhoseAnswer(Oldest?.Number ?? 1, 9), rule, wall, pending);
                    break;
                case Event.SaidTwice when last is not null:
                    rules.Answer(last, rule, wall, pending);
                    rules.Answer(last with { Assignment = 8 }, rule, wall, pending);
                    break;
                case Event.ThreeMinutes:
                    Wait(3);
                    break;
                case Event.ElevenMinutes:
                    Wait(11);
                    break;
                case Event.MachineStarts:
                    (boot, rule) = (boot + 1, TimeSpan.FromSeconds(30));
                    wall += TimeSpan.FromSeconds(40);
                    rules = Start();
                    break;
                case Event.ProgramStarts:
                    rules = Start();
                    break;
                case Event.PowerFailsBeforeTheCommit:
                    rules.Take(0, new Burst([JudgedHome.Number(Vital.Temperature, 35.5)]), rule, wall, pending); // never accepted
                    if (Oldest is { } waits)
                    {
                        rules.Answer(new WhoseAnswer(waits.Number, 7), rule, wall, pending);
                    }
                    pending.Clear();
                    rules = Start();
                    break;
            }
            Commit();
        }

        public void Wait(double minutes)
        {
            (rule, wall) = (rule + TimeSpan.FromMinutes(minutes), wall + TimeSpan.FromMinutes(minutes));
            if (rules.NextDue <= rule)
            {
                rules.Pass(rule, wall, pending);
            }
            Commit();
        }

        private WaitingBurst? Oldest => rules.Waiting.Waiting is [var first, ..] ? first : null;

        private WaitingBurst? Newest => rules.Waiting.Waiting is [.., var latest] ? latest : null;

        private static bool IsRed(double name) => name > 36.5;

        private void Answer(WaitingBurst? waits, int? whose)
        {
            if (waits is null)
            {
                return;
            }
            last = new WhoseAnswer(waits.Number, whose);
            rules.Answer(last, rule, wall, pending);
            double name = waits.Burst.Values[0].Value!.Value;
            ledger[name] = ledger[name] with { Whose = whose };
        }

        private HomeRules Start()
        {
            var started = new HomeRules(Seven, [Eight], $"boot-{boot}", () => ++tick, asks: true);
            Assert.True(started.Resume(states.GetValueOrDefault, TimeSpan.FromDays(1000), new WallTime(rule, wall, WallTime.Synchronised, WallTime.ByNtp, null)));
            return started;
        }

        private void Commit()
        {
            foreach ((int assignment, RuleState state) in rules.Changed)
            {
                states[assignment] = state;
            }
            Kept.AddRange(pending.Select(item => WireItems.TryRead(item.Bytes, out Item? read, out string problem) ? read! : throw new InvalidOperationException(problem)));
            pending.Clear();
            rules.Committed();
        }
    }
}
