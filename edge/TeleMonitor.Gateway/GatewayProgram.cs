using System.CommandLine;
using TeleMonitor.Gateway;

return await GatewayCommands.Root().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
