using System.Text.Json;
using System.Text.Json.Serialization;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub;

/// <summary>What <c>register FILE</c> reads: gateways, their kit, and to whom they are assigned from when to when. No names: pseudonyms and areas.</summary>
public sealed record RegisterFile(IReadOnlyList<RegisterFile.GatewayEntry> Gateways)
{
    /// <summary>One gateway.</summary>
    public sealed record GatewayEntry(string Gateway, string Kit, IReadOnlyList<AssignmentEntry> Assignments);

    /// <summary>One assignment; its number is unique over the whole hub.</summary>
    public sealed record AssignmentEntry(int Assignment, string Citizen, string Area, DateTimeOffset From, DateTimeOffset? To = null, bool Synthetic = false);

    /// <summary>Reads the file; every problem at once.</summary>
    public static RegisterFile? TryRead(ReadOnlySpan<byte> json, string fileName, out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        problems = found;
        RegisterFile? file = null;
        try
        {
            file = JsonSerializer.Deserialize(json, RegisterJson.Default.RegisterFile);
        }
        catch (JsonException bad)
        {
            found.Add($"{fileName}: {bad.Path} line {bad.LineNumber + 1}: {bad.Message}");
        }
        var numbers = new HashSet<int>();
        for (int index = 0; index < (file?.Gateways.Count ?? 0); index++)
        {
            GatewayEntry entry = file!.Gateways[index];
            string place = $"{fileName}: gateways[{index}]";
            if (!IsGatewayId(entry.Gateway))
            {
                found.Add($"{place}.gateway '{entry.Gateway}' must be gw-… of 8 to 40 characters a-z, 0-9, -");
            }
            foreach (AssignmentEntry assignment in entry.Assignments)
            {
                if (!numbers.Add(assignment.Assignment))
                {
                    found.Add($"{place}: assignment {assignment.Assignment} stands twice: a number belongs to one citizen at one gateway");
                }
                if (assignment.Assignment < 1 || assignment.Citizen.Length == 0 || (assignment.To is { } to && to <= assignment.From))
                {
                    found.Add($"{place}: assignment {assignment.Assignment} must have a number from 1, a citizen, and an end after its start");
                }
            }
        }
        return found.Count == 0 ? file : null;
    }

    /// <summary>Writes everything or nothing. Again with the same file changes nothing; another gateway or citizen under a known number is refused.</summary>
    public IReadOnlyList<string> Apply(HubStore store, DateTimeOffset now) => store.Write<IReadOnlyList<string>>(write =>
    {
        var problems = new List<string>();
        foreach (GatewayEntry entry in Gateways)
        {
            foreach (AssignmentEntry assignment in entry.Assignments)
            {
                if (write.AssignmentOf(assignment.Assignment) is { } known
                    && (!string.Equals(known.Gateway, entry.Gateway, StringComparison.Ordinal) || !string.Equals(known.Citizen, assignment.Citizen, StringComparison.Ordinal)))
                {
                    problems.Add($"assignment {assignment.Assignment} already belongs to {known.Citizen} at {known.Gateway}: a number is never used again");
                }
                else if (write.AssignmentOf(assignment.Assignment) is null && write.NotWiped(entry.Gateway, now) is { Count: > 0 } left)
                {
                    problems.Add($"assignment {assignment.Assignment}: {entry.Kit} ({entry.Gateway}) cannot be lent again: it has not said that assignment {string.Join(", ", left)} is delivered "
                        + "and wiped. End the loan at the gateway; a card that is lost comes back as a gateway of its own, with a certificate of its own");
                }
            }
        }
        if (problems.Count == 0)
        {
            foreach (GatewayEntry entry in Gateways)
            {
                write.RegisterGateway(entry.Gateway, entry.Kit, now);
                foreach (AssignmentEntry one in entry.Assignments)
                {
                    write.RegisterAssignment(new Assignment(one.Assignment, entry.Gateway, one.Citizen, one.Area, one.From, one.To, one.Synthetic));
                }
            }
        }
        return problems;
    });

    private static bool IsGatewayId(string id) =>
        id.StartsWith("gw-", StringComparison.Ordinal) && id.Length is >= 8 and <= 40 && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RegisterFile))]
internal sealed partial class RegisterJson : JsonSerializerContext;
