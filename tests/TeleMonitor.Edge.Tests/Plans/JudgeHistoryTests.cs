using System.Text;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Plans;

/// <summary>Every short history over a few events, and what must hold in each.</summary>
public sealed class JudgeHistoryTests
{
    private const int Length = 5;

    private enum Event
    {
        NormalRow, YellowRow, RedRow, PulseAlone, FastPulse, Unusable, Window, Reboot,
    }

    [Fact]
    public void In_every_short_history_what_is_said_is_the_same_with_the_state_written_and_read_between_any_two_steps()
    {
        foreach (Event[] history in Histories())
        {
            Assert.Equal(Text(Run(history, serialises: false)), Text(Run(history, serialises: true)));
        }
    }

    [Fact]
    public void In_every_short_history_the_rules_of_sets_and_alerts_hold()
    {
        foreach (Event[] history in Histories())
        {
            JudgedHome home = Run(history, serialises: false);
            string said = string.Join(' ', history);
            AssertScores(home, said);
            AssertAlerts(home, said);
        }
    }

    private static void AssertScores(JudgedHome home, string said)
    {
        ReadingItem[] readings = [.. home.Said.OfType<ReadingItem>()];
        foreach (IGrouping<string, ScoreItem> set in home.Said.OfType<ScoreItem>().GroupBy(score => score.Set, StringComparer.Ordinal))
        {
            Assert.True(set.Count() == 1, said + ": one set, one score item of the chart");
            Assert.Contains(readings, reading => reading.Set == set.Key);
            long? alert = set.Single().Alert;
            AlertItem? last = home.Said.OfType<AlertItem>().LastOrDefault(item => item.Kind is "alert" && item.Set == set.Key && item.Tick < set.Single().Tick);
            Assert.True(alert == last?.Tick, $"{said}: alert is {alert}, the set's last is {last?.Tick}");
            Assert.Equal(alert is { } && home.Said.FindIndex(item => item.Tick == alert) < home.Said.FindIndex(item => item is ScoreItem score && score.Set == set.Key), alert is not null);
        }
        Assert.DoesNotContain(readings, reading => (reading.Grade is "unusable") != (reading.Set is null));
    }

    private static void AssertAlerts(JudgedHome home, string said)
    {
        bool alerting = false;
        foreach (AlertItem alert in home.Said.OfType<AlertItem>())
        {
            Assert.True(alert.Kind is "cleared" ? alerting && alert.Triage is "green" : alert.Triage is "yellow" or "red", $"{said}: {alert.Kind} {alert.Triage}");
            Assert.True(alert.Kind is "cleared" || alert.Reasons.Count > 0, said);
            Assert.All(alert.Inputs, input => Assert.NotEqual("unusable", input.Grade));
            alerting = alert.Kind is not "cleared";
        }
        Assert.Equal(alerting, home.State.Alerting);
        bool red = home.State.Standing.Triage == Triage.Red;
        Assert.Equal(red || home.State.Open is not null, home.NextDue is not null);
    }

    private static IEnumerable<Event[]> Histories()
    {
        int kinds = Enum.GetValues<Event>().Length, count = (int)Math.Pow(kinds, Length);
        for (int number = 0; number < count; number += 3) // every third of 32,768: two cores are shared
        {
            var history = new Event[Length];
            for (int index = 0, rest = number; index < Length; index++, rest /= kinds)
            {
                history[index] = (Event)(rest % kinds);
            }
            yield return history;
        }
    }

    private static JudgedHome Run(Event[] history, bool serialises)
    {
        var home = new JudgedHome(JudgedHome.TobsOnly, serialises);
        double minutes = 0;
        foreach (Event next in history)
        {
            minutes += 4;
            switch (next)
            {
                case Event.NormalRow: home.Row(minutes, JudgedHome.Complete()); break;
                case Event.YellowRow: home.Row(minutes, JudgedHome.Complete(22)); break;
                case Event.RedRow: home.Row(minutes, JudgedHome.Complete(26)); break;
                case Event.PulseAlone: home.Reads(minutes, JudgedHome.Number(Vital.Pulse, 72)); break;
                case Event.FastPulse: home.Reads(minutes, JudgedHome.Number(Vital.Pulse, 112)); break;
                case Event.Unusable: home.Reads(minutes, JudgedHome.Number(Vital.Pulse, double.NaN) with { SensorAt = "t" }); break;
                case Event.Window: home.At(minutes += 31); break;
                case Event.Reboot: home.Reboots(1000 * (long)minutes); home.At(minutes); break; // ticks of boots differ here, so that a tick names one item
                default: throw new InvalidOperationException();
            }
        }
        return home;
    }

    private static string Text(JudgedHome home) => string.Join('\n', home.Said.Select(item => Encoding.UTF8.GetString(WireItems.Write(item)))) + home.NextDue;
}
