namespace TeleMonitor.Rig;

/// <summary>
/// <c>run</c>: broker, hub on 127.0.0.1:8080 and three simulated homes, or a recording, until Ctrl-C. Everything lies in var/run and is
/// new at each start, so that a newcomer sees a case arrive and not one that is already open.
/// </summary>
internal static class RunVerb
{
    private const int HubPort = 8080;

    /// <summary>Starts all of it, says where to look, and waits.</summary>
    /// <param name="input">A recording to replay, or null for the simulated homes.</param>
    /// <param name="speed">Recorded time per real time, as the gateway's replay takes it.</param>
    /// <returns>0 when Ctrl-C ended it; a program that ended by itself is a <see cref="RigException"/>.</returns>
    public static async Task<int> RunAsync(string? input, string speed, TimeProvider time, CancellationToken stop)
    {
        if (!LoopbackPorts.IsFree(HubPort))
        {
            throw new RigException($"port {HubPort} of 127.0.0.1 is taken (is another `make run` up?); end what listens there and try again");
        }

        IReadOnlyList<Home> homes = input is null ? Home.Simulated : Home.Of(Recording.Read(input, int.MaxValue));
        string folder = Path.Combine(Repository.Var, "run");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        try
        {
            await using Installation installation = await Installation.StartAsync(folder, homes, HubPort, time, stop, Console.WriteLine, new InstallationSettings { Approves = true, Registers = true });
            string[] command = input is null ? ["run"] : ["replay", Path.GetFullPath(input), "--speed", speed];
            await using Child gateway = installation.StartGateway(command);
            SayWhereToLook(await File.ReadAllTextAsync(installation.PasswordFile, stop));
            await UntilOneEndsAsync(installation, gateway, mayEnd: input is not null, stop);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.WriteLine("Ended: gateways, hub, broker.");
            return 0;
        }
    }

    private static void SayWhereToLook(string password)
    {
        Console.WriteLine($"""
            Look at   http://127.0.0.1:{HubPort}   (the worklist; Ctrl-C here ends everything)
            Sign in   mlk, password {password}   (a nurse in Aabenraa; sup for cluster support; everybody has it, it is made anew at each start)
            Ask       artifacts/telemonitor-gateway status --config var/run/gateway.json
            Read      var/run/log/broker.log, hub.log, gateway.log
            """);
    }

    private static async Task UntilOneEndsAsync(Installation installation, Child gateway, bool mayEnd, CancellationToken stop)
    {
        Task<int> broker = installation.Broker.WaitAsync(stop);
        Task<int> hub = installation.Hub.WaitAsync(stop);
        Task<int> replay = gateway.WaitAsync(stop);
        Task<int> first = await Task.WhenAny(broker, hub, replay);
        if (first == replay && mayEnd)
        {
            Console.WriteLine($"The recording has been replayed (exit code {await replay}); the hub stays up until Ctrl-C.");
            first = await Task.WhenAny(broker, hub);
        }

        (string name, string log) = first == broker ? ("broker", installation.Broker.LogFile)
            : first == hub ? ("hub", installation.HubLog) : ("gateway", installation.GatewayLog);
        throw new RigException($"the {name} ended by itself with exit code {await first}. Its log ends with:\n{Child.Tail(log)}");
    }
}
