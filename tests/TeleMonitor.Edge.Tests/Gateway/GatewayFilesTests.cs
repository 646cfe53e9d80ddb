using System.Text;
using TeleMonitor.Gateway;

namespace TeleMonitor.Edge.Tests.Gateway;

public sealed class GatewayFilesTests
{
    private const string Config = """
        {"brokers":["mqtts://localhost:8883"],"ca":"pki/ca.crt","certificate":"pki/{gateway}.crt","key":"pki/{gateway}.key","data":"gateways",
         "firmware_config":"../firmware-config","assignments":[{"gateway":"gw-p100068","assignment":1,"scale":2},{"gateway":"gw-p100069","assignment":2}]}
        """;

    private static GatewayConfig? Read(string json, out IReadOnlyList<string> problems) => GatewayConfig.TryRead(Encoding.UTF8.GetBytes(json), "/etc/tm/gw.json", out problems);

    [Fact]
    public void Paths_of_a_configuration_count_from_its_own_folder()
    {
        GatewayConfig config = Read(Config, out _)!;
        Assert.Equal("/etc/tm/pki/ca.crt", config.Ca);
        Assert.Equal("/etc/tm/gateways/gw-p100068/outbox.db", config.OutboxPath("gw-p100068"));
        Assert.Equal([("localhost", 8883)], config.Addresses);
        Assert.Equal((2, null), (config.Assignments[0].Scale, config.Assignments[1].Scale));
    }

    [Theory]
    [InlineData("mqtts://localhost:8883", "mqtt://localhost:1883", "brokers: 'mqtt://localhost:1883' is not mqtts://host:port")]
    [InlineData("gw-p100068", "GW-P100068", "assignments[0]: gateway 'GW-P100068'")]
    [InlineData("gw-p100068", "gw-p1", "assignments[0]: gateway 'gw-p1'")]
    [InlineData("\"assignment\":2", "\"assignment\":1", "assignments[1]: assignment 1")]
    [InlineData("\"assignment\":2", "\"assignment\":0", "assignments[1]: assignment 0")]
    [InlineData("\"scale\":2", "\"scale\":3", "assignments[0]: scale 3")]
    [InlineData("\"scale\":2", "\"call_numbers\":[{\"label\":\"\",\"number\":\"112\"}]", "assignments[0]: call_numbers")]
    [InlineData("\"scale\":2", "\"call_numbers\":[{\"label\":\"Akut\",\"number\":\"12 34 ext 5\"}]", "assignments[0]: call_numbers")]
    [InlineData("\"scale\":2", "\"call_numbers\":[{\"label\":\"Akut\",\"number\":\"1+2345678\"}]", "assignments[0]: call_numbers")]
    [InlineData("\"scale\":2", "\"call_numbers\":[null]", "assignments[0]: call_numbers")]
    [InlineData("\"ca\":", "\"cafile\":", "cafile")]
    [InlineData("\"data\":\"gateways\",", "", "data")]
    [InlineData("\"data\":\"gateways\"", "\"data\":null", "data")]
    [InlineData("{\"brokers\"", "\"brokers\"", "/etc/tm/gw.json")]
    public void A_wrong_line_of_a_configuration_is_named(string right, string wrong, string expected)
    {
        Assert.Contains(right, Config, StringComparison.Ordinal);
        Assert.Null(Read(Config.Replace(right, wrong, StringComparison.Ordinal), out IReadOnlyList<string> problems));
        Assert.Contains(problems, problem => problem.StartsWith("/etc/tm/gw.json", StringComparison.Ordinal) && problem.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_citizens_may_share_a_home_but_never_with_a_self_test()
    {
        string shared = Config.Replace("gw-p100068", "gw-p100069", StringComparison.Ordinal);
        Assert.Equal(2, Read(shared, out IReadOnlyList<string> problems)!.Assignments.Count(line => line.Gateway is "gw-p100069"));
        Assert.Empty(problems);
        Assert.Null(Read(shared.Replace("\"assignment\":2", "\"assignment\":2,\"self_test\":true", StringComparison.Ordinal), out problems));
        Assert.Contains("assignments[1]: gateway 'gw-p100069' stands twice", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_loan_that_the_hub_has_ended_is_ended_whatever_its_line_says()
    {
        string folder = Directory.CreateTempSubdirectory("telemonitor-test-").FullName;
        try
        {
            string file = Path.Combine(folder, "gw.json");
            File.WriteAllText(file, Config);
            GatewayConfig before = GatewayConfig.Load(file, out _)!;
            Assert.All(before.Assignments, line => Assert.False(line.Ended));
            string ended = before.EndedPath("gw-p100069");
            Directory.CreateDirectory(Path.GetDirectoryName(ended)!);
            EndedLoans.Add(ended, [2]);
            EndedLoans.Add(ended, [9, 2]);
            Assert.Equal([2, 9], EndedLoans.Read(ended, out _));
            Assert.Equal([false, true], GatewayConfig.Load(file, out _)!.Assignments.Select(line => line.Ended));
            File.WriteAllText(ended, "[2");
            Assert.Null(GatewayConfig.Load(file, out IReadOnlyList<string> problems));
            Assert.StartsWith(ended, Assert.Single(problems), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("http://127.0.0.1:8090/", true)]
    [InlineData("http://127.0.0.1:8090", true)]
    [InlineData("http://[::1]:8090/", false)] // the framework's listener does not answer there
    [InlineData("http://0.0.0.0:8090/", false)]
    [InlineData("http://192.168.1.20:8090/", false)]
    [InlineData("http://localhost:8090/", false)] // a name can be made to point elsewhere
    [InlineData("http://*:8090/", false)]
    [InlineData("http://127.0.0.1.example:8090/", false)]
    [InlineData("https://127.0.0.1:8090/", false)]
    [InlineData("http://127.0.0.1:8090/home", false)]
    [InlineData("http://me@127.0.0.1:8090/", false)]
    [InlineData("127.0.0.1:8090", false)]
    public void The_homes_page_is_open_to_this_machine_only(string page, bool taken)
    {
        GatewayConfig? config = Read(Config.Replace("\"ca\":", $"\"citizen_page\":\"{page}\",\"ca\":", StringComparison.Ordinal), out IReadOnlyList<string> problems);
        Assert.Equal(taken, config is not null);
        Assert.Equal(taken ? [] : [$"/etc/tm/gw.json: citizen_page '{page}' must be http://127.0.0.1:PORT/: only this machine's own screen may ask"], problems);
    }

    [Theory]
    [InlineData(null, null, "1 2", null)]
    [InlineData("Blå", null, "Blå 2", null)]
    [InlineData("Blå", "Rød", "Blå Rød", null)]
    [InlineData("", null, null, "assignments[0]: label ''")]
    [InlineData(" Blå", null, null, "assignments[0]: label ' Blå'")]
    [InlineData("123456789012345678901", null, null, "assignments[0]: label '123456789012345678901'")]
    [InlineData("Blå", "Blå", null, "assignments[1]: label 'Blå' stands twice in one home")]
    [InlineData("2", null, null, "assignments[1]: label '2' stands twice in one home")]
    public void Citizens_of_one_home_are_called_by_a_word_it_knows_or_by_their_number(string? first, string? second, string? called, string? expected)
    {
        string shared = Config.Replace("gw-p100068", "gw-p100069", StringComparison.Ordinal);
        shared = first is null ? shared : shared.Replace("\"assignment\":1", $"\"assignment\":1,\"label\":\"{first}\"", StringComparison.Ordinal);
        shared = second is null ? shared : shared.Replace("\"assignment\":2", $"\"assignment\":2,\"label\":\"{second}\"", StringComparison.Ordinal);
        GatewayConfig? config = Read(shared, out IReadOnlyList<string> problems);
        Assert.Equal(called, config is null ? null : string.Join(' ', config.Assignments.Select(config.LabelOf)));
        Assert.Contains(expected ?? "", string.Join('\n', problems), StringComparison.Ordinal);
        Assert.Equal(expected is null ? 0 : 1, problems.Count);
    }

    [Fact]
    public void An_assignment_may_name_whom_to_call_and_leave_the_help_button_out()
    {
        string named = Config.Replace("\"scale\":2", "\"help_button\":false,\"call_numbers\":[{\"label\":\"Akutteamet\",\"number\":\"+45 00 00 00 00\"}]", StringComparison.Ordinal);
        GatewayConfig config = Read(named, out IReadOnlyList<string> problems) ?? throw new InvalidOperationException(string.Join("; ", problems));
        Assert.False(config.Assignments[0].HelpButton);
        Assert.Equal(new CallNumber("Akutteamet", "+45 00 00 00 00"), Assert.Single(config.Assignments[0].CallNumbers!));
        Assert.True(config.Assignments[1] is { HelpButton: true, CallNumbers: null }); // the button is there unless the plan says otherwise
    }

    [Fact]
    public void All_problems_of_a_configuration_are_listed_at_once()
    {
        string twice = Config.Replace("mqtts://localhost:8883", "localhost", StringComparison.Ordinal).Replace("gw-p100068", "p1", StringComparison.Ordinal).Replace("\"scale\":2", "\"scale\":9", StringComparison.Ordinal);
        Assert.Null(Read(twice, out IReadOnlyList<string> problems));
        Assert.Equal(3, problems.Count);
    }

    [Theory]
    [InlineData("charts/tobs.json", "chart")]
    [InlineData("sensors/replay.json", "sensor")]
    [InlineData("plans/copd-intensive.json", "plan")]
    [InlineData("plans/questions/cat.json", "questionnaire")]
    [InlineData("plans/responses/tobs-default.json", "responses")]
    [InlineData("profiles/sample-homes.json", "scenario")]
    public void Every_shipped_file_is_recognised_by_its_content_and_right(string file, string expected)
    {
        Assert.Empty(CheckCommand.Problems(File.ReadAllBytes(Tree.At("firmware-config", file)), file, out string kind));
        Assert.Equal(expected, kind);
    }

    [Theory]
    [InlineData("[]", "neither chart")]
    [InlineData("{\"colour\":\"red\"}", "neither chart")]
    [InlineData("", "no JSON")]
    [InlineData("{\"homes\":", "no JSON")]
    [InlineData("{\"id\":\"x\",\"version\":\"1\",\"source\":\"s\",\"homes\":[{\"gateway\":\"gw-home-1\",\"period_seconds\":0.5,\"vitals\":{\"puls\":{\"value\":60}},\"answers\":{\"oxygen\":\"maybe\"}}]}", "homes[0]")]
    public void A_file_that_cannot_be_used_is_refused_with_its_name(string content, string expected)
    {
        IReadOnlyList<string> problems = CheckCommand.Problems(Encoding.UTF8.GetBytes(content), "x.json", out _);
        Assert.NotEmpty(problems);
        Assert.All(problems, problem => Assert.StartsWith("x.json: ", problem, StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Certificates_are_checked_at_the_latest_of_clock_build_and_what_another_machine_vouched_for()
    {
        DateTimeOffset built = GatewayIdentity.Built, later = built.AddYears(2);
        Assert.Equal(built, GatewayIdentity.VerificationTime(DateTimeOffset.UnixEpoch, null));
        Assert.Equal(later, GatewayIdentity.VerificationTime(DateTimeOffset.UnixEpoch, later));
        Assert.Equal(later, GatewayIdentity.VerificationTime(later, built));
    }

    [Fact]
    public void Ticks_rise_strictly_also_when_the_clock_stands_or_the_last_start_was_ahead()
    {
        var ticks = new TickSource(1000);
        long[] given = [ticks.Next(5), ticks.Next(5), ticks.Next(5000), ticks.Next(5000), ticks.Next(6000)];
        Assert.Equal([1001, 1002, 5000, 5001, 6000], given);
        Assert.Equal(6000, ticks.Last);
    }
}
