namespace TeleMonitor.Vitals.Plans;

/// <summary>Plans with what they name, as they stand together in firmware-config/plans.</summary>
/// <param name="Plans">By id.</param>
/// <param name="Questionnaires">By id.</param>
/// <param name="Guides">By id.</param>
public sealed record PlanContent(IReadOnlyDictionary<string, Plan> Plans, IReadOnlyDictionary<string, Questionnaire> Questionnaires, IReadOnlyDictionary<string, ResponseGuide> Guides)
{
    /// <summary>Folders, the second and third inside the first.</summary>
    public const string Folder = "plans", QuestionsFolder = "questions", ResponsesFolder = "responses";

    /// <summary>No plan.</summary>
    public static PlanContent Empty { get; } = new(new Dictionary<string, Plan>(), new Dictionary<string, Questionnaire>(), new Dictionary<string, ResponseGuide>());

    /// <summary>A citizen's plan as it is in force; null where there is no plan of this id.</summary>
    public PlanInForce? InForce(string id, PlanCourse course) => Plans.GetValueOrDefault(id) is not { } plan ? null
        : new PlanInForce(plan, course, plan.Questions is { } questions ? Questionnaires.GetValueOrDefault(questions) : null);

    /// <summary>What names something that is not there; empty when nothing does.</summary>
    /// <param name="charts">Ids of the charts.</param>
    public IReadOnlyList<string> Problems(IReadOnlyCollection<string> charts)
    {
        var problems = new List<string>();
        foreach (Plan plan in Plans.Values)
        {
            problems.AddRange(plan.Charts.Concat(plan.Remeasure.Select(rule => rule.Chart)).Distinct(StringComparer.Ordinal).Where(chart => !charts.Contains(chart)).Select(chart => $"plan {plan.Id} names chart '{chart}', which is not there"));
            if (plan.Questions is { } questions && !Questionnaires.ContainsKey(questions))
            {
                problems.Add($"plan {plan.Id} names questionnaire '{questions}', which is not there");
            }
        }
        problems.AddRange(Guides.Values.Where(guide => !charts.Contains(guide.Chart)).Select(guide => $"responses {guide.Id} name chart '{guide.Chart}', which is not there"));
        problems.AddRange(Guides.Values.GroupBy(guide => (guide.Authority, guide.Chart)).Where(same => same.Count() > 1).Select(same => $"authority {same.Key.Authority} has two responses to chart '{same.Key.Chart}'"));
        return problems;
    }
}
