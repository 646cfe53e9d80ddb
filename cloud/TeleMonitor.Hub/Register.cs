using System.Text.Json;
using System.Text.Json.Serialization;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub;

/// <summary>What <c>register FILE</c> reads: gateways, their kit, and to whom they are assigned from when to when. No names: pseudonyms and areas.</summary>
public sealed record RegisterFile(IReadOnlyList<RegisterFile.GatewayEntry> Gateways)
{
    /// <summary>One gateway.</summary>
    public sealed record GatewayEntry(string Gateway, string Kit, IReadOnlyList<AssignmentEntry> Assignments);

    /// <summary>One assignment; its number is unique over the whole hub.</summary>
    public sealed record AssignmentEntry(int Assignment, string Citizen, string Area, DateTimeOffset From, DateTimeOffset? To = null, bool Synthetic = false,
        PlanEntry? Plan = null, SettingsEntry? Settings = null);

    /// <summary>Which plan a citizen follows from a time on; a later one is another entry in a later file. <c>zone</c> is an IANA name.</summary>
    public sealed record PlanEntry(string Id, string Version, DateTimeOffset From, string Zone, DateTimeOffset? To = null, IReadOnlyList<PlanPause>? Pauses = null);

    /// <summary>True when an assignment follows a plan: then the plans must be read to register it.</summary>
    public bool HasPlans => Gateways.Any(gateway => gateway.Assignments.Any(assignment => assignment.Plan is not null));

    /// <summary>What holds for the citizen from a time on; a later change is another entry in a later file. <c>zone</c> is an IANA name.</summary>
    public sealed record SettingsEntry(DateTimeOffset From, string Zone = "Europe/Copenhagen", int Scale = 1, ContentApproval? ScaleSigned = null, string Floor = "green",
        IReadOnlyList<Limit>? Limits = null);

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
                if (assignment.Settings is { } settings)
                {
                    // checked as a gateway will: what is wrong is said to the person who sets it
                    new CitizenSettings(Math.Max(1, assignment.Assignment), settings.From, settings.Zone, Scale: settings.Scale, ScaleSigned: settings.ScaleSigned, Floor: settings.Floor, Limits: settings.Limits)
                        .Check($"{place}: assignment {assignment.Assignment}: settings", found);
                }
                if (assignment.Assignment < 1 || assignment.Citizen.Length == 0 || (assignment.To is { } to && to <= assignment.From))
                {
                    found.Add($"{place}: assignment {assignment.Assignment} must have a number from 1, a citizen, and an end after its start");
                }
                found.AddRange(PlanProblems(assignment).Select(problem => $"{place}: assignment {assignment.Assignment}: plan: {problem}"));
            }
        }
        return found.Count == 0 ? file : null;
    }

    /// <summary>Writes everything or nothing. Again with the same file changes nothing; another gateway or citizen under a known number is refused.</summary>
    /// <param name="store">Store.</param>
    /// <param name="now">Hub time.</param>
    /// <param name="content">The plans that can be followed; null where no assignment has one.</param>
    public IReadOnlyList<string> Apply(HubStore store, DateTimeOffset now, PlanContent? content = null) => store.Write<IReadOnlyList<string>>(write =>
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
                problems.AddRange(PlanRefusals(write, assignment, content));
            }
        }
        if (problems.Count == 0)
        {
            foreach (GatewayEntry entry in Gateways)
            {
                write.RegisterGateway(entry.Gateway, entry.Kit, now);
                write.LookAtProfile(entry.Gateway);
                foreach (AssignmentEntry one in entry.Assignments)
                {
                    if (one.To is { } over && write.AssignmentOf(one.Assignment)?.To != over)
                    {
                        write.AddToDo(ToDo.LoanOver, over, one.Assignment);
                    }
                    write.RegisterAssignment(new Assignment(one.Assignment, entry.Gateway, one.Citizen, one.Area, one.From, one.To, one.Synthetic), now);
                    RegisterPlan(write, one, now);
                    if (one.Settings is { } settings)
                    {
                        write.RegisterLimits(one.Assignment, new CitizenLimits(settings.From, settings.Zone, settings.Scale, settings.ScaleSigned, settings.Floor, settings.Limits ?? []));
                    }
                }
            }
        }
        return problems;
    });

    private static IEnumerable<string> PlanProblems(AssignmentEntry assignment)
    {
        if (assignment.Plan is not { } plan)
        {
            yield break;
        }
        if (assignment.Synthetic)
        {
            yield return "a self-test follows none";
        }
        if (plan.To <= plan.From)
        {
            yield return "to must be after from";
        }
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(plan.Zone, out _))
        {
            yield return $"zone '{plan.Zone}' is not known; Europe/Copenhagen is";
        }
        foreach (PlanPause? pause in plan.Pauses ?? [])
        {
            if (pause is null || pause.Problem.Length > 0)
            {
                yield return pause?.Problem ?? "a pause must be an object";
            }
        }
    }

    /// <summary>What stands against a plan in the store or in the files: what has been registered is never rewritten.</summary>
    internal static IEnumerable<string> PlanRefusals(StoreTransaction write, AssignmentEntry assignment, PlanContent? content)
    {
        if (assignment.Plan is not { } plan)
        {
            yield break;
        }
        if (content?.Plans.GetValueOrDefault(plan.Id) is not { } known || !string.Equals(known.Version, plan.Version, StringComparison.Ordinal))
        {
            yield return $"assignment {assignment.Assignment}: plan {plan.Id} {plan.Version} is not one of {string.Join(", ", content?.Plans.Values.Select(one => $"{one.Id} {one.Version}") ?? [])}";
        }
        if (write.PlansOf(assignment.Assignment).FirstOrDefault(one => one.From == plan.From) is { } other
            && !(string.Equals(other.Plan, plan.Id, StringComparison.Ordinal) && string.Equals(other.Version, plan.Version, StringComparison.Ordinal) && string.Equals(other.Zone, plan.Zone, StringComparison.Ordinal)))
        {
            yield return $"assignment {assignment.Assignment}: from {plan.From:u} it follows {other.Plan} {other.Version} ({other.Zone}); another plan begins at another time";
        }
    }

    internal static void RegisterPlan(StoreTransaction write, AssignmentEntry assignment, DateTimeOffset now)
    {
        if (assignment.Plan is not { } plan)
        {
            return;
        }
        write.RegisterPlan(new CitizenPlan(assignment.Assignment, plan.Id, plan.Version, plan.From, plan.To, plan.Zone), now);
        foreach (PlanPause pause in plan.Pauses ?? [])
        {
            write.RegisterPause(assignment.Assignment, pause);
        }
        // what came before the plan was registered counts too, where the plan began before
        foreach (byte[] bytes in plan.From < now ? write.ReadingsStoredSince(assignment.Assignment, plan.From) : [])
        {
            if (WireItems.TryRead(bytes, out Item? item, out _) && item is ReadingItem reading && GradeWord.TryRead(reading.Grade, out Grade grade) && grade != Grade.Unusable)
            {
                write.SetTaken(assignment.Assignment, reading.Code, new TakenValue(reading.At < now ? reading.At : now, reading.Answer));
            }
        }
        write.LookAtPlan(assignment.Assignment, now);
    }

    private static bool IsGatewayId(string id) =>
        id.StartsWith("gw-", StringComparison.Ordinal) && id.Length is >= 8 and <= 40 && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RegisterFile))]
internal sealed partial class RegisterJson : JsonSerializerContext;
