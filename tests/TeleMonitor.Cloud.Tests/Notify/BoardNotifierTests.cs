using TeleMonitor.Care.Paging;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub.Boards;
using TeleMonitor.Hub.Notify;

namespace TeleMonitor.Cloud.Tests.Notify;

public sealed class BoardNotifierTests : IDisposable
{
    private readonly TestHub hub = new();
    private readonly BoardFeed feed = new();

    public void Dispose() => hub.Dispose();

    [Fact]
    public void Any_number_of_old_pages_of_a_team_without_a_board_stand_in_nobodys_way()
    {
        hub.Store.Write(write =>
        {
            for (int old = 0; old < 300; old++)
            {
                write.AddPage(1, new PageTo(Receiver.Team, "akut-toender", 1), PageReason.RepeatLastRung, hub.Now);
            }
            write.AddPage(2, new PageTo(Receiver.Team, "akut-aabenraa", 1), PageReason.FirstPage, hub.Now);
        });
        using IDisposable board = feed.Open("akut-aabenraa").Handle;
        Assert.Equal(1, new BoardNotifier(hub.Store, feed).Send(hub.Now));
        Assert.NotNull(Assert.Single(hub.Store.Read(read => read.PagesOf(2))).SentMs);
        Assert.All(hub.Store.Read(read => read.PagesOf(1)), page => Assert.Null(page.SentMs));
    }
}
