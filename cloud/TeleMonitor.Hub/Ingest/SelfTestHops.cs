using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

/// <summary>What ingest does about tests of the path: the register alone decides what is one.</summary>
internal static class SelfTestHops
{
    private const string Synchronised = "synchronised";

    /// <summary>
    /// Writes down a test's Red with its first hops. A test mark from any other gateway is believed by nobody: the alert stays as real as
    /// it would be without, and the mark is a finding.
    /// </summary>
    public static void Note(StoreTransaction store, string gateway, long alertId, AlertItem alert, Triage triage, Assignment? assignment, DateTimeOffset sent, string clock, DateTimeOffset now)
    {
        if (assignment is { Synthetic: true } && triage == Triage.Red && string.Equals(alert.Kind, WireWord.Alert, StringComparison.Ordinal))
        {
            store.AddSelfTest(alertId, gateway, alert, sent, string.Equals(clock, Synchronised, StringComparison.Ordinal), now);
        }
        NoteMark(store, gateway, alert.Test, assignment, now);
    }

    /// <summary>A test mark from a gateway whose assignment is a citizen's.</summary>
    public static void NoteMark(StoreTransaction store, string gateway, bool? test, Assignment? assignment, DateTimeOffset now)
    {
        if (test == true && assignment is not { Synthetic: true })
        {
            store.Finding(gateway, "finding/test-mark-refused", "", now);
        }
    }
}
