using System.Text.Json;
using System.Text.Json.Serialization;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Gateway;

/// <summary>What became of a question whose a measurement is.</summary>
internal enum QuestionEnd : byte
{
    /// <summary>Somebody said whose it is.</summary>
    Claimed,
    /// <summary>Somebody said that it is none of theirs.</summary>
    NotOurs,
    /// <summary>Nobody answered in time.</summary>
    Unanswered,
    /// <summary>Too many waited: the oldest made room.</summary>
    Crowded,
}

/// <summary>An answer, as it comes from the home's own page.</summary>
/// <param name="Number">Of the question.</param>
/// <param name="Assignment">Whose it is; null: nobody's of this home.</param>
internal sealed record WhoseAnswer(int Number, int? Assignment);

/// <summary>What a shared device gave without saying whose it is, until somebody says so.</summary>
/// <param name="Number">Names the question; rises, and is never given twice in one outbox.</param>
/// <param name="Asked">Rule time at which it came, of <see cref="WaitingBursts.Boot"/>; of an earlier boot rebased by the wall clock, below zero then.</param>
/// <param name="Wall">Wall time at which it came, as the gateway knew it then.</param>
/// <param name="Boot">Boot it came in.</param>
/// <param name="Among">The citizens who lived here when it came: it is one of theirs or nobody's, never a later one's (design.md rule 11).</param>
/// <param name="LooksRed">By its values alone it would be Red: it waits less long.</param>
/// <param name="Burst">The values.</param>
internal sealed record WaitingBurst(int Number, TimeSpan Asked, DateTimeOffset Wall, string Boot, IReadOnlyList<int> Among, bool LooksRed, Burst Burst)
{
    /// <summary>True when no answer can be waited for any more, whatever time it is.</summary>
    public bool IsOver { get; init; }

    /// <summary>The values as they are judged after all: they keep the time at which they came.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="claimed">True when somebody said whose they are; a reading then carries that remark.</param>
    public Burst Judged(in Moment now, bool claimed)
    {
        // within a boot the monotonic clock knows how long it waited, whatever became of the wall clock; over a reboot only the wall clock does
        TimeSpan waited = string.Equals(Boot, now.Boot, StringComparison.Ordinal) ? now.RuleTime - Asked : now.Wall - Wall;
        return Burst with
        {
            Waited = waited > TimeSpan.Zero ? waited : TimeSpan.Zero,
            Values = claimed ? [.. Burst.Values.Select(value => value with { Doubts = [.. value.Doubts, GradeReason.Claimed] })] : Burst.Values,
        };
    }
}

/// <summary>A question that is over: its values are judged now, once.</summary>
/// <param name="Burst">What waited.</param>
/// <param name="Assignment">Whose it is; null: nobody's.</param>
/// <param name="End">Why.</param>
internal readonly record struct EndedQuestion(WaitingBurst Burst, int? Assignment, QuestionEnd End);

/// <summary>
/// All bursts of one home that wait for an answer. Pure, with <c>now</c> as an argument; committed together with what is judged, so that each
/// burst either still waits or has been judged, whenever the power fails.
/// </summary>
internal sealed record WaitingBursts
{
    /// <summary>Most that wait; one more, and the oldest becomes nobody's.</summary>
    public const int Most = 32;

    /// <summary>Under this number the outbox keeps it beside the states of the assignments, which count from 1 (0: nobody's).</summary>
    public const int StateNumber = -1;

    /// <summary>How long somebody has to answer. Our own placeholder, no source: long enough to pack away a cuff and to walk to the screen.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromMinutes(10);

    /// <summary>The same where the values look Red: no longer than a Red may stay unsent before the citizen is told (design.md, issue 4).</summary>
    public static readonly TimeSpan AnswerRedWithin = TimeSpan.FromMinutes(2);

    /// <summary>Boot that <see cref="WaitingBurst.Asked"/> is of; empty at first.</summary>
    public string Boot { get; init; } = "";
    /// <summary>Number of the newest question; 0 before the first.</summary>
    public int Last { get; init; }
    /// <summary>Oldest first.</summary>
    public IReadOnlyList<WaitingBurst> Waiting { get; init; } = [];
    /// <summary>True when the newest measurement that did not say whose it is became nobody's, with or without a question.</summary>
    public bool Unclaimed { get; init; }

    /// <summary>Nothing was ever asked.</summary>
    public static WaitingBursts Empty { get; } = new();

    /// <summary>Rule time at which the first question is over; null when none waits.</summary>
    [JsonIgnore] public TimeSpan? NextDue => Waiting.Count == 0 ? null : Waiting.Min(EndsAt);

    /// <summary>Asks whose a burst is.</summary>
    /// <param name="burst">The values.</param>
    /// <param name="among">Whom it may belong to.</param>
    /// <param name="looksRed">See <see cref="WaitingBurst"/>.</param>
    /// <param name="now">The moment.</param>
    /// <param name="ended">The oldest question when there was no more room; else null.</param>
    public WaitingBursts Ask(Burst burst, IReadOnlyList<int> among, bool looksRed, in Moment now, out EndedQuestion? ended)
    {
        bool crowded = Waiting.Count >= Most;
        ended = crowded ? new EndedQuestion(Waiting[0], null, QuestionEnd.Crowded) : null;
        var asked = new WaitingBurst(Last + 1, now.RuleTime, now.Wall, now.Boot, among, looksRed, burst);
        return this with { Boot = now.Boot, Last = asked.Number, Waiting = [.. Waiting.Skip(crowded ? 1 : 0), asked], Unclaimed = Unclaimed || crowded };
    }

    /// <summary>Takes an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="ended">The question with whose it is; null when it does not wait any more, or the answer names somebody it was not asked about: then nothing changes.</param>
    public WaitingBursts Answer(WhoseAnswer answer, out EndedQuestion? ended)
    {
        ended = null;
        if (Waiting.FirstOrDefault(one => one.Number == answer.Number) is not { } asked || (answer.Assignment is { } whose && !asked.Among.Contains(whose)))
        {
            return this;
        }
        ended = new EndedQuestion(asked, answer.Assignment, answer.Assignment is null ? QuestionEnd.NotOurs : QuestionEnd.Claimed);
        return this with { Waiting = [.. Waiting.Where(one => one.Number != asked.Number)], Unclaimed = false };
    }

    /// <summary>Gives up the questions whose time is over.</summary>
    /// <param name="at">Rule time of <see cref="Boot"/>.</param>
    /// <param name="ended">They, oldest first.</param>
    public WaitingBursts Expire(TimeSpan at, out IReadOnlyList<EndedQuestion> ended)
    {
        ended = [.. Waiting.Where(one => EndsAt(one) <= at).Select(one => new EndedQuestion(one, null, QuestionEnd.Unanswered))];
        return ended.Count == 0 ? this : this with { Waiting = [.. Waiting.Where(one => EndsAt(one) > at)], Unclaimed = true };
    }

    /// <summary>
    /// Goes on after a start. Over a reboot only the wall clock can say how long a question has waited; where it went back nobody knows, and
    /// the question is over: a machine that starts again and again must not keep it for ever. So is one of whose citizens somebody has
    /// left: it may be theirs, and nothing of theirs stays (design.md rule 11).
    /// </summary>
    /// <param name="now">The first moment after the start.</param>
    /// <param name="present">Who lives here now.</param>
    public WaitingBursts In(Moment now, IReadOnlyCollection<int> present)
    {
        bool same = string.Equals(Boot, now.Boot, StringComparison.Ordinal);
        return this with
        {
            Boot = now.Boot,
            Waiting = [.. Waiting.Select(one => (same ? one : Rebased(one)) with { IsOver = one.IsOver || one.Among.Except(present).Any() || (!same && now.Wall < one.Wall) })],
        };

        WaitingBurst Rebased(WaitingBurst one) => one with { Asked = now.Wall < one.Wall ? now.RuleTime : now.RuleTime - Least(now.Wall - one.Wall, AnswerWithin) };
    }

    /// <summary>As bytes for the outbox.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, WaitingJson.Default.WaitingBursts);

    /// <summary>Reads what <see cref="Write"/> wrote; false, and the empty state, when the bytes cannot be such a state.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out WaitingBursts state)
    {
        try
        {
            if (JsonSerializer.Deserialize(bytes, WaitingJson.Default.WaitingBursts) is { } read && read.HoldsTogether)
            {
                state = read;
                return true;
            }
        }
        catch (Exception bad) when (bad is JsonException or FormatException or InvalidOperationException or NotSupportedException)
        {
            // falls through: whatever is wrong with the bytes, they are no state
        }
        state = Empty;
        return false;
    }

    private bool HoldsTogether => Boot is not null && Waiting is { Count: <= Most } waiting && Last >= 0 && waiting.All(Holds)
        && waiting.Zip(waiting.Skip(1)).All(pair => pair.First.Number < pair.Second.Number) && (waiting.Count == 0 || waiting[^1].Number <= Last);

    // JSON cannot say that a list has no null in it, nor that a time can be calculated with
    private static bool Holds(WaitingBurst? one) => one is { Number: > 0, Burst.Values.Count: > 0 } && one.Asked.Duration() < TimeSpan.FromDays(36500) && one.Wall.Year >= 1970
        && one.Burst.Values.All(value => value is { Doubts: not null } && Enum.IsDefined(value.Vital) && Enum.IsDefined(value.Site) && value.Doubts.All(doubt => doubt is not null));

    private static TimeSpan EndsAt(WaitingBurst one) => one.Asked + (one.IsOver ? TimeSpan.Zero : one.LooksRed ? AnswerRedWithin : AnswerWithin);

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(WaitingBursts))]
internal sealed partial class WaitingJson : JsonSerializerContext;
