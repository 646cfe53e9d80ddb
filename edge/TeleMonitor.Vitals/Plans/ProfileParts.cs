using System.Text.Json;
using System.Text.Json.Serialization;

namespace TeleMonitor.Vitals.Plans;

/// <summary>What the approver signs: the files as they are, whole.</summary>
/// <param name="Id">What this collection is called.</param>
/// <param name="Version">Its version; shown to people. Which of two is newer is told by <see cref="ContentApproval.At"/>.</param>
/// <param name="Approved">Who approved it, and when.</param>
/// <param name="Plans">Plan files.</param>
/// <param name="Charts">Chart files.</param>
/// <param name="Questions">Questionnaire files.</param>
public sealed record ClinicalPart(
    string Id, string Version, ContentApproval Approved, IReadOnlyList<JsonElement> Plans, IReadOnlyList<JsonElement> Charts, IReadOnlyList<JsonElement> Questions)
{
    /// <summary>As it is signed.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, ProfilePartJson.Default.ClinicalPart);

    /// <summary>Reads what was signed; null with the problem when it is not such a part.</summary>
    public static ClinicalPart? TryRead(ReadOnlySpan<byte> payload, string place, List<string> problems)
    {
        ClinicalPart? part = ProfilePartJson.Read(payload, ProfilePartJson.Default.ClinicalPart, place, problems);
        if (part is { Id.Length: > 0, Version.Length: > 0, Approved.By.Length: > 0 })
        {
            return part;
        }
        if (part is not null)
        {
            problems.Add($"{place}: id, version and approved.by must not be empty");
        }
        return null;
    }
}

/// <summary>What the hub signs for one gateway.</summary>
/// <param name="Gateway">The gateway; must be the bundle's.</param>
/// <param name="Version">The bundle's version.</param>
/// <param name="Citizens">What holds for each citizen; may name one twice, one time after the other.</param>
/// <param name="Ended">Assignments whose loan is over: the gateway delivers what waits, wipes all of it and says so (design.md rule 11). Null for none.</param>
public sealed record CitizensPart(string Gateway, int Version, IReadOnlyList<CitizenSettings> Citizens, IReadOnlyList<int>? Ended = null)
{
    /// <summary>As it is signed.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, ProfilePartJson.Default.CitizensPart);

    /// <summary>Reads what was signed and checks all of it; null with every problem when anything is wrong.</summary>
    public static CitizensPart? TryRead(ReadOnlySpan<byte> payload, string place, List<string> problems)
    {
        var found = new List<string>();
        CitizensPart? part = ProfilePartJson.Read(payload, ProfilePartJson.Default.CitizensPart, place, found);
        for (int at = 0; at < (part?.Citizens.Count ?? 0); at++)
        {
            CitizenSettings? one = part!.Citizens[at];
            if (one is null)
            {
                found.Add($"{place}.citizens[{at}] must be an object");
                continue;
            }
            one.Check($"{place}.citizens[{at}]", found);
            if (part.Citizens.Take(at).Any(other => other?.Assignment == one.Assignment && (one.To is not { } end || other.From < end) && (other.To is not { } over || one.From < over)))
            {
                found.Add($"{place}.citizens[{at}]: assignment {one.Assignment} has two settings for one time");
            }
        }
        found.AddRange((part?.Ended ?? []).Where(number => number < 1 || part!.Citizens.Any(one => one?.Assignment == number))
            .Select(number => $"{place}.ended: {number} must be 1 or more, and of nobody who has settings"));
        problems.AddRange(found);
        return found.Count == 0 ? part : null;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true, // what is worked out is not written
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, // a field that is not understood may be one that decides
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ClinicalPart))]
[JsonSerializable(typeof(CitizensPart))]
[JsonSerializable(typeof(CitizenSettings))]
internal sealed partial class ProfilePartJson : JsonSerializerContext
{
    /// <summary>Reads JSON; null with the problem when it is not of this kind.</summary>
    public static T? Read<T>(ReadOnlySpan<byte> json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string place, List<string> problems) where T : class
    {
        try
        {
            if (JsonSerializer.Deserialize(json, type) is { } read)
            {
                return read;
            }
            problems.Add($"{place}: must be an object");
        }
        catch (JsonException bad)
        {
            problems.Add($"{place}: {bad.Path} line {bad.LineNumber + 1}: {bad.Message}");
        }
        catch (Exception bad) when (bad is FormatException or InvalidOperationException or NotSupportedException)
        {
            problems.Add($"{place}: {bad.Message}");
        }
        return null;
    }
}
