namespace TeleMonitor.Edge.Tests;

/// <summary>Finds files of the source tree from a test's output folder.</summary>
internal static class Tree
{
    public static string Root { get; } = FindRoot();

    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TeleMonitor.sln")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException("TeleMonitor.sln stands in no folder above " + AppContext.BaseDirectory);
    }
}
