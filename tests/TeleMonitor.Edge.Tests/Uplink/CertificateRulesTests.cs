using TeleMonitor.Gateway.Uplink;

namespace TeleMonitor.Edge.Tests.Uplink;

/// <summary>What is said about certificates and clock, at the edges of each rule.</summary>
public sealed class CertificateRulesTests
{
    private const string Broker = "broker.test:8883";
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1), Year = TimeSpan.FromDays(365);

    [Theory]
    [InlineData(0, false)] // the last moment still counts
    [InlineData(1, true)]
    public void The_own_certificate_has_ended_one_second_after_its_last(int secondsAfter, bool ended)
    {
        CertificateFinding found = Find(CertificateRules.Expired, [Own(Noon - Year, Noon)], Known(Noon + (secondsAfter * Second)), connected: false);
        Assert.Equal(ended, found.Holds == true);
        Assert.Equal(ended ? "own" : "", found.Facts[0].Value);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)] // the first moment counts
    public void A_brokers_certificate_has_not_begun_one_second_before_its_first(int secondsAfter, bool early)
    {
        CertificateTime broker = new(Broker, Noon, Noon + Year);
        CertificateFinding found = Find(CertificateRules.NotYetValid, [Own(Noon - Year, Noon + Year), broker], Known(Noon + (secondsAfter * Second)), connected: false);
        Assert.Equal(early, found.Holds == true);
        Assert.Equal(early ? Broker : "", found.Facts[0].Value);
    }

    [Fact]
    public void Both_that_have_ended_are_named_with_their_ends_and_nothing_else_is()
    {
        CertificateTime other = new("other.test:8883", Noon - Year, Noon + Year);
        CertificateFinding found = Find(CertificateRules.Expired, [Own(Noon - Year, Noon - Second), new(Broker, Noon - Year, Noon - (2 * Second)), other], Known(Noon), connected: false);
        Assert.Equal([("whose", $"own, {Broker}"), ("to", "2026-11-22T11:59:59Z, 2026-11-22T11:59:58Z")], found.Facts);
        Assert.Equal($"the gateway's own certificate ended 2026-11-22T11:59:59Z and the certificate of broker {Broker}, or of its issuer, ended 2026-11-22T11:59:58Z: "
            + "a new one is needed; everything is kept", found.Text);
    }

    [Fact]
    public void A_clock_that_nobody_vouches_for_accuses_no_certificate_but_says_which_it_would()
    {
        CertificateTime[] own = [Own(Noon - Year, Noon + Year)];
        var ahead = new CertificateMoment(Noon + (10 * Year), Noon, Known: false); // the wall clock says ten years on, the build says noon
        Assert.NotEqual(true, Find(CertificateRules.Expired, own, ahead, connected: false).Holds);
        Assert.False(Find(CertificateRules.Ends, own, ahead, connected: false).Holds);
        CertificateFinding clock = Find(CertificateRules.ClockUnset, own, ahead, connected: false);
        Assert.True(clock.Holds);
        Assert.Equal([("suspect", "own")], clock.Facts);
        Assert.Contains("by the clock as it stands the gateway's own certificate is not valid (it is from 2025-11-22T12:00:00Z to 2027-11-22T12:00:00Z)", clock.Text, StringComparison.Ordinal);

        var behind = new CertificateMoment(Noon, Noon, Known: false); // a build older than the certificate
        CertificateTime[] young = [Own(Noon + Second, Noon + (5 * Year))];
        Assert.NotEqual(true, Find(CertificateRules.NotYetValid, young, behind, connected: false).Holds);
        Assert.Equal([("suspect", "own")], Find(CertificateRules.ClockUnset, young, behind, connected: false).Facts);
    }

    [Fact]
    public void What_ended_before_a_moment_that_is_sure_has_ended_whatever_the_clock_says()
    {
        var unset = new CertificateMoment(Noon, Noon, Known: false);
        Assert.True(Find(CertificateRules.Expired, [Own(Noon - Year, Noon - Second)], unset, connected: false).Holds);
        CertificateFinding clock = Find(CertificateRules.ClockUnset, [Own(Noon - Year, Noon - Second)], unset, connected: false);
        Assert.True(clock.Holds);
        Assert.Empty(clock.Facts);
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(false, true, false)] // it delivers all the same
    [InlineData(true, false, false)] // something else is the matter
    [InlineData(true, true, false)]
    [InlineData(true, null, false)]
    [InlineData(false, null, null)] // just started: nothing was tried
    public void The_clock_is_unset_only_while_nobody_vouches_and_no_connection_can_be_made(bool known, bool? connected, bool? said) =>
        Assert.Equal(said, Find(CertificateRules.ClockUnset, [], new CertificateMoment(Noon, Noon, known), connected).Holds);

    [Theory]
    [InlineData(180, 0, false)]
    [InlineData(180, -1, true)]
    [InlineData(-1, 0, true)] // ended: it is not over by having become worse
    public void The_own_certificate_ends_soon_below_180_days(int days, int seconds, bool soon) =>
        Assert.Equal(soon, Find(CertificateRules.Ends, [Own(Noon - Year, Noon.AddDays(days).AddSeconds(seconds))], Known(Noon), connected: true).Holds);

    [Fact]
    public void A_brokers_certificate_that_ends_soon_is_not_this_gateways_to_renew() =>
        Assert.False(Find(CertificateRules.Ends, [Own(Noon - Year, Noon + Year), new(Broker, Noon - Year, Noon + Second)], Known(Noon), connected: true).Holds);

    [Fact]
    public void Before_a_broker_has_shown_anything_what_was_said_of_it_stays()
    {
        CertificateTime own = Own(Noon - Year, Noon + Year);
        Assert.Null(Find(CertificateRules.Expired, [own], Known(Noon), connected: false).Holds);
        Assert.Null(Find(CertificateRules.NotYetValid, [own], Known(Noon), connected: null).Holds);
        Assert.False(Find(CertificateRules.Expired, [own], Known(Noon), connected: true).Holds);
        Assert.False(Find(CertificateRules.Expired, [own, new(Broker, Noon - Year, Noon + Year)], Known(Noon), connected: false).Holds);
    }

    private static CertificateTime Own(DateTimeOffset from, DateTimeOffset to) => new(CertificateRules.Own, from, to);

    private static CertificateMoment Known(DateTimeOffset at) => new(at, at, Known: true);

    private static CertificateFinding Find(string code, IReadOnlyList<CertificateTime> certificates, CertificateMoment moment, bool? connected) =>
        CertificateRules.Judge(certificates, moment, connected).Single(finding => finding.Code == code);
}
