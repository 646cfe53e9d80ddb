using System.Text.Json;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Hub;

/// <summary>From files to what the approver signs: what a gateway would refuse is refused before it is signed.</summary>
internal static class ProfileFiles
{
    private static readonly string[] Kinds = ["charts", "plans", "questions"];

    /// <summary>Reads the files; null with every problem when one of them is wrong.</summary>
    /// <param name="paths">Files under charts, plans or questions, or folders that hold such.</param>
    /// <param name="id">What it is called.</param>
    /// <param name="version">Its version.</param>
    /// <param name="approved">Who approves, and when.</param>
    /// <param name="problems">What is wrong.</param>
    public static ClinicalPart? Read(IReadOnlyList<string> paths, string id, string version, ContentApproval approved, out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        problems = found;
        ILookup<string, string> files = paths.SelectMany(path => FilesOf(path, found)).ToLookup(file => file.Kind, file => file.File, StringComparer.Ordinal);
        IReadOnlyList<JsonElement>[] read = [.. Kinds.Select(kind => ReadAll(files[kind], found))];
        if (found.Count == 0 && read.Sum(kind => kind.Count) == 0)
        {
            found.Add($"{string.Join(", ", paths)}: no file under charts, plans or questions");
        }
        var part = new ClinicalPart(id, version, approved, read[1], read[0], read[2]);
        if (found.Count == 0)
        {
            ProfileContent.TryRead(part.Write(), [], found);
        }
        return found.Count == 0 ? part : null;
    }

    private static IEnumerable<(string Kind, string File)> FilesOf(string path, List<string> problems)
    {
        if (Directory.Exists(path))
        {
            return Directory.GetFiles(path, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => (KindOf(file), file)).Where(file => Kinds.Contains(file.Item1));
        }
        if (!File.Exists(path) || !Kinds.Contains(KindOf(path)))
        {
            problems.Add($"{path}: {(File.Exists(path) ? "lies in none of charts, plans, questions, so its kind is not known" : "no such file")}");
            return [];
        }
        return [(KindOf(path), path)];
    }

    private static string KindOf(string file) => Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file))) ?? "";

    private static List<JsonElement> ReadAll(IEnumerable<string> files, List<string> problems)
    {
        var all = new List<JsonElement>();
        foreach (string file in files)
        {
            problems.AddRange(HubData.Check(file));
            try
            {
                using var document = JsonDocument.Parse(File.ReadAllBytes(file));
                all.Add(document.RootElement.Clone());
            }
            catch (Exception bad) when (bad is JsonException or IOException or UnauthorizedAccessException)
            {
                problems.Add($"{file}: {bad.Message}");
            }
        }
        return all;
    }
}
