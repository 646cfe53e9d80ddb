using System.Globalization;
using System.Text.Json;
using TeleMonitor.Care.Cases;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Simulation;

/// <summary>
/// The properties of plans and signed settings. P1: who sends nothing is Unknown at the stated minute and no case before its time, and nobody is
/// Green whose set has not come. P2: what is judged names the settings in force. P3: settings that are refused change nothing and are told.
/// P4: a Red or Yellow by a plan has a case; a Yellow closes by itself only after three normal sets over 12 hours. P5: a gateway that
/// judges by what was issued is never accused of another.
/// </summary>
/// <param name="world">Time.</param>
/// <param name="hub">The hub.</param>
/// <param name="measured">Gateway of the citizen who follows the plan and measures.</param>
/// <param name="quiet">Gateway of the one who follows it and never does.</param>
internal sealed class PlanChecks(World world, SimHub hub, string measured, string quiet)
{
    /// <summary>From when the plan is followed: midnight of the day.</summary>
    public static readonly DateTimeOffset From = new(2026, 11, 22, 0, 0, 0, TimeSpan.FromHours(1));
    /// <summary>A planned absence over the first occasion.</summary>
    public static readonly PlanPause Pause = new(From.AddHours(7), From.AddHours(9).AddMinutes(30), "away", "nurse");
    private static readonly DateTimeOffset UnknownAt = From.AddHours(10), CaseAt = From.AddHours(12); // copd-intensive: due at 08:00
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly string Refused = "profile/refused", Normal = CaseWord.Of(CaseChange.NormalCounted), ClosedNormal = CaseWord.Of(CaseChange.ClosedNormal);

    private readonly Dictionary<string, KeptProfile> first = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> wrongSince = new(StringComparer.Ordinal);
    private TimeSpan looked = -Grace;
    private int changes = -1;

    /// <summary>True when the quiet citizen is away.</summary>
    public bool Paused { get; set; }

    public bool Follows(string gateway) => IsQuiet(gateway) || string.Equals(gateway, measured, StringComparison.Ordinal);

    public bool IsQuiet(string gateway) => string.Equals(gateway, quiet, StringComparison.Ordinal);

    /// <summary>The first settings that a gateway took; null before.</summary>
    public KeptProfile? FirstOf(string gateway) => first.GetValueOrDefault(gateway);

    /// <summary>A gateway writes items: they name the settings that its card has, and its card has none that were refused.</summary>
    public void Making(SimHome home, OutboxCommit commit)
    {
        KeptProfile? kept = home.Card.Live.Profile;
        told[home.Name] = told.GetValueOrDefault(home.Name) + commit.Items.Count(item => item.Code.EndsWith(Refused, StringComparison.Ordinal));
        if (kept is { Bundle: not null })
        {
            first.TryAdd(home.Gateway, kept);
        }
        if (kept?.Version >= SimSigner.ForgedVersion)
        {
            throw new BrokenException("P3", $"{home.Name} has taken settings {kept.Version}, which the hub never signed");
        }
        foreach (OutboxItem item in commit.Items.Where(item => item.Code is WireWord.ClinicalAlert or WireWord.PlanAssessment))
        {
            int? named = JsonElement.Parse(item.Bytes).TryGetProperty("profile", out JsonElement version) ? version.GetInt32() : null;
            int? inForce = kept is { Bundle: not null } ? kept.Version : null;
            if (named != inForce)
            {
                throw new BrokenException("P2", $"{home.Name} has settings {inForce} in force, and {item.Code} at {item.Tick} names {named}");
            }
        }
    }

    /// <summary>Settings were handed to a home that are none: it tells the hub, unless it has told already or goes down.</summary>
    public void Offered(SimHome home)
    {
        (int life, long before) = (home.Life, told.GetValueOrDefault(home.Name));
        bool stands = home.Card.Live.Findings.Exists(finding => finding.Code.EndsWith(Refused, StringComparison.Ordinal));
        world.In(TimeSpan.FromMinutes(2), () =>
        {
            if (home.Life == life && home.IsRunning && !home.Card.Full && !stands && told.GetValueOrDefault(home.Name) == before)
            {
                throw new BrokenException("P3", $"{home.Name} was handed settings that are none, and says nothing of it");
            }
        });
    }

    /// <summary>After the hub has worked; a look every few seconds sees all that lasts.</summary>
    public void Store()
    {
        if (world.Now - looked < Grace)
        {
            return;
        }
        looked = world.Now;
        if (hub.IsFull || hub.Processes.Where(one => one.IsAlive).Select(one => one.Clock.GetUtcNow()).DefaultIfEmpty().Max() is not { Year: > 2000 } now)
        {
            wrongSince.Clear();
            return;
        }
        foreach ((int number, string gateway, string citizen, long? unknown) in hub.Database.All(
            """
            select number, gateway, citizen, unknown_ms from assignment join plan_watch on plan_watch.assignment = number where to_ms is null
            """, row => (row.GetInt32(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? (long?)null : row.GetInt64(3))))
        {
            bool isQuiet = IsQuiet(gateway);
            if (unknown is { } since && since != UnknownAt.ToUnixTimeMilliseconds())
            {
                throw new BrokenException("P1", $"{citizen} is Unknown since {DateTimeOffset.FromUnixTimeMilliseconds(since):HH:mm:ss} and not since {UnknownAt:HH:mm}");
            }
            if (isQuiet && Paused)
            {
                Hold(unknown is null, "P1", $"{citizen} is away and is Unknown");
                continue;
            }
            bool due = now >= UnknownAt + Grace;
            Hold(!due || unknown is not null || (!isQuiet && HasSet(number)), "P1", $"{citizen} has sent no set and is not Unknown after {UnknownAt:HH:mm}");
            Hold(!isQuiet || now < CaseAt + Grace || Cases(citizen) > 0, "P1", $"{citizen} has sent nothing and there is no case after {CaseAt:HH:mm}");
        }
        if (hub.Database.Changes == changes)
        {
            return;
        }
        changes = hub.Database.Changes;
        if (hub.Database.One<string>("select citizen from care_case where kind = 'missing-data' and opened_ms < $1", CaseAt.ToUnixTimeMilliseconds()) is { } early)
        {
            throw new BrokenException("P1", $"there was a case of missing data about {early} before {CaseAt:HH:mm}");
        }
        Closed();
        if (hub.Database.One<string>("select detail from finding where code = $1", IssuedRules.Skew) is { } accused)
        {
            throw new BrokenException("P5", $"a gateway that judges by what was issued is accused: {accused}");
        }
    }

    /// <summary>In the end everything that a plan found Yellow or Red has a case.</summary>
    public void Cared()
    {
        foreach ((int assignment, byte[] bytes) in hub.Database.All("select assignment, bytes from item where kind = 'assessment'", row => (row.GetInt32(0), row.GetFieldValue<byte[]>(1))))
        {
            if (WireItems.TryRead(bytes, out Item? item, out _) && item is AssessmentItem said && said.Triage == TriageWord.Of(Triage.Red)
                && hub.Database.One<long>("select count(*) from care_case where kind in ('clinical', 'unreadable-alert') and citizen = (select citizen from assignment where number = $1)", assignment) == 0)
            {
                throw new BrokenException("P4", string.Create(CultureInfo.InvariantCulture, $"assignment {assignment} was Red at {said.Tick} by {string.Join(' ', said.Reasons)}, and there is no case"));
            }
        }
    }

    private void Closed()
    {
        foreach (long id in hub.Database.All("select care_case from case_event where change = $1", row => row.GetInt64(0), ClosedNormal))
        {
            var sets = hub.Database.All("select at_ms, change from case_event where care_case = $1 order by id desc", row => (At: row.GetInt64(0), Change: row.GetString(1)), id)
                .SkipWhile(row => !string.Equals(row.Change, ClosedNormal, StringComparison.Ordinal)).TakeWhile(row => string.Equals(row.Change, Normal, StringComparison.Ordinal) || string.Equals(row.Change, ClosedNormal, StringComparison.Ordinal)).ToList();
            if (sets.Count < 3 || sets[0].At - sets[^1].At < TimeSpan.FromHours(12).TotalMilliseconds)
            {
                throw new BrokenException("P4", $"case {id} closed by itself after {sets.Count} normal sets");
            }
        }
    }

    private long Cases(string citizen) => hub.Database.One<long>("select count(*) from care_case where kind = 'missing-data' and citizen = $1", citizen);

    /// <summary>Pulse, saturation and the answers are there: whatever they say, and whatever the hub has noted about them.</summary>
    private bool HasSet(int assignment) => hub.Database.One<long>(
        """
        select count(distinct case when code like '%copd-daily%' then 'answers' else code end) from item
        where assignment = $1 and kind in ('reading', 'answer') and (code in ($2, $3) or code like '%copd-daily%')
        """, assignment, VitalCode.Of(Vital.Pulse).Code, VitalCode.Of(Vital.Spo2).Code) == 3;

    /// <summary>What a round of the hub must see to is wrong only when it stays so while the hub works.</summary>
    private void Hold(bool holds, string property, string what)
    {
        if (holds || world.Now - hub.WorkingSince < Grace * 2)
        {
            wrongSince.Remove(what);
        }
        else if (!wrongSince.TryAdd(what, world.Now) && world.Now - wrongSince[what] > Grace * 2)
        {
            throw new BrokenException(property, what);
        }
    }
}
