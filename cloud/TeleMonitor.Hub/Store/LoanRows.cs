using TeleMonitor.Care.Cases;

namespace TeleMonitor.Hub.Store;

/// <summary>A kit, as those who lend it know it.</summary>
/// <param name="Gateway">Gateway.</param>
/// <param name="Number">Its number.</param>
public sealed record Kit(string Gateway, string Number);

/// <summary>Why monitoring ended. A word and not a text: a text would hold names.</summary>
public enum EndReason : byte
{
    /// <summary>The course is over.</summary>
    Completed,
    /// <summary>The citizen does not want it any more.</summary>
    Wish,
    /// <summary>The citizen moved to where somebody else answers.</summary>
    Moved,
    /// <summary>Somebody else looks after them day and night.</summary>
    CareHome,
    /// <summary>It suits the citizen no longer.</summary>
    Unsuited,
    /// <summary>The citizen has died.</summary>
    Dead,
}

// lending a kit to a citizen, and taking it back: the hub gives the numbers, and a loan is over when the kit says that it is wiped
public sealed partial class StoreTransaction
{
    /// <summary>Finding of a kit that was asked to wipe itself and has not said that it did; the detail names the assignment, and support sees the kit's number.</summary>
    public const string WipeAsked = "finding/wipe-asked";

    /// <summary>Kits that nobody has: none of their loans runs or is to begin, and of each one before it was said that it is wiped.</summary>
    public IReadOnlyList<Kit> FreeKits(DateTimeOffset now) => [.. Query<Kit>(
        """
        select gateway.gateway as Gateway, kit as Number from gateway
        where not exists (select 1 from assignment where assignment.gateway = gateway.gateway and (to_ms is null or to_ms > @now or synthetic <> 0))
        order by kit
        """, new { now = Milliseconds(now) }).Where(kit => NotWiped(kit.Gateway, now).Count == 0)];

    /// <summary>The kit of a gateway.</summary>
    public string KitOf(string gateway) => One<string>("select kit from gateway where gateway = @gateway", new { gateway }) ?? "";

    /// <summary>The next number of an assignment: unique over the hub, never used again.</summary>
    public int NextAssignment() => One<int>("select coalesce(max(number), 0) + 1 from assignment");

    /// <summary>A citizen's open loans are at another place from now on: what is routed from there goes to whoever answers there.</summary>
    public void MoveLoans(string citizen, string area, DateTimeOffset now) => Run(
        "update assignment set area = @area where citizen = @citizen and synthetic = 0 and (to_ms is null or to_ms > @now)", new { citizen, area, now = Milliseconds(now) });

    /// <summary>Ends a loan and its plans, and asks the kit to wipe itself where it holds something of the citizen.</summary>
    public void EndLoanBy(Assignment loan, string by, DateTimeOffset now)
    {
        long at = Milliseconds(now);
        // one that was to begin later never begins
        Run("update assignment set to_ms = case when from_ms > @at then from_ms else @at end where number = @Number and (to_ms is null or to_ms > @at)", new { loan.Number, at });
        Run("update citizen_plan set to_ms = case when from_ms > @at then from_ms else @at end where assignment = @Number and (to_ms is null or to_ms > @at)", new { loan.Number, at });
        Run("update plan_pause set to_ms = @at where assignment = @Number and from_ms < @at and to_ms > @at", new { loan.Number, at });
        Run("update plan_watch set due_ms = @at where assignment = @Number", new { loan.Number, at });
        if (NotWiped(loan.Gateway, now).Contains(loan.Number))
        {
            Run("insert into wipe (assignment, gateway, asked_ms, asked_by) values (@Number, @Gateway, @at, @by) on conflict (assignment) do nothing", new { loan.Number, loan.Gateway, at, by });
            Finding(loan.Gateway, WipeAsked, WipeDetail(loan.Number), now);
        }
        LookAtProfile(loan.Gateway);
    }

    /// <summary>True when a kit was asked to wipe an assignment and has not said that it did.</summary>
    public bool IsWipeAwaited(int assignment) => One<bool>("select exists (select 1 from wipe where assignment = @assignment and wiped_ms is null)", new { assignment });

    /// <summary>The kit says that it has wiped itself.</summary>
    private void Wiped(int assignment, DateTimeOffset now)
    {
        Run("update wipe set wiped_ms = @now where assignment = @assignment and wiped_ms is null", new { assignment, now = Milliseconds(now) });
        if (AssignmentOf(assignment) is { } loan)
        {
            EndFinding(loan.Gateway, WipeAsked, WipeDetail(assignment), now);
        }
    }

    private static string WipeDetail(int assignment) => $"assignment {assignment.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    /// <summary>Monitoring of a citizen is over.</summary>
    public void EndMonitoring(string citizen, EndReason reason, DateTimeOffset now) =>
        Run("update citizen set ended_ms = @now, end_reason = @reason where citizen = @citizen", new { citizen, reason = CaseWord.Of(reason), now = Milliseconds(now) });

    /// <summary>It begins again.</summary>
    public void BeginMonitoring(string citizen) => Run("update citizen set ended_ms = null, end_reason = null where citizen = @citizen", new { citizen });
}
