using System.Text;
using System.Text.Json;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Vitals.Plans;

/// <summary>A clinical part whose every file could be read.</summary>
/// <param name="ApprovedAt">When it was approved.</param>
/// <param name="Charts">Every chart that counts with it.</param>
/// <param name="Plans">Plans by id.</param>
/// <param name="Questionnaires">Questionnaires by id.</param>
public sealed record ProfileContent(
    DateTimeOffset ApprovedAt, IReadOnlyList<Chart> Charts, IReadOnlyDictionary<string, Plan> Plans, IReadOnlyDictionary<string, Questionnaire> Questionnaires)
{
    private delegate bool Reader<T>(ReadOnlySpan<byte> json, string fileName, out T? value, out IReadOnlyList<string> problems) where T : class;

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
        Dictionary<string, Chart> charts = ReadAll<Chart>(part.Charts, "clinical.charts", ChartFile.TryRead, chart => chart.Id, problems);
        foreach (Chart chart in shipped)
        {
            charts.TryAdd(chart.Id, chart);
        }
        Dictionary<string, Plan> plans = ReadAll<Plan>(part.Plans, "clinical.plans", PlanFile.TryRead, plan => plan.Id, problems);
        Dictionary<string, Questionnaire> questions = ReadAll<Questionnaire>(part.Questions, "clinical.questions", QuestionnaireFile.TryRead, one => one.Id, problems);
        if (problems.Count == before) // what could not be read would else be missed a second time
        {
            problems.AddRange(new PlanContent(plans, questions, new Dictionary<string, ResponseGuide>()).Problems(charts.Keys).Select(problem => $"clinical: {problem}"));
        }
        return problems.Count == before ? new ProfileContent(part.Approved.At, [.. charts.Values.OrderBy(chart => chart.Id, StringComparer.Ordinal)], plans, questions) : null;
    }

    /// <summary>The plan that somebody follows; null where this version of it is not here.</summary>
    public Plan? PlanOf(CitizenSettings settings) =>
        settings.Plan is { } id && Plans.GetValueOrDefault(id) is { } plan && string.Equals(plan.Version, settings.PlanVersion, StringComparison.Ordinal) ? plan : null;

    private static Dictionary<string, T> ReadAll<T>(IReadOnlyList<JsonElement> files, string place, Reader<T> read, Func<T, string> idOf, List<string> problems) where T : class
    {
        var all = new Dictionary<string, T>(StringComparer.Ordinal);
        for (int at = 0; at < files.Count; at++)
        {
            if (read(Encoding.UTF8.GetBytes(files[at].GetRawText()), $"{place}[{at}]", out T? one, out IReadOnlyList<string> wrong) && !all.TryAdd(idOf(one!), one!))
            {
                problems.Add($"{place}[{at}]: id '{idOf(one!)}' stands twice");
            }
            problems.AddRange(wrong);
        }
        return all;
    }
}
