using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Gateway;

// what comes, told without its value
internal sealed partial class SensorDesk
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary><c>watch</c>: says when something comes from a sensor.</summary>
    /// <param name="atMost">For how long; null: until stopped.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<int> WatchAsync(TimeSpan? atMost, CancellationToken stop)
    {
        if (Homes.Length == 0)
        {
            return Refuse("no-sensors");
        }
        var watches = new List<SensorWatch>();
        foreach (AssignmentLine home in Homes)
        {
            if (Watch(home.Gateway) is not { } watch)
            {
                return ExitCode.Refused;
            }
            watches.Add(watch);
            terminal.Say(SensorText.Line("watching", home.Gateway));
        }
        bool came = await FollowAsync(watches, atMost, static _ => false, stop);
        if (!came)
        {
            terminal.Say(SensorText.Line("nothing-came"));
        }
        return 0;
    }

    /// <summary><c>test MODEL</c>: waits for one measurement of that model to go the whole way into the outbox.</summary>
    public async Task<int> TestAsync(string model, TimeSpan atMost, CancellationToken stop)
    {
        if (Model(model) is not { } file)
        {
            return ExitCode.Refused;
        }
        if (file.Device?.Bus is SensorDevice.Gpio)
        {
            return Refuse("test-help");
        }
        if (file.Vitals.Count == 0)
        {
            return Refuse("test-no-measure", model);
        }
        AssignmentLine? home = Array.Find(Homes, line => Has(line, model));
        if (home is null)
        {
            return Refuse("test-absent", string.Join(", ", Homes.Select(line => line.Gateway)), model);
        }
        if (Watch(home.Gateway) is not { } watch)
        {
            return ExitCode.Refused;
        }
        terminal.Say(SensorText.Line("test-wait", SensorText.The(file), (int)atMost.TotalSeconds));
        bool came = false;
        await FollowAsync([watch], atMost, news => came |= news.Kind is SensorNewsKind.Came && string.Equals(news.Sensor, model, StringComparison.Ordinal), stop);
        terminal.Say(came ? SensorText.Line("test-came") : SensorText.Line("test-late", (int)atMost.TotalSeconds));
        return came ? 0 : ExitCode.Refused;
    }

    /// <summary><c>test MODEL --session FILE</c>: a recorded session through the driver of that model. Counts only.</summary>
    public int TestSession(string model, string sessionFile)
    {
        if (Model(model) is not { } file)
        {
            return ExitCode.Refused;
        }
        IReadOnlyList<SessionLine> session;
        IReadOnlyList<string> problems;
        try
        {
            session = SessionFile.Read(sessionFile, File.ReadLines(sessionFile), out problems);
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException)
        {
            (session, problems) = ([], [$"{sessionFile}: cannot be read: {bad.Message}"]);
        }
        if (problems.Count > 0)
        {
            terminal.Say(SensorText.Line("failed", string.Join("; ", problems)));
            return ExitCode.Refused;
        }
        Replayed[] replayed = [.. SessionReplay.Read(session, file)];
        int unread = replayed.Count(one => one.Value is null);
        int Graded(Grade grade) => replayed.Count(one => one.Value is not null && one.Graded.Grade == grade);
        terminal.Say(SensorText.Line("test-session", session.Count - unread, Graded(Grade.Good), Graded(Grade.Doubtful), Graded(Grade.Unusable), unread));
        return unread == 0 ? 0 : ExitCode.BadInput;
    }

    private static IReadOnlyList<SensorNews> Look(SensorWatch watch)
    {
        try
        {
            return watch.Look();
        }
        catch (OutboxException)
        {
            return []; // the gateway puts its file in order; what came meanwhile is told at the next look
        }
    }

    private bool Has(AssignmentLine home, string model) =>
        home.Sensors?.Any(line => string.Equals(line.Model, model, StringComparison.Ordinal)) is true
        || (home.Bluetooth && BondedDevices.Open(config.BondsPath(home.Gateway), out _).All.Any(bond => string.Equals(bond.Model, model, StringComparison.Ordinal)));

    /// <summary>The model's file; null, and said, when there is none.</summary>
    private SensorFile? Model(string id)
    {
        SensorFile? model = models.GetValueOrDefault(id);
        if (model is null)
        {
            Refuse("unknown-model", id, string.Join(", ", models.Values.Where(one => one.Device is not null).Select(one => one.Id)));
        }
        return model;
    }

    /// <summary>From now on; null, and said, when nothing can come.</summary>
    private SensorWatch? Watch(string gateway)
    {
        string path = config.OutboxPath(gateway);
        string? wrong = !File.Exists(path) ? "gateway-never-ran" : !SqliteOutbox.IsInUse(path) ? "gateway-not-running" : null;
        if (wrong is not null)
        {
            Refuse(wrong, gateway);
            return null;
        }
        try
        {
            return new SensorWatch(path);
        }
        catch (OutboxException bad)
        {
            Refuse("failed", bad.Message);
            return null;
        }
    }

    /// <summary>Says what comes until time is up, it is stopped, or one piece of news is enough.</summary>
    /// <returns>Whether anything came.</returns>
    private async Task<bool> FollowAsync(IReadOnlyList<SensorWatch> watches, TimeSpan? atMost, Func<SensorNews, bool> isEnough, CancellationToken stop)
    {
        long began = clock.GetTimestamp();
        bool came = false, enough = false;
        while (!enough && !stop.IsCancellationRequested && !(clock.GetElapsedTime(began) >= atMost))
        {
            foreach (SensorNews news in watches.SelectMany(Look))
            {
                terminal.Say(SensorText.News(news, models));
                came = true;
                enough |= isEnough(news);
            }
            await Task.WhenAny(Task.Delay(LookEvery, clock, stop));
        }
        return came;
    }
}
