using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Profile;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Gateway;

/// <summary>What one gateway runs with.</summary>
internal sealed record GatewaySetup
{
    public required string Gateway { get; init; }
    public required JudgeSettings Judging { get; init; }
    /// <summary>Further citizens in the same home, who share its devices.</summary>
    public IReadOnlyList<JudgeSettings> AlsoJudging { get; init; } = [];
    /// <summary>Assignments whose loan is over and whose data is still here; no rules run for them.</summary>
    public IReadOnlyList<int> Ending { get; init; } = [];
    /// <summary>Assignments that are served; none of a kit in stock, whose values are nobody's.</summary>
    public IReadOnlyCollection<int> Serving => [.. AlsoJudging.Prepend(Judging).Select(settings => settings.Assignment).Where(assignment => assignment > 0)];
    /// <summary>Told which loans signed settings have ended: written down, and the gateway is opened anew to end them. Throws <see cref="OutboxException"/> where it could not be, and is told again.</summary>
    public Action<IReadOnlyList<int>> LoanEnds { get; init; } = static _ => { };
    /// <summary>True once the paired devices of those who end are forgotten.</summary>
    public Func<bool> Unbonded { get; init; } = () => true;
    /// <summary>Keys pinned at set-up, by which signed settings are believed.</summary>
    public ProfileTrust Trust { get; init; } = ProfileTrust.Nobody;
    public required GatewayIdentity Identity { get; init; }
    public required IOutboxStore Outbox { get; init; }
    public required TimeProvider Clock { get; init; }
    public required Random Dice { get; init; }
    /// <summary>Takes one sentence for the log; no value and no name in it.</summary>
    public required Action<string> Say { get; init; }
    /// <summary>The own certificate, and what each broker showed last; empty where the link has none.</summary>
    public Func<IReadOnlyList<CertificateTime>> Certificates { get; init; } = () => [];
    /// <summary>Told how the newest Red or help press stands whenever that changes: for light and buzzer. Returns at once and does not throw.</summary>
    public Action<UrgentStanding> Signal { get; init; } = static _ => { };
    /// <summary>Told when somebody at home is to be reminded, and when not any more: for the light. Returns at once and does not throw.</summary>
    public Action<bool> Remind { get; init; } = static _ => { };
    /// <summary>Whether a state's sensor is one of this home's; null where it has no devices, or they are not known.</summary>
    public Func<string, bool>? HasSensor { get; init; }
    /// <summary>True where the home's own page can ask whose a measurement is; else what did not say so is nobody's at once.</summary>
    public bool Asks { get; init; }
    /// <summary>False in a replay at full speed: rule time then moves only with the rows.</summary>
    public bool RuleTimeRuns { get; init; } = true;
    /// <summary>After the sensor has ended: gives up when no item was receipted for so long. Null: goes on until stopped, as a home does.</summary>
    public TimeSpan? Patience { get; init; } = TimeSpan.FromSeconds(120);
}
