using System.Text.Json;
using System.Text.Json.Serialization;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Gateway;

/// <summary>A citizen's day with what it is judged by, as it is stored; the page looks at it at its own moment.</summary>
/// <param name="Day">What is remembered.</param>
/// <param name="InForce">The plan.</param>
/// <param name="Evidence">How the home's devices are.</param>
/// <param name="Confirm">What waits for a second measurement.</param>
internal sealed record FollowedDay(CitizenDay Day, PlanInForce InForce, HomeEvidence Evidence, MeasureNow? Confirm)
{
    /// <summary>How it stands.</summary>
    public DayView At(DateTimeOffset now) => DayView.Of(Day, InForce, Evidence, Confirm, now);
}

/// <summary>What somebody entered on the home's own page about one citizen.</summary>
/// <param name="Assignment">Whose.</param>
/// <param name="Number">Which form, or which count of breaths, of this citizen it is: the next, or it changes nothing.</param>
/// <param name="Told">Answers; null of a count.</param>
/// <param name="Breaths">Breaths that somebody counted in 60 seconds; null of answers.</param>
internal sealed record PageEntry(int Assignment, int Number, ToldAnswers? Told, double? Breaths = null)
{
    /// <summary>Sensor word of counted breaths: a file of firmware-config/sensors says what is possible.</summary>
    public const string BreathCount = "breath-count";

    /// <summary>As the rules take it: answers and counts go the way of every reading.</summary>
    public Burst Burst => Breaths is { } counted
        ? new Burst([new Measured(Vital.Respiration, counted, VitalCode.Of(Vital.Respiration).Unit, BreathCount)])
        : new Burst([]) { Told = Told };
}

/// <summary>The days of everyone in one home, as the outbox keeps them.</summary>
internal sealed record PlanDays(IReadOnlyList<CitizenDay> Days)
{
    /// <summary>Under this number the outbox keeps it beside the states of the assignments, which count from 1.</summary>
    public const int StateNumber = -2;

    /// <summary>As bytes for the outbox.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, DaysJson.Default.PlanDays);

    /// <summary>Reads what <see cref="Write"/> wrote; null when the bytes cannot be that.</summary>
    public static PlanDays? TryRead(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, DaysJson.Default.PlanDays) is { } read && read.Days.All(Holds) ? read : null;
        }
        catch (Exception bad) when (bad is JsonException or FormatException or InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }

    // JSON cannot say that a list has no null in it, nor which numbers make sense
    private static bool Holds(CitizenDay? day) => day is { Assignment: > 0, Forms: >= 0, Counts: >= 0, Taken.ByCode: { } taken, Said: not null } && taken.Values.All(value => value is not null)
        && (day.Again is not { } again || (again.Due is { Count: > 0 } && again.Due[0] > again.Made))
        && day.Stood is null or { Lacking: not null, Done: not null };
}

// nulls are written: what a record cannot be made without must stand there
[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(PlanDays))]
internal sealed partial class DaysJson : JsonSerializerContext;
