using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Paging;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Routing;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Cloud.Tests.Cases;

/// <summary>A case lived through on its own clock, with the shipped ladders and routes; every step is also given to Paging.</summary>
internal sealed class Story
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);
    public const string Ana = "ana", Bo = "bo";

    private readonly CaseKind kind;
    private int opened;

    public Story(CaseKind kind = CaseKind.Clinical) => this.kind = kind;

    public DateTimeOffset Now { get; private set; } = Start;
    public CareCase? Case { get; private set; }
    public CaseStep Last { get; private set; } = new(null, CaseChange.NothingDue, []);
    public PageDecision Paged { get; private set; } = new([], PageReason.None, null);
    public List<(double Minute, PageReason Reason, string Receiver)> Pages { get; } = [];

    public static Ladders Ladders => ShippedFiles.Ladders;

    public Story Alert(Triage triage, params string[] reasons) =>
        Do(new AlertArrived(new CaseSubject($"case-{opened + 1}", "c-100068", kind, "aabenraa", "akut-aabenraa"), triage, reasons));

    public Story After(double minutes)
    {
        Now += TimeSpan.FromMinutes(minutes);
        return this;
    }

    /// <summary>Moves the clock to the moment at which the case is due, and ticks.</summary>
    public Story WhenDue()
    {
        Now = Case?.DueAt > Now ? Case.DueAt.Value : Now;
        return Do(new Due());
    }

    /// <summary>Minute by minute as the hub does: ticks while something is due.</summary>
    public Story Live(int minutes)
    {
        for (int minute = 0; minute < minutes; minute++)
        {
            After(1);
            // at most two clocks can have run out; a third step would be a case that is due for ever
            for (int step = 0; Case?.DueAt <= Now; step++)
            {
                Assert.InRange(step, 0, 1);
                Do(new Due());
            }
        }
        return this;
    }

    public Story Do(CaseEvent @event)
    {
        Last = CaseRules.Step(Case, @event, Now, Ladders);
        Paged = PagingRules.Decide(Last, Ladders, Router.Route(ShippedFiles.Topology, "aabenraa", Last.Case?.Triage ?? Triage.Unknown, Now));
        opened += Last.Change == CaseChange.Opened ? 1 : 0;
        Case = Last.Case;
        Pages.AddRange(Paged.Pages.Select(page => ((Now - Start).TotalMinutes, Paged.Reason, page.Receiver)));
        return this;
    }

    public Story Take(string person = Ana) => Do(new Take(person));
    public Story Assess(string person = Ana) => Do(new Assess(person));
    public Story Close(string person = Ana) => Do(new Close(person, "visited, treated at home"));

    /// <summary>The receivers of the last step, as words.</summary>
    public string Called => string.Join(' ', Paged.Pages.Select(page => page.Receiver));
}
