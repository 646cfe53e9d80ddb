namespace TeleMonitor.Gateway.Sensors.Gpio;

/// <summary>What a step of <see cref="PressRules"/> found.</summary>
internal enum PressReason : byte
{
    /// <summary>Nothing that anybody need know.</summary>
    Nothing,
    /// <summary>The button was pressed: one event for each press, however long it is held.</summary>
    Pressed,
    /// <summary>It was let go.</summary>
    Released,
    /// <summary>A touch shorter than a hand can make: the contact bounced, or something disturbed the line.</summary>
    Bounce,
    /// <summary>An edge that the line itself contradicts; some chips give one when a line is first watched.</summary>
    Spurious,
    /// <summary>It has been down for so long that it cannot be a hand: told once; it helps nobody until it is free.</summary>
    Stuck,
    /// <summary>The contact does not come to rest. It counts as a press, since a bad contact under a hand looks the same, and as a fault.</summary>
    Chatter,
}

/// <summary>How long things take. Not clinical: they describe contacts and hands.</summary>
internal sealed record PressTimes
{
    /// <summary>Contact must rest so long to be believed. Bounce of push buttons is commonly 1 to 10 ms; a quick tap is 50 ms and more.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromMilliseconds(20);
    /// <summary>How long an edge that the line contradicts is waited for.</summary>
    public TimeSpan Doubt { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>Held so long it is stuck.</summary>
    public TimeSpan Stuck { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>Restless so long it chatters.</summary>
    public TimeSpan Chatter { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>All that is remembered of a button.</summary>
/// <param name="Down">Pressed, as far as anybody was told.</param>
/// <param name="Contact">Last known contact.</param>
/// <param name="Since">When the contact last changed.</param>
/// <param name="DownSince">When the present press began.</param>
/// <param name="Doubted">The line contradicted the edge that made <paramref name="Contact"/> true.</param>
/// <param name="Restless">Since when the contact has not rested; null when it rests.</param>
/// <param name="Told">Stuck or chatter has been told.</param>
internal readonly record struct PressState(
    bool Down, bool Contact, TimeSpan Since, TimeSpan DownSince, bool Doubted = false, TimeSpan? Restless = null, bool Told = false);

/// <summary>
/// From edges, samples and time to presses; pure. A press is never decided by an edge alone: the contact must have rested, by the edges' own
/// times, so that a gateway that was busy for a second decides the same. Where edges were lost a press too many is better than one too few.
/// </summary>
internal static class PressRules
{
    /// <summary>Begins to watch. A button that is down already is no press: nobody saw it go down; it may become stuck.</summary>
    /// <param name="contact">The line now; null when it cannot be read.</param>
    /// <param name="at">Now.</param>
    public static PressState Begin(bool? contact, TimeSpan at) => new(contact is true, contact is true, at, at);

    /// <summary>An edge came.</summary>
    /// <param name="state">State.</param>
    /// <param name="contact">True when the line became active.</param>
    /// <param name="lost">True when events before it never came.</param>
    /// <param name="at">The edge's own time.</param>
    /// <param name="times">How long things take.</param>
    public static (PressState State, PressReason Reason) Edge(PressState state, bool contact, bool lost, TimeSpan at, PressTimes times)
    {
        if (state is { Down: true, Contact: false } && at - state.Since >= times.Settle)
        {
            state = state with { Down = false, Told = false, Restless = null }; // it was let go before anybody looked
        }
        if (contact && state.Contact && !state.Doubted)
        {
            return (state.Down || at >= state.Since ? state : state with { Since = at }, PressReason.Nothing); // a sample was quicker
        }
        if (!contact && !state.Contact)
        {
            return lost && !state.Down ? (state with { Down = true, Since = at, DownSince = at }, PressReason.Pressed) // its beginning is among what was lost
                : (state, PressReason.Bounce); // too short for the kernel to see both edges
        }
        TimeSpan rested = at - state.Since;
        TimeSpan? restless = rested >= times.Settle ? at : state.Restless ?? at;
        PressState next = state with { Contact = contact, Since = at, Doubted = false, Restless = restless };
        if (!contact && !state.Down && rested >= times.Settle)
        {
            return (next with { Down = true, DownSince = state.Since }, PressReason.Pressed); // over before anybody looked
        }
        bool chatters = !state.Down && at - restless >= times.Chatter;
        return chatters ? (next with { Down = true, DownSince = at, Told = true }, PressReason.Chatter)
            : (next, !contact && !state.Down ? PressReason.Bounce : PressReason.Nothing);
    }

    /// <summary>The line was read. It heals what edges missed, and casts doubt on an edge that it contradicts.</summary>
    public static PressState Sample(PressState state, bool contact, TimeSpan at) =>
        contact == state.Contact ? state with { Doubted = false }
        : contact || state.Down ? state with { Contact = contact, Since = at, Doubted = false }
        : state with { Doubted = true };

    /// <summary>Time passed.</summary>
    public static (PressState State, PressReason Reason) Pass(PressState state, TimeSpan at, PressTimes times)
    {
        TimeSpan rested = at - state.Since;
        if (state.Contact != state.Down && state.Doubted)
        {
            return rested < times.Doubt ? (state, PressReason.Nothing)
                : (state with { Contact = false, Since = at, Doubted = false, Restless = null }, PressReason.Spurious);
        }
        if (rested < times.Settle)
        {
            return (state, PressReason.Nothing);
        }
        PressState calm = state with { Restless = null };
        if (state.Contact != state.Down)
        {
            return state.Contact ? (calm with { Down = true, DownSince = state.Since, Told = false }, PressReason.Pressed)
                : (calm with { Down = false, Told = false }, PressReason.Released);
        }
        return state is { Down: true, Told: false } && at - state.DownSince >= times.Stuck ? (calm with { Told = true }, PressReason.Stuck)
            : (calm, PressReason.Nothing);
    }

    /// <summary>When time alone may bring something; null: never.</summary>
    public static TimeSpan? Due(PressState state, PressTimes times) =>
        state.Contact != state.Down ? state.Since + (state.Doubted ? times.Doubt : times.Settle)
        : state.Restless is not null ? state.Since + times.Settle
        : state is { Down: true, Told: false } ? state.DownSince + times.Stuck
        : null;
}
