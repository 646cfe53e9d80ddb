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

    /// <summary>Looks no more often than this at what changed, however much does.</summary>
    private static readonly TimeSpan Settles = TimeSpan.FromMilliseconds(200);

    /// <summary>The stream. Events: <c>joined</c> and <c>changed</c> with the mark of what the viewer may see, <c>alive</c>.</summary>
    public IResult Open(HttpContext http)
    {
        string? team = http.Request.Query["team"];
        if (team is not null && !BoardAddress.HasBoard(team, parts.Data))
        {
            return TypedResults.Problem("There is no such team.", statusCode: StatusCodes.Status400BadRequest);
        }
        // an open board counts as somebody who is there: only whoever works for the team is. Others listen all the same, for what is theirs
        string? board = team is not null && parts.Store.ReadAs(Sessions.Of(http), read => IsTheirs(read, team)) ? team : null;
        if (parts.Feed.OpenBoards >= MostBoards)
        {
            return TypedResults.Problem("Too many open boards.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
        return TypedResults.ServerSentEvents(Stream(board, Sessions.Of(http), parts.Clock.GetUtcNow() + SignIn.Idle, http.RequestAborted));
    }

    private bool IsTheirs(ScopedRead read, string team) => parts.Data.Topology.Clusters.FirstOrDefault(cluster => cluster.Support == team) is { } cluster
        ? read.WorksFor(cluster.Slug, Sight.Kits) : read.WorksFor(team, Sight.Health);

    private async IAsyncEnumerable<SseItem<string>> Stream(string? team, Viewer viewer, DateTimeOffset until, [EnumeratorCancellation] CancellationToken gone)
    {
        (ChannelReader<long> changes, IDisposable handle) = parts.Feed.Open(team);
        using IDisposable open = handle;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(gone, stopping);
        // opened before the mark is read: what changes between the two is told twice, never not at all
        string told = MarkFor(viewer);
        yield return Event("joined", told);
        // a stream is no longer than a session without use: the browser comes again with the session it has then
        while (!end.IsCancellationRequested && parts.Clock.GetUtcNow() < until)
        {
            long? change = await Next(changes, end.Token);
            string now = change is null ? told : MarkFor(viewer);
            if (!end.IsCancellationRequested && (change is null || now != told))
            {
                // what changed for others is not told: not even that something did
                yield return Event(change is null ? "alive" : "changed", told = now);
            }
            if (change is not null)
            {
                await Wait(Settles, end.Token);
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

    /// <summary>By what the viewer may see now: a grant may have begun or ended since.</summary>
    private string MarkFor(Viewer viewer) => parts.Store.ReadAs(viewer with { Now = parts.Clock.GetUtcNow() }, read => read.Mark());

    private async Task Wait(TimeSpan time, CancellationToken end) => await Task.Delay(time, parts.Clock, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static SseItem<string> Event(string type, string mark) => new(mark, type);
}
