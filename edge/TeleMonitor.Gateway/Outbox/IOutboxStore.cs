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
public sealed record OutboxCommit
{
    /// <summary>Boot, clock state and versions of all items of this commit.</summary>
    public required BatchContext Context { get; init; }
    /// <summary>Items of any lanes, in the order in which they shall be numbered.</summary>
    public required IReadOnlyList<OutboxItem> Items { get; init; }
    /// <summary>Newest tick given out; 0 leaves the stored one.</summary>
    public long LastTick { get; init; }
    /// <summary>The rules' state after the last step, of each assignment that took one; the others' stays as it is stored.</summary>
    public IReadOnlyList<(int Assignment, RuleState State)> States { get; init; } = [];
    /// <summary>Findings that begin, get another sentence or are over.</summary>
    public IReadOnlyList<FindingChange> Findings { get; init; } = [];
}

/// <summary>A change of one local finding.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Text">One sentence; null when it is over.</param>
/// <param name="At">Wall time.</param>
public readonly record struct FindingChange(string Code, string? Text, DateTimeOffset At);

/// <summary>One item that takes the numbers of others: thinned readings, or what is gone.</summary>
/// <param name="First">First number that it takes.</param>
/// <param name="Through">Last number that it takes.</param>
/// <param name="Item">The item; its lane is the lane.</param>
/// <param name="Context">Its boot, clock state and versions.</param>
public sealed record OutboxRange(long First, long Through, OutboxItem Item, BatchContext Context);

/// <summary>How one lane stands.</summary>
/// <param name="Lane">Lane.</param>
/// <param name="Last">Number of the newest item; 0 before the first. Never goes down under one outbox id, also when everything was delivered.</param>
/// <param name="LastChain">Chain at <paramref name="Last"/>.</param>
/// <param name="Through">The hub has committed everything up to here.</param>
/// <param name="Hub">Hub of the last receipt that counted; null before the first.</param>
/// <param name="Refused">Items of this lane in the hub's quarantine.</param>
/// <param name="ReceiptAt">The hub's time in that receipt.</param>
public sealed record LaneStanding(string Lane, long Last, Chain LastChain, long Through, string? Hub, long Refused, DateTimeOffset? ReceiptAt)
{
    /// <summary>Items not yet receipted.</summary>
    public long Waiting => Last - Through;
    /// <summary>Numbers up to here are no longer kept; 0 when all are. Never above <see cref="Through"/> of some hub.</summary>
    public long Forgotten { get; init; }
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
    /// <summary>For one item that stands for a range: the last number it takes. Null for ordinary items.</summary>
    public long? Through { get; init; }
    /// <summary>Number of the last item.</summary>
    public long Last => Through ?? First + Items.Count - 1;
}

/// <summary>What an outbox takes of its disk limit.</summary>
/// <param name="Used">Bytes: pages in use, log and reserve.</param>
/// <param name="Limit">Bytes allowed; 0 when nobody said.</param>
/// <param name="Thinned">Items that were thinned since the file was made.</param>
public readonly record struct DiskUse(long Used, long Limit, long Thinned);

/// <summary>How far the notices of a hub are kept.</summary>
/// <param name="Hub">The hub; null before the first notice.</param>
/// <param name="Through">Number of the newest one kept; 0 before the first.</param>
public readonly record struct NoticeStanding(string? Hub, long Through);

/// <summary>A notice as kept.</summary>
/// <param name="Hub">The hub that numbered it.</param>
/// <param name="Number">Its number.</param>
/// <param name="Notice">Its content.</param>
public sealed record KeptNotice(string Hub, long Number, Notice Notice);

/// <summary>The bundle of settings that was taken last.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Hash">SHA-256 of its bytes, hex.</param>
/// <param name="Bundle">Its bytes; null once a loan has ended: what was of the citizen is gone, and the version still only rises.</param>
/// <param name="TakenAt">Wall time.</param>
public sealed record KeptProfile(int Version, string Hash, byte[]? Bundle, DateTimeOffset TakenAt);

/// <summary>A key that has followed the one of set-up.</summary>
/// <param name="Role">Whose: approver, hub.</param>
/// <param name="InsteadOf">SHA-256 of the key of set-up, hex: where another one stands there now, that one counts.</param>
/// <param name="Key">The key, SubjectPublicKeyInfo.</param>
public sealed record PinnedKey(string Role, string InsteadOf, byte[] Key);

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
    /// <summary>Random id of this outbox, 16 hex digits, given at its creation and anew by <see cref="Renew"/>.</summary>
    string Id { get; }

    /// <summary>Stores items, tick and rule state in one transaction and numbers the items from the lane's last number + 1.</summary>
    /// <exception cref="OutboxException">Nothing was stored; the same commit may be tried again.</exception>
    /// <exception cref="OutboxFullException">The same, for want of room. What the status lane carries still fits then.</exception>
    void Commit(OutboxCommit commit);

    /// <summary>The rule state of an assignment; null when there is none.</summary>
    RuleState? ReadState(int assignment);

    /// <summary>Newest tick of this boot; 0 when the last commit was under another boot.</summary>
    long LastTick(string boot);

    /// <summary>Number of the next connection of this boot, from 1; counted durably.</summary>
    long NextConnection(string boot);

    /// <summary>How a lane stands.</summary>
    LaneStanding Standing(string lane);

    /// <summary>
    /// The items after <paramref name="after"/> that fit one batch and one context; null when there are none, or the next is no longer kept.
    /// An item that stands for a range comes alone, also when <paramref name="after"/> lies inside its range: its batch then begins before.
    /// </summary>
    /// <param name="lane">Lane.</param>
    /// <param name="after">Number before the first wanted.</param>
    /// <param name="maxItems">1 to <see cref="Batch.MaxItems"/>.</param>
    /// <exception cref="DamagedItemException">The first item wanted is not what was committed.</exception>
    OutboxBatch? ReadBatch(string lane, long after, int maxItems);

    /// <summary>Chain at a number: zero at 0; null when the lane does not hold it (any more), or it lies inside a range.</summary>
    Chain? ChainAt(string lane, long number);

    /// <summary>
    /// Remembers a receipt: the lane now stands at its <c>through</c>, whether that is higher or lower than before. Durable with the
    /// next other change or <see cref="Save"/>; lost in between, items only go once more and the hub drops the copies.
    /// </summary>
    /// <param name="lane">Lane.</param>
    /// <param name="hub">The hub.</param>
    /// <param name="through">What it has committed; at most the lane's last number.</param>
    /// <param name="chain">The hub's chain at <paramref name="through"/>: what the next batch begins with.</param>
    /// <param name="refused">What it refused.</param>
    /// <param name="at">Its time.</param>
    void Remember(string lane, string hub, long through, Chain chain, long refused, DateTimeOffset at);

    /// <summary>Makes remembered receipts durable; false when all were.</summary>
    bool Save();

    /// <summary>Drops items receipted before the day of this moment, by the hub's clock, oldest first; returns how many.</summary>
    /// <param name="before">The moment; <see cref="DateTimeOffset.MaxValue"/> for all that is receipted.</param>
    /// <param name="most">At most so many numbers of each lane, so that a call stays short.</param>
    long Forget(DateTimeOffset before, long most = long.MaxValue);

    /// <summary>
    /// Lets one item take the numbers of others in one transaction; the chain at its last number stays. With the tick of the item as
    /// the newest tick.
    /// </summary>
    /// <exception cref="ArgumentException">The lane never had these numbers, or the last one lies inside another range.</exception>
    void Cover(OutboxRange range);

    /// <summary>
    /// Goes on as another outbox, in one transaction: a new id; all that is kept is numbered from 1 with the chain from zero, its bytes
    /// unchanged, and goes again; no receipt is remembered. The rules' state stays. What the hub receipted proves nothing any more: two
    /// machines with one id and a hub that was put back without a word look alike from here, and sending twice costs only time.
    /// </summary>
    /// <param name="with">What is stored with it, as by <see cref="Commit"/>.</param>
    void Renew(OutboxCommit with);

    /// <summary>Assignments of which it remembers rules, lowest first: whose data may be here.</summary>
    IReadOnlyList<int> Assignments { get; }

    /// <summary>
    /// Ends loans (design.md rule 11): goes on as another outbox that is empty. Items, notices, findings, the settings where nobody goes on, and the rules of everyone who does
    /// not go on are overwritten and gone; how far notices were kept stays, so that the hub does not send those of another citizen again.
    /// Nothing happens while something waits for its receipt; call again. What is much goes in several calls, oldest first.
    /// </summary>
    /// <param name="goOn">Assignments that go on; what is nobody's stays with them, and goes when there is none.</param>
    /// <param name="with">What the empty outbox begins with.</param>
    /// <returns>True when it is done.</returns>
    bool Wipe(IReadOnlyCollection<int> goOn, OutboxCommit with);

    /// <summary>How far notices are kept.</summary>
    NoticeStanding Notices { get; }

    /// <summary>Keeps notices numbered upward from <paramref name="first"/> and moves the standing to the last of them.</summary>
    void Keep(string hub, long first, IReadOnlyList<Notice> notices);

    /// <summary>The newest notices kept, newest first.</summary>
    IReadOnlyList<KeptNotice> ReadNotices(int count);

    /// <summary>The settings taken last; null before the first.</summary>
    KeptProfile? Profile { get; }

    /// <summary>Keys that have followed those of set-up, by role.</summary>
    IReadOnlyList<PinnedKey> PinnedKeys { get; }

    /// <summary>Takes settings, and the key that changes with them, in one transaction.</summary>
    void Keep(KeptProfile profile, PinnedKey? key);

    /// <summary>Findings that are open, oldest first.</summary>
    IReadOnlyList<OpenFinding> ReadFindings();

    /// <summary>What the outbox takes of its limit.</summary>
    DiskUse Disk { get; }

    /// <summary>Rows after a number as they are, for a decision about thinning; those of a range without an item.</summary>
    IReadOnlyList<ThinRow> ReadRows(string lane, long after, int count);

    /// <summary>Latest time that another machine vouched for, for checking certificates on a machine whose clock is unset; null before the first.</summary>
    DateTimeOffset? TrustedTime { get; }
}

/// <summary>The outbox could not be opened, read or written; the message names the file and what to do.</summary>
public class OutboxException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>There is no room: the limit is reached, or the disk is full.</summary>
public sealed class OutboxFullException(string message, Exception? inner = null) : OutboxException(message, inner);

/// <summary>The bytes of an item, or the chain kept with it, are no longer what was committed.</summary>
/// <param name="message">Names file, lane and number.</param>
/// <param name="number">Its number.</param>
/// <param name="hash">SHA-256 of the bytes as they are, hex.</param>
public sealed class DamagedItemException(string message, long number, string hash) : OutboxException(message)
{
    /// <summary>Its number in the lane.</summary>
    public long Number { get; } = number;

    /// <summary>SHA-256 of the bytes as they are, hex.</summary>
    public string Hash { get; } = hash;
}
