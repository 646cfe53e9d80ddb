using TeleMonitor.Cloud.Tests.Routing;
using TeleMonitor.Hub;
using TeleMonitor.Hub.People.Workplaces;

namespace TeleMonitor.Cloud.Tests.People.Workplaces;

/// <summary>What the configuration may say of a workplace; every problem at once.</summary>
public sealed class WorkplaceConfigTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("telemonitor-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("https://login.example.dk/tenant", true)]
    [InlineData("http://127.0.0.1:9000", true)]
    [InlineData("http://localhost:9000", true)]
    [InlineData("http://login.example.dk", false)]
    [InlineData("https://user:word@login.example.dk", false)]
    [InlineData("https://login.example.dk/?a=b", false)]
    [InlineData("login.example.dk", false)]
    public void A_provider_is_reached_by_https_or_on_this_machine(string authority, bool isGood) =>
        Assert.Equal(isGood, !new WorkplaceConfig("work", "Work", authority, "telemonitor", "map.json").Problems("").Any());

    [Fact]
    public void Every_problem_is_said_at_once_with_its_place()
    {
        string file = Path.Combine(folder, "hub.json");
        File.WriteAllText(file, """
            {"store":"hub.db","brokers":["mqtts://localhost:8884"],"ca":"a","certificate":"b","key":"c","listen":"http://127.0.0.1:8080","firmware_config":"d","workplaces":[
              {"id":"W","name":" ","authority":"http://login.example.dk","client_id":"","map_file":"m.json","scopes":["profile"]},
              {"id":"work","name":"Work","authority":"https://a.example","client_id":"t","map_file":"m.json"},
              {"id":"work","name":"Work","authority":"https://a.example","client_id":"t","map_file":"m.json"}]}
            """);
        Assert.Null(HubConfig.Load(file, out IReadOnlyList<string> problems));
        Assert.Equal(["id", "name", "authority", "client_id", "scopes"], problems.Take(5).Select(problem => problem.Split("workplaces[0].")[1].Split(' ')[0]));
        Assert.Equal($"{file}: workplaces: id 'work' stands twice", problems[5]);
        Assert.Equal(6, problems.Count);
    }

    [Fact]
    public void A_map_and_a_secret_that_cannot_be_used_stop_the_start_with_every_problem()
    {
        string map = Path.Combine(folder, "map.json"), secret = Path.Combine(folder, "secret.txt");
        File.WriteAllText(map, """{"id":"m","version":"1","source":"s","person":"p","initials":"i","grants":[{"claim":"g","value":"v","role":"chief","unit":"team:nowhere"},{"claim":"g","value":"v","role":"auditor","unit":"citizen:c-1"}]}""");
        File.WriteAllText(secret, "\n");
        var problems = new List<string>();
        Workplace.LoadAll([new WorkplaceConfig("work", "Work", "https://a.example", "t", map, secret)], ShippedFiles.Topology, TimeProvider.System, problems);
        Assert.Equal(
            [
                $"{map}: grants[0].role must be one of acute-nurse, coordinator, monitoring-nurse, support-worker, clinician, administrator, auditor, it is 'chief'",
                $"{map}: grants[0].unit must be hub, or authority:, team: or cluster: with one that the topology knows, it is 'team:nowhere'",
                $"{map}: grants[1].unit must be hub, or authority:, team: or cluster: with one that the topology knows, it is 'citizen:c-1'",
                $"{secret}: must hold the client's secret, one line",
            ],
            problems);
    }

    [Fact]
    public void The_secret_is_read_from_its_file_and_paths_are_relative_to_the_configuration()
    {
        string file = Path.Combine(folder, "hub.json");
        File.WriteAllText(file, """
            {"store":"hub.db","brokers":["mqtts://localhost:8884"],"ca":"a","certificate":"b","key":"c","listen":"http://127.0.0.1:8080","firmware_config":"d","workplaces":[
              {"id":"work","name":"Work","authority":"https://a.example/","client_id":"t","map_file":"m.json","client_secret_file":"s.txt"}]}
            """);
        HubConfig config = HubConfig.Load(file, out _)!;
        Assert.Equal((Path.Combine(folder, "m.json"), Path.Combine(folder, "s.txt"), "https://a.example"), (config.Workplaces![0].MapFile, config.Workplaces[0].ClientSecretFile, config.Workplaces[0].Provider));
        Assert.False(config.IsBeyondLoopback);
    }
}
