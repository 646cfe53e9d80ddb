using System.CommandLine;
using TeleMonitor.Gateway;

var root = new RootCommand("TeleMonitor gateway: reads sensors in a home, judges and scores each reading, and carries everything to the hub")
{
    ScoreCommand.Create(),
};
return root.Parse(args).Invoke();
