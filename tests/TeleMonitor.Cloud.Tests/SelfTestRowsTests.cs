using TeleMonitor.Cloud.Tests.Ingest;

namespace TeleMonitor.Cloud.Tests;

public sealed class SelfTestRowsTests
{
    /// <summary>Without a row SQLite cannot say of what type min(area) is: the first round of a hub without a self-test failed on it.</summary>
    [Fact]
    public void A_register_without_a_self_test_has_none_and_is_no_fault()
    {
        using var hub = new TestHub();
        Assert.Empty(hub.Store.Read(read => read.SelfTestGateways(hub.Now)));
        Assert.Empty(hub.Store.Read(read => read.SelfTestDues()));
        Assert.Empty(hub.Store.Read(read => read.SelfTestsSince(hub.Now)));
    }
}
