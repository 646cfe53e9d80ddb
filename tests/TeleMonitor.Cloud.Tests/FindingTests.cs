using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Cloud.Tests;

public sealed class FindingTests : IDisposable
{
    private readonly TestHub hub = new();

    public void Dispose() => hub.Dispose();

    [Fact]
    public void A_finding_opens_ends_and_opens_anew_and_only_the_open_ones_are_listed_as_open()
    {
        See("finding/disk-near-full", "", 0);
        See("finding/disk-near-full", "", 1);
        Assert.True(hub.Store.Write(write => write.EndFinding(TestHub.Gateway, "finding/disk-near-full", null, hub.Now.AddMinutes(2))));
        Assert.Empty(hub.Store.Read(read => read.OpenFindings(TestHub.Gateway, 10)));
        Assert.Equal(hub.Now.AddMinutes(2).ToUnixTimeMilliseconds(), hub.Store.Read(read => read.Findings())[0].EndedMs);
        See("finding/disk-near-full", "", 5);
        FindingRow again = hub.Store.Read(read => read.OpenFindings(TestHub.Gateway, 10)).Single();
        Assert.Equal((hub.Now.ToUnixTimeMilliseconds(), hub.Now.AddMinutes(5).ToUnixTimeMilliseconds(), 3L), (again.FirstMs, again.OpenedMs, again.Seen));
    }

    [Fact]
    public void Ending_one_of_two_details_leaves_the_other_and_ending_none_is_told()
    {
        See("finding/sensor-silent", "sensor a", 0);
        See("finding/sensor-silent", "sensor b", 0);
        Assert.True(hub.Store.Write(write => write.EndFinding(TestHub.Gateway, "finding/sensor-silent", "sensor a", hub.Now)));
        Assert.False(hub.Store.Write(write => write.EndFinding(TestHub.Gateway, "finding/sensor-silent", "sensor a", hub.Now)));
        Assert.Equal("sensor b", hub.Store.Read(read => read.OpenFindings(null, 10)).Single().Detail);
    }

    private void See(string code, string detail, int minute) => hub.Store.Write(write => write.Finding(TestHub.Gateway, code, detail, hub.Now.AddMinutes(minute)));
}
