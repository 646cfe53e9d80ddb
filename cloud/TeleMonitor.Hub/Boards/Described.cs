using System.Text.Json.Serialization.Metadata;

namespace TeleMonitor.Hub.Boards;

/// <summary>One thing that an endpoint takes by name.</summary>
/// <param name="Name">Name in the path, the query or the form.</param>
/// <param name="Says">What it is.</param>
/// <param name="Most">Most characters.</param>
public sealed record Taken(string Name, string Says, int Most = 256)
{
    /// <summary>The words it may be; empty where it is free.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];
    /// <summary>True for a whole number that is not negative.</summary>
    public bool IsNumber { get; init; }
    /// <summary>True where nothing happens without it.</summary>
    public bool IsRequired { get; init; }
}

/// <summary>What an endpoint takes and gives: what its route does not say by itself.</summary>
/// <param name="Summary">One sentence.</param>
public sealed record Described(string Summary)
{
    /// <summary>What stands in its path, where more is to be said than the route does.</summary>
    public IReadOnlyList<Taken> Path { get; init; } = [];
    /// <summary>What its query may say.</summary>
    public IReadOnlyList<Taken> Query { get; init; } = [];
    /// <summary>What its form has beside the token against forged requests; null where it takes no form.</summary>
    public IReadOnlyList<Taken>? Form { get; init; }
    /// <summary>True where the header If-Match must carry the version that was seen.</summary>
    public bool IsMatched { get; init; }
    /// <summary>What its body is read as; null where it takes none.</summary>
    public JsonTypeInfo? Body { get; init; }
    /// <summary>What its answer is written from; null where it is no JSON.</summary>
    public JsonTypeInfo? Gives { get; init; }
    /// <summary>Type of an answer that is no JSON.</summary>
    public string Media { get; init; } = "text/html";
    /// <summary>Status when it went well.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;
}
