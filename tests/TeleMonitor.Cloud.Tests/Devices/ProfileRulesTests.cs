using TeleMonitor.Care.Devices;

namespace TeleMonitor.Cloud.Tests.Devices;

public sealed class ProfileRulesTests
{
    private static readonly ProfileMark Issued = new(17, "a");

    [Fact]
    public void Only_the_same_version_with_the_same_bytes_is_in_force() => Assert.Equal(ProfileStanding.InForce, ProfileRules.Compare(Issued, new ProfileMark(17, "a")));

    [Theory]
    [InlineData(null)]
    [InlineData(16)]
    [InlineData(1)]
    public void None_and_an_older_one_are_behind(int? version) =>
        Assert.Equal(ProfileStanding.Behind, ProfileRules.Compare(Issued, version is { } shown ? new ProfileMark(shown, "a") : null));

    [Theory]
    [InlineData(17, "b")]
    [InlineData(18, "a")]
    public void What_this_hub_did_not_issue_is_ahead(int version, string hash) => Assert.Equal(ProfileStanding.Ahead, ProfileRules.Compare(Issued, new ProfileMark(version, hash)));
}
