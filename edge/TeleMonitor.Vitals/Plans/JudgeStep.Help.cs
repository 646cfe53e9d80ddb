using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Vitals.Plans;

// the help button: the first press goes at once, those soon after it are said together, and none is forgotten
internal sealed partial class JudgeStep
{
    /// <summary>One press. Where the plan leaves the button out it says nothing here; the gateway says that it does.</summary>
    public void PressHelp()
    {
        if (!settings.HelpButton)
        {
            return;
        }
        if (state.Help is { } window)
        {
            state = state with { Help = window with { Presses = window.Presses == int.MaxValue ? int.MaxValue : window.Presses + 1 } };
            return;
        }
        SendHelp(presses: 1);
    }

    /// <summary>Says what joined the last press when the time for joining is over; of another boot at once.</summary>
    public void SayJoinedHelp()
    {
        if (state.Help is not { } window || now.RuleTime < window.Until)
        {
            return;
        }
        state = state with { Help = null };
        if (window.Presses > 0)
        {
            SendHelp(window.Presses);
        }
    }

    private void SendHelp(int presses)
    {
        items.Add(new LaneItem(WireWord.AlertLane, ItemWriter.Help(settings, now, nextTick(), presses, state.Open ?? state.Last, ScoresOf(state.Open ?? state.Last), state.Open is not null)));
        state = state with { Help = new HelpWindow(now.RuleTime + settings.HelpJoins, 0) };
    }

    private Score[] ScoresOf(MeasuredSet? set) => set is null ? new Score[settings.Charts.Count] : JudgeSet(set).Scores;
}
