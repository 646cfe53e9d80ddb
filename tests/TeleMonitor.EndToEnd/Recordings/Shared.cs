using TeleMonitor.Rig;

namespace TeleMonitor.EndToEnd;

/// <summary>The recorded data: a folder <c>shared</c> beside the working copy.</summary>
internal static class Shared
{
    public static string Path(string inside) => System.IO.Path.GetFullPath(System.IO.Path.Combine(Repository.Root, "..", "shared", inside));

    public static string? WhySkipped(string inside) => File.Exists(Path(inside)) ? null : $"../shared/{inside} is not beside this repository";
}

/// <summary>A fact that reads the recorded data; where that is absent it is skipped, and says so.</summary>
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(string inside) => Skip = Shared.WhySkipped(inside);
}

/// <summary>A theory that reads the recorded data; where that is absent it is skipped, and says so.</summary>
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute(string inside) => Skip = Shared.WhySkipped(inside);
}
