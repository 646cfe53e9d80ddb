using System.CommandLine;
using TeleMonitor.Gateway;

var root = new RootCommand("TeleMonitor gateway: reads sensors in a home, judges and scores each reading, and carries everything to the hub")
{
    RunCommand.Create(),
    ReplayCommand.Create(),
    StatusCommand.Create(),
    CheckCommand.Create(),
    ScoreCommand.Create(),
};
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
