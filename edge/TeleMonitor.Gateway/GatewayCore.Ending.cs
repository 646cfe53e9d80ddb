using TeleMonitor.Gateway.Outbox;

namespace TeleMonitor.Gateway;

// the end of a loan (design.md rule 11): what waits goes first, then the devices are forgotten, then all that is kept, and one item says so
internal sealed partial class GatewayCore
{
    /// <summary>Finding that stands while a loan ends.</summary>
    public const string LoanEnding = "loan/ending";

    private bool ending, endedBySettings;

    private void BeginToEnd()
    {
        ending = setup.Ending.Count > 0;
        if (ending)
        {
            Find(LoanEnding, $"the loan of assignment {string.Join(", ", setup.Ending)} is over: what waits is delivered, then all of it is wiped");
        }
    }

    /// <summary>The hub's signed settings say that the loan of somebody who is served here is over: the gateway is opened anew, to end it.</summary>
    /// <exception cref="OutboxException">It could not be written down; tried again.</exception>
    private void EndBySettings()
    {
        int[] over = endedBySettings || taken is not { } profile ? [] : [.. profile.Ended.Intersect(setup.Serving)];
        if (over.Length > 0)
        {
            setup.LoanEnds(over);
            endedBySettings = true;
            setup.Say($"{setup.Gateway}: signed settings say that the loan of assignment {string.Join(", ", over)} is over");
        }
    }

    /// <summary>Ends the loan once the hub has everything and vouches for it on this connection.</summary>
    /// <exception cref="OutboxException">Nothing was wiped; tried again.</exception>
    private void EndTheLoan(DateTimeOffset wall)
    {
        if (!ending || asked.Count > 0 || !sender.HubHasAll || !setup.Unbonded()) // what waits for an answer may be of whoever leaves
        {
            return;
        }
        if (findings.IsOpen(SqliteOutbox.Foreign))
        {
            Find(LoanEnding, "the loan cannot end: a file of another gateway lies here unsent; its items are not this one's to delete. Take the card out and let support look");
            return;
        }
        if (findings.Wipe(setup.Ending, setup.Serving, wall))
        {
            ending = false;
            ForgetProfile();
            setup.Say($"{setup.Gateway}: the loan of assignment {string.Join(", ", setup.Ending)} is over and wiped");
        }
        sendSoon(); // the item that says so, or the next portion
    }
}
