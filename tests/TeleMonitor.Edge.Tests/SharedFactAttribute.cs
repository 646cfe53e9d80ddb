namespace TeleMonitor.Edge.Tests;

/// <summary>A fact that reads the recorded data beside the repository; where that is absent it is skipped, and says so.</summary>
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(string path)
    {
        if (SharedFile.Find(path) is null)
        {
            Skip = $"../shared/{path} is not beside this repository";
        }
    }
}

/// <summary>Finds the recorded data: a folder <c>shared</c> beside the one that holds the solution.</summary>
internal static class SharedFile
{
    public static string? Find(string path)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TeleMonitor.sln")) && folder.Parent is { } beside)
            {
                string found = Path.Combine(beside.FullName, "shared", path);
                return File.Exists(found) ? found : null;
            }
        }

        return null;
    }
}
