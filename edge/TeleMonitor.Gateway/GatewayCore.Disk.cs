using TeleMonitor.Gateway.Outbox;

namespace TeleMonitor.Gateway;

// room in the outbox: made in small portions between steps, and said when there is none
internal sealed partial class GatewayCore
{
    private const string DiskFull = "outbox/disk-full";

    private bool MakeRoom(bool full)
    {
        try
        {
            WallTime time = setup.Identity.Now();
            var moment = new ThinNow(setup.Identity.Boot, setup.Identity.Microseconds, time.At, time.State is not WallTime.Unset);
            return keeper.Step(time.Monotonic, moment, sender.ReadingsUnderWay, full);
        }
        catch (OutboxException unwritten)
        {
            setup.Say($"{setup.Gateway}: {unwritten.Message}");
            return false;
        }
    }

    private void SayFull(string why)
    {
        if (!findings.IsOpen(DiskFull))
        {
            setup.Say($"{setup.Gateway}: {why}; tried again every second");
            Find(DiskFull, why);
        }
    }

    private void HasRoom()
    {
        if (findings.IsOpen(DiskFull))
        {
            findings.Close(DiskFull, setup.Identity.Now().At);
        }
    }
}
