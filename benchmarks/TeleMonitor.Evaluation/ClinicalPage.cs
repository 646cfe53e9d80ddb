namespace TeleMonitor.Evaluation;

/// <summary>The head of the page.</summary>
internal static class ClinicalPage
{
    /// <summary>What the page is and how it was made.</summary>
    /// <param name="last">True when the kept seeds and patients are in it.</param>
    public static string Head(bool last) => $"""
        # What the rules do

        Written whole by `telemonitor-evaluation{(last ? " --last" : "")}` (project `benchmarks/TeleMonitor.Evaluation`). The same sources and data give the same page, figure by figure; nothing here is timed.
        Limits, plans and thresholds are shipped as "not approved": the figures say what they would do, not that a clinician has agreed to them. Intervals are 95 %: Wilson for shares
        of independent cases, else 1,000 draws of whole clusters (patients, or the citizens of one seed).
        {(last ? "The kept seeds and patients are in it: this is the last run." : "The kept seeds and patients are not in it; figures of a rule under work.")}

        """;
}
