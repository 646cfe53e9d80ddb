using System.Runtime.InteropServices;

namespace TeleMonitor.Rig;

/// <summary>Where things are: the working copy, the built programs, the machine's broker.</summary>
public static class Repository
{
    private static readonly string[] SystemFolders = ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/sbin"];

    /// <summary>The folder that holds TeleMonitor.sln, found upward from this program, else from the working directory.</summary>
    public static string Root { get; } =
        Above(AppContext.BaseDirectory) ?? Above(Directory.GetCurrentDirectory())
        ?? throw new RigException("TeleMonitor.sln is neither above this program nor above the working directory");

    /// <summary>Everything made at run time lies here.</summary>
    public static string Var => Path.Combine(Root, "var");

    public static string FirmwareConfig => Path.Combine(Root, "firmware-config");

    public static string Gateway => Built("telemonitor-gateway");

    public static string Hub => Built("telemonitor-hub");

    /// <summary>A program of the machine, found on PATH or in the system's folders (Debian keeps mosquitto in /usr/sbin, which
    /// an ordinary user's PATH lacks).</summary>
    /// <exception cref="RigException">It is not installed.</exception>
    public static string Installed(string program, string package)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return folders.Concat(SystemFolders).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
            ?? throw new RigException($"{program} is not installed; run: make setup (or: apt-get install {package})");
    }

    /// <summary>Null when a guest can be made and run on this machine, else why not: another processor, or the first program that is absent.</summary>
    /// <param name="needed">Programs, each with the package that brings it.</param>
    public static string? WhyNoGuest(params ReadOnlySpan<(string Program, string Package)> needed)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return $"the guest is x64, this machine is {RuntimeInformation.ProcessArchitecture}";
        }

        foreach ((string program, string package) in needed)
        {
            try
            {
                Installed(program, package);
            }
            catch (RigException absent)
            {
                return absent.Message;
            }
        }

        return null;
    }

    private static string Built(string program)
    {
        string path = Path.Combine(Root, "artifacts", program);
        return File.Exists(path) ? path : throw new RigException($"{path} is not there; run: make build");
    }

    private static string? Above(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TeleMonitor.sln")))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}

/// <summary>The rig cannot go on; the message names the place and what was expected. Printed as it is, exit code 1.</summary>
public sealed class RigException(string message) : Exception(message);
