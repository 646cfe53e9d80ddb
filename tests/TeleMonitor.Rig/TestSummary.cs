using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace TeleMonitor.Rig;

/// <summary>What the .trx files of one test run add up to.</summary>
/// <param name="Unfinished">Files of a run that broke off: its test host died, so what it did not reach is in no count.</param>
public sealed record TestSummary(int Passed, int Failed, int Skipped, IReadOnlyList<string> Unfinished)
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>Zero only when something ran, nothing failed and every run came to its end.</summary>
    public int ExitCode => Failed == 0 && Unfinished.Count == 0 && Passed > 0 ? 0 : 1;

    /// <summary>The plain closing line; skipped tests are named only when there are any.</summary>
    public override string ToString() =>
        $"{Passed} passed, {Failed} failed" + (Skipped == 0 ? "" : $", {Skipped} skipped");

    /// <summary>Adds up every .trx file below a folder; an unreadable one counts as unfinished.</summary>
    public static TestSummary Of(string folder)
    {
        int passed = 0, failed = 0, skipped = 0;
        List<string> unfinished = [];
        IEnumerable<string> files = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.trx", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            : [];
        foreach (string file in files)
        {
            XElement? summary = Read(file)?.Element(Trx + "ResultSummary");
            XElement? counters = summary?.Element(Trx + "Counters");
            if (counters is null)
            {
                unfinished.Add(file);
                continue;
            }

            int total = Count(counters, "total");
            int ran = Count(counters, "executed");
            int good = Count(counters, "passed");
            passed += good;
            failed += ran - good;
            skipped += total - ran;
            // "Failed" with no failed test is the host's own end: a crash, a time-out
            bool brokeOff = summary!.Attribute("outcome")?.Value is not ("Completed" or "Passed") && ran == good;
            if (brokeOff)
            {
                unfinished.Add(file);
            }
        }

        return new TestSummary(passed, failed, skipped, unfinished);
    }

    private static int Count(XElement counters, string name) =>
        int.TryParse(counters.Attribute(name)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 0;

    private static XElement? Read(string file)
    {
        try
        {
            return XDocument.Load(file).Root;
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
