using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Localization;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Hub.Boards;

/// <summary>What stands round every page of somebody who has signed in.</summary>
/// <param name="Words">Words of its language.</param>
/// <param name="Token">Goes into every form.</param>
/// <param name="Me">Who looks; null for one who has no account any more.</param>
/// <param name="Sights">What they may see now: the links of the top bar.</param>
/// <param name="Here">Which of the links the page belongs to, e.g. <c>support</c>; empty for none.</param>
/// <param name="Path">The page's address without language.</param>
public sealed record FrameView(BoardWords Words, AntiforgeryTokenSet Token, Person? Me, IReadOnlySet<Sight> Sights, string Here, string Path)
{
    /// <summary>The links of the top bar: word, address, and the sight that opens it.</summary>
    private static readonly (string Word, string Address, Sight Needs)[] Links =
    [
        ("worklist", "/", Sight.Health), ("citizens", "/citizens", Sight.Health), ("support", "/support", Sight.Kits), ("people", "/people", Sight.People),
        ("audit", "/audit", Sight.Audit), ("break-glass", "/break-glass", Sight.BreakGlass),
    ];

    /// <summary>Address of the worklist's link: it keeps the team that is looked at.</summary>
    public string Worklist { get; init; } = "/";

    /// <summary>Red cases without owner; null where they are not counted.</summary>
    public int? RedFree { get; init; }

    /// <summary>How many citizens of the viewer were opened out of scope and no coordinator has seen it; on every page of theirs until one has.</summary>
    public int Broken { get; init; }

    /// <summary>The links that the viewer may follow.</summary>
    public IEnumerable<(string Word, string Address)> Menu => Links.Where(link => Sights.Contains(link.Needs)).Select(link => (link.Word, link.Word is "worklist" ? Worklist : link.Address));

    /// <summary>The page in another language.</summary>
    public string In(string language) => $"{Path}{(Path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}lang={language}";

    /// <summary>Reads who looks and what they may see.</summary>
    /// <param name="parts">Boards.</param>
    /// <param name="http">Request of a session.</param>
    /// <param name="antiforgery">Makes the form's token.</param>
    /// <param name="text">Texts.</param>
    /// <param name="here">Which link.</param>
    public static FrameView Of(BoardParts parts, HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> text, string here)
    {
        Viewer viewer = Sessions.Of(http);
        Care.Routing.People people = parts.People();
        (IReadOnlySet<Sight> sights, int broken) = parts.Store.ReadAs(viewer, read =>
        {
            IReadOnlySet<Sight> may = read.Sights();
            return (may, may.Contains(Sight.Rights) ? read.Broken(DateTimeOffset.MaxValue).Count : 0);
        });
        return new FrameView(new BoardWords(text, parts.Data with { People = people }, parts.Clock.GetUtcNow()), antiforgery.GetAndStoreTokens(http), people.Find(viewer.Person), sights, here, http.Request.Path)
        {
            Broken = broken,
        };
    }
}
