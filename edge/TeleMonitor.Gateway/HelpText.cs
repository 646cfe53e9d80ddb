using TeleMonitor.Gateway.Outbox;

namespace TeleMonitor.Gateway;

/// <summary>What the citizen is told about a Red or the help button. HelpText.resx is Danish, HelpText.en.resx English.</summary>
internal static class HelpText
{
    private static readonly TextFile Texts = new("HelpText");

    /// <summary>All that is to be said, in order; works offline.</summary>
    /// <param name="state">How the newest Red or help press stands.</param>
    /// <param name="calls">Whom to call.</param>
    /// <param name="helpButton">False where the plan leaves the button out.</param>
    public static IReadOnlyList<TextLine> Of(UrgentState state, IReadOnlyList<CallNumber> calls, bool helpButton)
    {
        var lines = new List<TextLine>();
        if (state != UrgentState.Nothing)
        {
            lines.Add(Texts.Line(new UrgentStanding(state).Word));
        }
        if (state == UrgentState.NotSent)
        {
            lines.AddRange(calls.Count == 0 ? [Texts.Line("no-number")] : calls.Select(call => Texts.Line("call", call.Label, call.Number)));
        }
        lines.Add(Texts.Line(helpButton ? "not-emergency" : "left-out"));
        return lines;
    }
}
