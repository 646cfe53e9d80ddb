using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Paging;
using TeleMonitor.Care.Routing;

namespace TeleMonitor.Cloud.Tests.Cases;

/// <summary>These words stand in stored rows: they may be added to, never changed.</summary>
public sealed class CaseWordTests
{
    [Fact]
    public void The_words_are_those_that_are_stored()
    {
        Pin<CaseKind>("clinical unreadable-alert self-test help missing-data");
        Pin<CaseState>("open taken closed");
        Pin<Overdue>("no owner-paged open-for-all");
        Pin<AlertOrigin>("gateway hub");
        Pin<Confirming>("none awaited confirmed not-confirmed unanswered");
        Pin<CaseChange>("opened joined-unchanged joined-untaken moved-to-higher-ladder reopened-higher-triage reopened-new-reason cleared-recorded "
            + "taken assessed noted closed respond-by-passed ladder-opened-for-all rung-climbed last-rung-repeated reopened-is-now test-passed "
            + "reopened-third-repeat reopened-after-assessed normal-counted closed-normal "
            + "nothing-due nothing-open green-opens-nothing late-repeat already-taken not-allowed-no-case not-allowed-closed not-allowed-not-taken "
            + "not-allowed-no-person not-allowed-no-text not-allowed-no-reason");
        Pin<CaseEffect>("page withdraw-unsent-pages notice-taken");
        Pin<PageReason>("none first-page nobody-took repeat-last-rung higher-triage new-reason asked-again respond-by-passed ladder-for-all self-test-missed test device-needed");
        Pin<Receiver>("team coordinator fallback owner sink support");
        Pin<RouteReason>("municipality postcode unknown-area no-authority-then team-does-not-take");
        Pin<PersonRole>("acute-nurse coordinator monitoring-nurse support-worker clinician administrator auditor machine");
        Pin<UnitKind>("hub authority team cluster citizen");
    }

    [Fact]
    public void A_word_that_is_none_is_refused()
    {
        Assert.False(CaseWord.TryRead("Open", out CaseState _));
        Assert.False(CaseWord.TryRead(null, out CaseKind _));
        Assert.Throws<ArgumentOutOfRangeException>(() => CaseWord.Of((CaseState)9));
    }

    private static void Pin<T>(string words) where T : struct, Enum
    {
        Assert.Equal(words.Split(' '), CaseWord.All<T>());
        foreach (T value in Enum.GetValues<T>())
        {
            Assert.True(CaseWord.TryRead(CaseWord.Of(value), out T read));
            Assert.Equal(value, read);
        }
    }
}
