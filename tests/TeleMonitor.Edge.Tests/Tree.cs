namespace TeleMonitor.Edge.Tests;

/// <summary>Finds files of the source tree from a test's output folder.</summary>
internal static class Tree
{
    public static string Root { get; } = FindRoot();

    public static string Shared => Path.Combine(Root, "..", "shared");

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

/// <summary>A test on the shared read-only inputs; skipped with the reason where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute()
    {
        if (!Directory.Exists(Tree.Shared))
        {
            Skip = "needs ../shared, which is not beside this tree";
        }
    }
}
