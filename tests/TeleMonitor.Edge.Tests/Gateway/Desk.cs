using System.Threading.Channels;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Vitals.Quality;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>A support worker's desk: a configuration in a folder of its own, what is typed, and what is said.</summary>
internal sealed class Desk : IDisposable
{
    public const string Name = "gw-home-0001";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("telemonitor-desk-");
    private readonly Channel<string> typed = Channel.CreateUnbounded<string>();
    private readonly List<string> said = [];

    /// <summary>A desk.</summary>
    /// <param name="assignments">The configuration's lines, JSON.</param>
    /// <param name="bus">Address of the bus; null: one where nobody listens.</param>
    /// <param name="models">Sensor files; null: the shipped ones.</param>
    /// <param name="clock">The clock; null: the system's.</param>
    public Desk(string assignments, string? bus = null, IReadOnlyDictionary<string, SensorFile>? models = null, TimeProvider? clock = null)
    {
        ConfigFile = Path.Combine(folder.FullName, "gateway.json");
        File.WriteAllText(ConfigFile, $$"""
            {"brokers":["mqtts://localhost:8883"],"ca":"a","certificate":"b","key":"c","data":"data","firmware_config":"{{Tree.At("firmware-config")}}","assignments":[{{assignments}}]}
            """);
        Config = GatewayConfig.Load(ConfigFile, out IReadOnlyList<string> problems) ?? throw new InvalidOperationException(string.Join("; ", problems));
        It = new SensorDesk(Config, models ?? Shipped.Config.Sensors, new BlueZOptions(bus ?? $"unix:path={folder.FullName}/nobody"), clock ?? TimeProvider.System,
            new Terminal(line => { lock (said) { said.Add(line); } }, typed.Reader));
    }

    public string ConfigFile { get; }

    public GatewayConfig Config { get; }

    public SensorDesk It { get; }

    /// <summary>What was said, in Danish; one sentence or more a line.</summary>
    public IReadOnlyList<string> Danish => Said("da  ");

    public IReadOnlyList<string> English => Said("en  ");

    public BondedDevices Bonds => BondedDevices.Open(Config.BondsPath(Name), out _);

    public void Type(params string[] lines) => Array.ForEach(lines, line => Assert.True(typed.Writer.TryWrite(line)));

    /// <summary>Waits until a sentence with these words was said.</summary>
    public async Task HeardAsync(string words)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!Danish.Any(line => line.Contains(words, StringComparison.Ordinal)))
        {
            await Task.Delay(20, limit.Token);
        }
    }

    public void Dispose() => folder.Delete(recursive: true);

    private List<string> Said(string language)
    {
        lock (said)
        {
            return [.. said.Where(line => line.StartsWith(language, StringComparison.Ordinal)).Select(line => line[language.Length..])];
        }
    }
}
