using System.Text.Json;

namespace TeleMonitor.Gateway;

/// <summary>
/// Loans that signed settings have ended, by number, in one small file beside the outbox: it outlives the wipe, so that no later start takes a
/// value for somebody whose loan is over. Written whole to a second file, flushed, and renamed: after a power cut it is the old one or the new one.
/// </summary>
internal static class EndedLoans
{
    /// <summary>The numbers; none where there is no file.</summary>
    /// <param name="file">Path.</param>
    /// <param name="problem">Why the file cannot be read, beginning with its name; empty when it can. Nothing is ended by it then.</param>
    public static IReadOnlyList<int> Read(string file, out string problem)
    {
        problem = "";
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), ConfigJson.Default.Int32Array) ?? [] : [];
        }
        catch (Exception bad) when (bad is JsonException or IOException or UnauthorizedAccessException)
        {
            problem = $"{file}: {bad.Message}";
            return [];
        }
    }

    /// <summary>Adds numbers; durable when it returns.</summary>
    /// <exception cref="IOException">Nothing was written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Add(string file, IEnumerable<int> numbers)
    {
        int[] all = [.. Read(file, out _).Union(numbers).Order()];
        string next = file + ".new";
        using (var stream = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(stream, all, ConfigJson.Default.Int32Array);
            stream.Flush(flushToDisk: true);
        }
        File.Move(next, file, overwrite: true);
    }
}
