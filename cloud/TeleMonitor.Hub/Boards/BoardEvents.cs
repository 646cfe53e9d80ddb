using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.Boards;

/// <summary>Tells an open board by server-sent events that something changed; it then reads the page again.</summary>
/// <param name="parts">Parts of the hub.</param>
/// <param name="stopping">Ends all streams when the program stops; else they would hold it.</param>
public sealed class BoardEvents(BoardParts parts, CancellationToken stopping)
{
    /// <summary>Most open boards; one more is told to come back.</summary>
    public const int MostBoards = 500;
    /// <summary>How often a silent stream says that it lives. The script calls the connection lost after three times this.</summary>
    public static readonly TimeSpan Alive = TimeSpan.FromSeconds(10);

    /// <summary>The stream. Events: <c>joined</c> and <c>changed</c> with the version of the feed, <c>alive</c>.</summary>
    public IResult Open(HttpContext http)
    {
        string? team = http.Request.Query["team"];
        if (team is not null && !BoardAddress.HasBoard(team, parts.Data))
        {
            return TypedResults.Problem("There is no such team.", statusCode: StatusCodes.Status400BadRequest);
        }
        if (team is not null && !parts.Store.ReadAs(Sessions.Of(http), read => IsTheirs(read, team)))
        {
            // an open board counts as somebody who is there: only whoever works for the team is
            return TypedResults.Problem("You do not work for this team.", statusCode: StatusCodes.Status403Forbidden);
        }
        if (parts.Feed.OpenBoards >= MostBoards)
        {
            return TypedResults.Problem("Too many open boards.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
        return TypedResults.ServerSentEvents(Stream(team, parts.Clock.GetUtcNow() + SignIn.Idle, http.RequestAborted));
    }

    private bool IsTheirs(ScopedRead read, string team) => parts.Data.Topology.Clusters.FirstOrDefault(cluster => cluster.Support == team) is { } cluster
        ? read.WorksFor(cluster.Slug, Sight.Kits) : read.WorksFor(team, Sight.Health);

    private async IAsyncEnumerable<SseItem<string>> Stream(string? team, DateTimeOffset until, [EnumeratorCancellation] CancellationToken gone)
    {
        (ChannelReader<long> changes, IDisposable handle) = parts.Feed.Open(team);
        using IDisposable open = handle;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(gone, stopping);
        // opened before the version is read: what changes between the two is told twice, never not at all
        yield return Event("joined", parts.Feed.Version);
        // a stream is no longer than a session without use: the browser comes again with the session it has then
        while (!end.IsCancellationRequested && parts.Clock.GetUtcNow() < until)
        {
            long? version = await Next(changes, end.Token);
            if (!end.IsCancellationRequested)
            {
                yield return version is { } changed ? Event("changed", changed) : Event("alive", parts.Feed.Version);
            }
        }
    }

    /// <summary>The next change, or null when it is time to say that the stream lives, or its end.</summary>
    private async Task<long?> Next(ChannelReader<long> changes, CancellationToken end)
    {
        using var patience = new CancellationTokenSource(Alive, parts.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end, patience.Token);
        try
        {
            return await changes.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static SseItem<string> Event(string type, long version) => new(version.ToString(CultureInfo.InvariantCulture), type);
}
