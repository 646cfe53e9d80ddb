using System.Text;
using System.Text.Json;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Vitals.Plans;

/// <summary>A plan of a clinical part.</summary>
/// <param name="Id">Id.</param>
/// <param name="Version">Version.</param>
public sealed record ProfilePlan(string Id, string Version);

/// <summary>A clinical part whose every file could be read.</summary>
/// <param name="ApprovedAt">When it was approved.</param>
/// <param name="Charts">Every chart that counts with it.</param>
/// <param name="Plans">Plans by id.</param>
public sealed record ProfileContent(DateTimeOffset ApprovedAt, IReadOnlyList<Chart> Charts, IReadOnlyDictionary<string, ProfilePlan> Plans)
{
    /// <summary>Reads what the approver signed; null with every problem when anything is wrong.</summary>
    /// <param name="payload">The signed bytes.</param>
    /// <param name="shipped">Charts of the program: those that the part does not name go on.</param>
    /// <param name="problems">Takes the problems.</param>
    public static ProfileContent? TryRead(ReadOnlySpan<byte> payload, IReadOnlyList<Chart> shipped, List<string> problems)
    {
        int before = problems.Count;
        if (ClinicalPart.TryRead(payload, "clinical", problems) is not { } part)
        {
            return null;
        }
        Dictionary<string, Chart> charts = shipped.ToDictionary(chart => chart.Id, StringComparer.Ordinal);
        var named = new HashSet<string>(StringComparer.Ordinal);
        for (int at = 0; at < part.Charts.Count; at++)
        {
            if (ChartFile.TryRead(Utf8(part.Charts[at]), $"clinical.charts[{at}]", out Chart? chart, out IReadOnlyList<string> wrong))
            {
                charts[chart!.Id] = chart;
                AddUnless(named.Add(chart.Id), $"clinical.charts[{at}]: id '{chart.Id}' stands twice", problems);
            }
            problems.AddRange(wrong);
        }
        var plans = new Dictionary<string, ProfilePlan>(StringComparer.Ordinal);
        for (int at = 0; at < part.Plans.Count; at++)
        {
            if (part.Plans[at].ValueKind == JsonValueKind.Object && part.Plans[at].TryGetProperty("id", out JsonElement id) && part.Plans[at].TryGetProperty("version", out JsonElement version)
                && id.ValueKind == JsonValueKind.String && version.ValueKind == JsonValueKind.String)
            {
                AddUnless(plans.TryAdd(id.GetString()!, new ProfilePlan(id.GetString()!, version.GetString()!)), $"clinical.plans[{at}]: id '{id.GetString()}' stands twice", problems);
            }
            else
            {
                problems.Add($"clinical.plans[{at}]: has no id and version");
            }
        }
        return problems.Count == before ? new ProfileContent(part.Approved.At, [.. charts.Values.OrderBy(chart => chart.Id, StringComparer.Ordinal)], plans) : null;
    }

    private static byte[] Utf8(JsonElement element) => Encoding.UTF8.GetBytes(element.GetRawText());

    private static void AddUnless(bool held, string problem, List<string> problems)
    {
        if (!held)
        {
            problems.Add(problem);
        }
    }
}
