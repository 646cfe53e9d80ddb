using TeleMonitor.Gateway.Outbox;

namespace TeleMonitor.Simulation;

/// <summary>
/// The safety property S9, about presses of the help button: a home says "sent" of what the hub has stored and of nothing else, and says
/// "not sent" in time. And that in the end every press that was accepted is at the hub.
/// </summary>
internal sealed class HelpChecks(World world, SimHub hub, IReadOnlyList<SimHome> homes, Checks checks)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>After a gateway's uplink has moved.</summary>
    public void Uplink(SimHome home)
    {
        // what only a replaced card knew, no program can say; and an alert of a citizen who has given the kit back is put aside
        if (home.Urgent is not { } says || checks.IsCardReplaced || checks.HasPutAside(home.Gateway))
        {
            return;
        }
        foreach (Call call in home.Calls.Where(call => !checks.HasHelp(home.Gateway, call.Boot, call.Tick)))
        {
            if (says == UrgentState.Sent)
            {
                throw new BrokenException("S9", $"{home.Name} says sent, and the help press at {call.Boot} {call.Tick} is not stored");
            }
            if (world.Now - call.At > UrgentRules.Patience + Grace && says != UrgentState.NotSent)
            {
                throw new BrokenException("S9", $"{home.Name} says {says} of a help press made {world.Now - call.At} ago that the hub does not have");
            }
        }
    }

    /// <summary>In the end every press is stored, with its case (L2).</summary>
    public void Settled()
    {
        foreach (SimHome home in homes.Where(home => !checks.IsCardReplaced && !IsPutAside(home)))
        {
            foreach (Call call in home.Calls)
            {
                if (hub.Database.One<long>("select count(*) from item where gateway = $1 and boot = $2 and tick = $3 and code = 'alert/help'", home.Gateway, call.Boot, call.Tick) == 0)
                {
                    throw new BrokenException("L2", $"the help press of {home.Name} at {call.Boot} {call.Tick} never came");
                }
            }
        }
    }

    private bool IsPutAside(SimHome home) => hub.Database.One<long>("select count(*) from quarantine where lane = 'alert' and gateway = $1", home.Gateway) > 0;
}

/// <summary>A help item that a card has accepted.</summary>
internal readonly record struct Call(string Boot, long Tick, TimeSpan At);
