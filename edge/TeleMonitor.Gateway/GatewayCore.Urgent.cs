using TeleMonitor.Gateway.Outbox;

namespace TeleMonitor.Gateway;

// a Red or a help press without the hub's receipt: nobody is left believing that somebody comes
internal sealed partial class GatewayCore
{
    private const string HelpLeftOut = "help/left-out";

    private readonly UrgentWatch watch;
    private volatile UrgentStanding urgent = UrgentStanding.None;

    /// <summary>How the newest Red or help press stands.</summary>
    public UrgentStanding Urgent => urgent;

    /// <summary>Looks at the receipts, and tells light and buzzer when the state changes.</summary>
    /// <returns>How long until time alone changes it; null when it does not.</returns>
    private TimeSpan? LookAtUrgent()
    {
        (UrgentState before, UrgentStanding stands) = (urgent.State, StandingNow());
        urgent = stands;
        if (stands.State != before)
        {
            setup.Signal(stands);
            if (stands.State == UrgentState.NotSent || before == UrgentState.NotSent)
            {
                setup.Say($"{setup.Gateway}: {(before == UrgentState.NotSent ? "the hub's receipt of the alert has come after all" : "an alert has no receipt of the hub: the home is told to call the number")}");
            }
        }
        return stands.Left;
    }

    private UrgentStanding StandingNow()
    {
        (long microseconds, DateTimeOffset wall) = (setup.Identity.Microseconds, setup.Identity.Now().At);
        try
        {
            return watch.Look(setup.Identity.Boot, microseconds, wall);
        }
        catch (OutboxException unread)
        {
            setup.Say($"{setup.Gateway}: {unread.Message}");
            // what waited when it could be read still waits, and its time runs
            return urgent.State is UrgentState.Waiting ? UrgentRules.Judge(urgent.Item, null, setup.Identity.Boot, microseconds, wall) : urgent;
        }
    }

    /// <summary>What cannot be stored cannot be sent either: its time runs all the same.</summary>
    private void KeepUrgent()
    {
        if (rules.Urgent is { } made)
        {
            watch.NotCommitted(made);
            sendSoon();
        }
    }

    /// <summary>Not an alert, and not silence: who pressed is told that it calls nobody, and support that it was pressed.</summary>
    private void SayHelpIsLeftOut() => Find(HelpLeftOut, "the help button was pressed, and the plan leaves it out: nobody was called");
}
