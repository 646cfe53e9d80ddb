using System.Globalization;
using System.Resources;
using TeleMonitor.Gateway.Outbox;

namespace TeleMonitor.Gateway;

/// <summary>What the citizen is told about a Red or the help button. HelpText.resx is Danish, HelpText.en.resx English.</summary>
internal static class HelpText
{
    private static readonly ResourceManager Texts = new("TeleMonitor.Gateway.HelpText", typeof(HelpText).Assembly);
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    /// <summary>All that is to be said, in order; works offline.</summary>
    /// <param name="state">How the newest Red or help press stands.</param>
    /// <param name="calls">Whom to call.</param>
    /// <param name="helpButton">False where the plan leaves the button out.</param>
    public static IReadOnlyList<HelpLine> Of(UrgentState state, IReadOnlyList<CallNumber> calls, bool helpButton)
    {
        var lines = new List<HelpLine>();
        if (state != UrgentState.Nothing)
        {
            lines.Add(Line(new UrgentStanding(state).Word));
        }
        if (state == UrgentState.NotSent)
        {
            lines.AddRange(calls.Count == 0 ? [Line("no-number")] : calls.Select(call => Line("call", call.Label, call.Number)));
        }
        lines.Add(Line(helpButton ? "not-emergency" : "left-out"));
        return lines;
    }

    private static HelpLine Line(string key, params object[] values) => new(
        string.Format(CultureInfo.InvariantCulture, Texts.GetString(key, CultureInfo.InvariantCulture)!, values),
        string.Format(CultureInfo.InvariantCulture, Texts.GetString(key, English)!, values));
}

/// <summary>One sentence for the citizen in both languages.</summary>
/// <param name="Danish">Shown first.</param>
/// <param name="English">Shown second.</param>
internal sealed record HelpLine(string Danish, string English);
