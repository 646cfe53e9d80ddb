namespace TeleMonitor.EndToEnd;

/// <summary>A test that needs Chromium and the npm packages of the boards; skipped with the reason where one is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    /// <summary>Where Debian puts it.</summary>
    public const string Chromium = "/usr/bin/chromium";

    public BrowserFactAttribute() => Skip = WhyNot;

    /// <summary>Why no such test can run here; null when it can.</summary>
    public static string? WhyNot => !File.Exists(Chromium) ? $"no {Chromium}: install the package chromium"
        : new[] { AxeFile, ProviderFile }.FirstOrDefault(file => !File.Exists(file)) is { } absent ? $"no {absent}: run `npm ci` in cloud/TeleMonitor.Hub" : null;

    /// <summary>The accessibility checker.</summary>
    public static string AxeFile { get; } = Path.Combine(Root, "cloud", "TeleMonitor.Hub", "node_modules", "axe-core", "axe.min.js");

    /// <summary>The OpenID provider.</summary>
    public static string ProviderFile { get; } = Path.Combine(Root, "cloud", "TeleMonitor.Hub", "node_modules", "oidc-provider", "lib", "index.js");

    /// <summary>Top of the repository.</summary>
    public static string Root => Above(AppContext.BaseDirectory);

    private static string Above(string folder) =>
        File.Exists(Path.Combine(folder, "TeleMonitor.sln")) ? folder : Above(Directory.GetParent(folder)?.FullName ?? throw new DirectoryNotFoundException("no TeleMonitor.sln above the tests"));
}
