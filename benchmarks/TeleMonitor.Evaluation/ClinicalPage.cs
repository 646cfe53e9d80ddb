namespace TeleMonitor.Evaluation;

/// <summary>The head of the page.</summary>
internal static class ClinicalPage
{
    /// <summary>What the page is and how it was made.</summary>
    /// <param name="homes">True when the seeds that are reported are in it.</param>
    /// <param name="patients">True when the kept patients are in it.</param>
    public static string Head(bool homes, bool patients) => $"""
        # What the rules do

        Written whole by `dotnet run -c Release --project benchmarks/TeleMonitor.Evaluation --{(homes ? " --last homes" : "")}{(patients ? " --last icu" : "")}`. The same sources and data give the same
        page, figure by figure; nothing here is timed. Limits, plans and thresholds are "not approved": the figures say what they would do, not that a clinician has agreed to them.
        Intervals are 95 %: Wilson for shares of independent cases, else 1,000 draws of whole clusters (patients, or the citizens of one seed).

        {(homes ? "Simulated homes: last run, with the seeds that were reported before and with fresh ones." : "Simulated homes: **rules under work**. Seeds 2001–2100 have not been looked at; no figure below is a result.")}
        {(patients ? "Recorded patients: last run, with the patients that were kept for it." : "Recorded patients: the kept half has not been looked at.")}

        """;
}
