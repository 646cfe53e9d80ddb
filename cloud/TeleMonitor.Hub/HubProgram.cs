using System.CommandLine;
using TeleMonitor.Hub;

var root = new RootCommand("TeleMonitor hub: stores what gateways send, opens cases, finds who is on duty, and shows the worklist")
{
    HubCommands.Run(), HubCommands.Migrate(), HubCommands.Check(), HubCommands.Register(), HubCommands.Quarantine(), HubCommands.Restored(), HubCommands.RouteTest(), HubCommands.Counts(), HubCommands.Replay(),
    ProfileCommands.Create(), PeopleCommands.Create(), TokenCommands.Create(), CitizenCommands.Create(), AuditCommands.Create(), RightsCommands.Create(), RightsCommands.CreateRetention(),
};
return await root.Parse(args).InvokeAsync();
