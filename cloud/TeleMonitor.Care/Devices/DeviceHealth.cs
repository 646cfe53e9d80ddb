namespace TeleMonitor.Care.Devices;

/// <summary>By what a gateway was heard last.</summary>
public enum HeardBy : byte
{
    /// <summary>Not at all: only that it was registered is known.</summary>
    Registered,
    /// <summary>Its status, each minute while it is connected.</summary>
    Status,
    /// <summary>A batch of readings or alerts.</summary>
    Batch,
    /// <summary>It connected to the broker. A retained message that the broker only repeats does not count.</summary>
    Presence,
}

/// <summary>How a gateway stands, as far as can be proved.</summary>
public enum DeviceState : byte
{
    /// <summary>Heard within <see cref="DeviceRules.ShownAfter"/>.</summary>
    Well,
    /// <summary>Not heard for longer. Shown, nothing else: an unplugged router is no matter for support yet.</summary>
    NotHeard,
    /// <summary>Not heard for <see cref="DeviceRules.FindingAfter"/> of proved time: a finding to support.</summary>
    Silent,
    /// <summary>Not heard lately, but hub and broker were not proved up either: nothing can be said about the gateway.</summary>
    Unproved,
    /// <summary>No assignment runs: it may be silent.</summary>
    NotInUse,
}

/// <summary>What is known of when a gateway was heard.</summary>
/// <param name="By">By what.</param>
/// <param name="At">Hub time.</param>
/// <param name="AtProved">The clock of silence at that time.</param>
/// <param name="OfflineAt">When the broker said that its connection is gone; null while it did not.</param>
/// <param name="SilentAt">When its silence became a finding; null while there is none.</param>
public sealed record Heard(HeardBy By, DateTimeOffset At, TimeSpan AtProved, DateTimeOffset? OfflineAt = null, DateTimeOffset? SilentAt = null);

/// <summary>A state with what it rests on.</summary>
/// <param name="State">The state.</param>
/// <param name="Evidence">What it was judged by.</param>
/// <param name="Age">Time since it was heard.</param>
/// <param name="Silence">That part of it for which hub and broker were proved up.</param>
public sealed record DeviceHealth(DeviceState State, Heard Evidence, TimeSpan Age, TimeSpan Silence);

/// <summary>Is a gateway well, and how do we know (design.md section 8, Silence). Pure.</summary>
public static class DeviceRules
{
    /// <summary>Shown as not heard from here on. Source: design.md section 8.</summary>
    public static readonly TimeSpan ShownAfter = TimeSpan.FromMinutes(3);

    /// <summary>A finding to support from here on. Source: design.md section 8.</summary>
    public static readonly TimeSpan FindingAfter = TimeSpan.FromMinutes(60);

    /// <summary>A gateway that is heard all the time is written down at most this often: a third of <see cref="ShownAfter"/>.</summary>
    public static readonly TimeSpan WrittenEvery = TimeSpan.FromMinutes(1);

    /// <summary>Judges a gateway.</summary>
    /// <param name="heard">What is known.</param>
    /// <param name="inUse">True while an assignment of it runs.</param>
    /// <param name="clock">The clock of silence now.</param>
    /// <param name="now">Hub time now.</param>
    public static DeviceHealth Judge(Heard heard, bool inUse, SilenceClock clock, DateTimeOffset now)
    {
        TimeSpan silence = clock.Proved - heard.AtProved, age = now - heard.At;
        return new DeviceHealth(StateOf(heard, inUse, silence, age), heard, age, silence);
    }

    private static DeviceState StateOf(Heard heard, bool inUse, TimeSpan silence, TimeSpan age) => heard switch
    {
        _ when !inUse => DeviceState.NotInUse,
        // a finding stands until the gateway is heard, whatever the clocks say
        _ when heard.SilentAt is not null || silence >= FindingAfter => DeviceState.Silent,
        _ when silence >= ShownAfter => DeviceState.NotHeard,
        _ when heard.By != HeardBy.Registered && age < ShownAfter => DeviceState.Well,
        _ => DeviceState.Unproved,
    };
}
