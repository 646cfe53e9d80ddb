using System.Text.RegularExpressions;
using TeleMonitor.Rig;

namespace TeleMonitor.EndToEnd;

/// <summary>One file of the working copy as the rules about sources read it.</summary>
/// <param name="Path">Relative to the root, with '/'.</param>
internal sealed partial record SourceFile(string Path)
{
    private static readonly string[] Made = ["bin", "obj", "var", "artifacts", "node_modules", "TestResults", "npm"];

    public string Text => File.ReadAllText(System.IO.Path.Combine(Repository.Root, Path));

    /// <summary>C# without its comments: a comment may name what the code must not.</summary>
    public string Code => Comment().Replace(Text, "");

    /// <summary>Its path alone: a failed test names the file and does not print it.</summary>
    public override string ToString() => Path;

    /// <summary>Every file below a folder but what builds and runs make, by ending.</summary>
    public static IEnumerable<SourceFile> Below(string folder, params string[] endings) =>
        Folders(folder).SelectMany(inside => Directory.EnumerateFiles(System.IO.Path.Combine(Repository.Root, inside)))
            .Where(file => endings.Contains(System.IO.Path.GetExtension(file), StringComparer.Ordinal))
            .Select(file => new SourceFile(System.IO.Path.GetRelativePath(Repository.Root, file)))
            .OrderBy(file => file.Path, StringComparer.Ordinal);

    /// <summary>A folder and every one below it but those that builds and runs make; none when it does not exist (yet).</summary>
    public static IEnumerable<string> Folders(string folder)
    {
        string place = System.IO.Path.Combine(Repository.Root, folder);
        return !Directory.Exists(place) ? []
            : Directory.EnumerateDirectories(place)
                .Select(inside => System.IO.Path.GetRelativePath(Repository.Root, inside))
                .Where(inside => !Made.Contains(System.IO.Path.GetFileName(inside), StringComparer.Ordinal))
                .SelectMany(Folders).Prepend(folder);
    }

    /// <summary>The names directly in a folder, of files and folders, but what builds and runs make.</summary>
    public static IEnumerable<string> NamesIn(string folder) =>
        Directory.EnumerateFileSystemEntries(System.IO.Path.Combine(Repository.Root, folder))
            .Select(entry => System.IO.Path.GetFileName(entry))
            .Where(name => !Made.Contains(name, StringComparer.Ordinal));

    // a string that holds "//" loses its end with this, which hides nothing the rules look for
    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/", RegexOptions.Singleline, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Comment();
}
