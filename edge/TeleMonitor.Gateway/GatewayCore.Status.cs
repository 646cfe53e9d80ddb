using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway;

// the gateway's own state, told every minute while it is connected
internal sealed partial class GatewayCore
{
    private static readonly TimeSpan StatusEvery = TimeSpan.FromSeconds(60);

    private TimeSpan nextStatus;
    private volatile bool statusWanted;

    private void AddStatusWhenDue()
    {
        TimeSpan mono = now.Monotonic;
        if (!sender.Connected || (!statusWanted && mono < nextStatus))
        {
            return;
        }
        statusWanted = false;
        nextStatus = mono + StatusEvery; // also when what it tells cannot be read now
        (NoticeStanding notices, DiskUse disk, IReadOnlyList<string> open) = (setup.Outbox.Notices, setup.Outbox.Disk, findings.Codes);
        var item = new StatusItem
        {
            Kind = WireWord.Status, Tick = nextTick(), Code = WireWord.GatewayStatus, Assignment = 0, At = now.At,
            UptimeSeconds = (long)(mono - began).TotalSeconds,
            Lanes = [.. WireWord.Lanes.Select(lane => { LaneStanding s = setup.Outbox.Standing(lane); return new LaneState(lane, s.Waiting, s.Last); })],
            NoticeHub = notices.Hub, NoticeThrough = notices.Through,
            Disk = new DiskStanding(disk.Used, disk.Limit, disk.Thinned), Findings = open.Count > 0 ? open : null,
            Urgent = urgent.Word, Profile = inForce is { } profile ? new ProfileState(profile.Version, profile.Hash) : null,
            Clock = new ClockStanding(now.State, now.Source, now.HubAhead is { } ahead ? Math.Round(ahead.TotalSeconds, 3) : null),
        };
        pending.Add(new OutboxItem(WireWord.StatusLane, item.Tick, item.Code, WireItems.Write(item)));
    }

    private void WantStatus()
    {
        statusWanted = true;
        judgeSoon();
    }
}
