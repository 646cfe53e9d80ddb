using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Outbox;

/// <summary>An item on its way into the outbox.</summary>
/// <param name="Lane">alert, reading or status.</param>
/// <param name="Tick">Tick of the item; with boot and code its identity.</param>
/// <param name="Code">Code of the item.</param>
/// <param name="Bytes">The exact bytes that will stand on the wire; at most <see cref="WireItems.MaxItemBytes"/>.</param>
public readonly record struct OutboxItem(string Lane, long Tick, string Code, byte[] Bytes);

/// <summary>What the rules remember about one assignment.</summary>
/// <param name="Bytes">The rules' own form.</param>
/// <param name="RuleTime">Rule time of the last step. Rule time goes on from here after a restart, so that it never goes back.</param>
public sealed record RuleState(byte[] Bytes, TimeSpan RuleTime);

/// <summary>Everything that one or more steps of the rules gave: stored wholly or not at all.</summary>
public sealed class OutboxCommit
{
    /// <summary>Boot, clock state and versions of all items of this commit.</summary>
    public required BatchContext Context { get; init; }
    /// <summary>Items of any lanes, in the order in which they shall be numbered.</summary>
    public required IReadOnlyList<OutboxItem> Items { get; init; }
    /// <summary>Newest tick given out; 0 leaves the stored one.</summary>
    public long LastTick { get; init; }
    /// <summary>Assignment whose rule state this is; not used without <see cref="State"/>.</summary>
    public int Assignment { get; init; }
    /// <summary>The rules' state after the last step; null leaves the stored one.</summary>
    public RuleState? State { get; init; }
}

/// <summary>How one lane stands.</summary>
/// <param name="Lane">Lane.</param>
/// <param name="Last">Number of the newest item; 0 before the first. Never goes down, also when everything was delivered.</param>
/// <param name="LastChain">Chain at <paramref name="Last"/>.</param>
/// <param name="Through">The hub has committed everything up to here.</param>
/// <param name="Hub">Hub of the last receipt that counted; null before the first.</param>
/// <param name="Refused">Items of this lane in the hub's quarantine.</param>
/// <param name="ReceiptAt">The hub's time in that receipt.</param>
public sealed record LaneStanding(string Lane, long Last, Chain LastChain, long Through, string? Hub, long Refused, DateTimeOffset? ReceiptAt)
{
    /// <summary>Items not yet receipted.</summary>
    public long Waiting => Last - Through;
}

/// <summary>Consecutive items of one lane under one context, as they go into a batch.</summary>
/// <param name="Lane">Lane.</param>
/// <param name="First">Number of the first item.</param>
/// <param name="Before">Chain before the first.</param>
/// <param name="After">Chain at the last.</param>
/// <param name="Context">Context of all of them.</param>
/// <param name="Items">Their exact bytes.</param>
public sealed record OutboxBatch(string Lane, long First, Chain Before, Chain After, BatchContext Context, IReadOnlyList<ReadOnlyMemory<byte>> Items)
{
    /// <summary>Number of the last item.</summary>
    public long Last => First + Items.Count - 1;
}

/// <summary>How far the notices of a hub are kept.</summary>
/// <param name="Hub">The hub; null before the first notice.</param>
/// <param name="Through">Number of the newest one kept; 0 before the first.</param>
public readonly record struct NoticeStanding(string? Hub, long Through);

/// <summary>A notice as kept.</summary>
/// <param name="Hub">The hub that numbered it.</param>
/// <param name="Number">Its number.</param>
/// <param name="Notice">Its content.</param>
public sealed record KeptNotice(string Hub, long Number, Notice Notice);

/// <summary>Something about this gateway that a person should see; no health data.</summary>
/// <param name="Code">Stable code: <c>uplink/unknown</c>, <c>lane/reading/chain</c>, ….</param>
/// <param name="Text">One sentence.</param>
/// <param name="Since">Wall time at which it began.</param>
public sealed record OpenFinding(string Code, string Text, DateTimeOffset Since);

/// <summary>
/// Loses nothing: keeps every item in order per lane until the hub's receipt, and the rules' state with it. Two sides: an SQLite
/// file and the simulation's disk. Safe to call from the gateway's loop and its uplink at the same time.
/// </summary>
/// <remarks>A call that returns has made its effect durable, <see cref="Remember"/> alone excepted; a call that throws <see cref="OutboxException"/> had none.</remarks>
public interface IOutboxStore : IDisposable
{
    /// <summary>Random id of this outbox, 16 hex digits, given at its creation.</summary>
    string Id { get; }

    /// <summary>Stores items, tick and rule state in one transaction and numbers the items from the lane's last number + 1.</summary>
    /// <exception cref="OutboxException">Nothing was stored; the same commit may be tried again.</exception>
    void Commit(OutboxCommit commit);

    /// <summary>The rule state of an assignment; null when there is none.</summary>
    RuleState? ReadState(int assignment);

    /// <summary>Newest tick of this boot; 0 when the last commit was under another boot.</summary>
    long LastTick(string boot);

    /// <summary>Number of the next connection of this boot, from 1; counted durably.</summary>
    long NextConnection(string boot);

    /// <summary>How a lane stands.</summary>
    LaneStanding Standing(string lane);

    /// <summary>The items after <paramref name="after"/> that fit one batch and one context; null when there are none.</summary>
    /// <param name="lane">Lane.</param>
    /// <param name="after">Number before the first wanted.</param>
    /// <param name="maxItems">1 to <see cref="Batch.MaxItems"/>.</param>
    OutboxBatch? ReadBatch(string lane, long after, int maxItems);

    /// <summary>Chain at a number: zero at 0; null when the lane does not hold it (any more).</summary>
    Chain? ChainAt(string lane, long number);

    /// <summary>
    /// Remembers a receipt: the lane now stands at its <c>through</c>, whether that is higher or lower than before. Durable with the
    /// next other change or <see cref="Save"/>; lost in between, items only go once more and the hub drops the copies.
    /// </summary>
    void Remember(string lane, string hub, long through, long refused, DateTimeOffset at);

    /// <summary>Makes remembered receipts durable; false when all were.</summary>
    bool Save();

    /// <summary>Drops receipted items of the time before, by the hub's clock; returns how many.</summary>
    long Forget(DateTimeOffset before);

    /// <summary>How far notices are kept.</summary>
    NoticeStanding Notices { get; }

    /// <summary>Keeps notices numbered upward from <paramref name="first"/> and moves the standing to the last of them.</summary>
    void Keep(string hub, long first, IReadOnlyList<Notice> notices);

    /// <summary>The newest notices kept, newest first.</summary>
    IReadOnlyList<KeptNotice> ReadNotices(int count);

    /// <summary>Opens a finding or renews its sentence; a null text closes it.</summary>
    void SetFinding(string code, string? text, DateTimeOffset now);

    /// <summary>Findings that are open, oldest first.</summary>
    IReadOnlyList<OpenFinding> ReadFindings();

    /// <summary>Latest time that another machine vouched for, for checking certificates on a machine whose clock is unset; null before the first.</summary>
    DateTimeOffset? TrustedTime { get; }
}

/// <summary>The outbox could not be opened, read or written; the message names the file and what to do.</summary>
public sealed class OutboxException(string message, Exception? inner = null) : Exception(message, inner);
