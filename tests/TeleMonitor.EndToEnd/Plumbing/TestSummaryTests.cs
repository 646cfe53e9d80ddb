using TeleMonitor.Rig;

namespace TeleMonitor.EndToEnd;

public sealed class TestSummaryTests : IDisposable
{
    private readonly string folder = Scratch.NewFolder("trx");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_files_of_a_run_add_up_to_one_plain_line()
    {
        Write("a", "Completed", total: 3, executed: 3, passed: 3);
        Write("b", "Completed", total: 2, executed: 2, passed: 2);
        TestSummary summary = TestSummary.Of(folder);
        Assert.Equal("5 passed, 0 failed", summary.ToString());
        Assert.Equal(0, summary.ExitCode);
    }

    [Fact]
    public void Skipped_tests_are_named_and_fail_nothing()
    {
        Write("a", "Completed", total: 3, executed: 2, passed: 2);
        TestSummary summary = TestSummary.Of(folder);
        Assert.Equal("2 passed, 0 failed, 1 skipped", summary.ToString());
        Assert.Equal(0, summary.ExitCode);
    }

    [Fact]
    public void One_failed_test_fails_the_run()
    {
        Write("a", "Completed", total: 3, executed: 3, passed: 3);
        Write("b", "Failed", total: 3, executed: 3, passed: 2);
        TestSummary summary = TestSummary.Of(folder);
        Assert.Equal("5 passed, 1 failed", summary.ToString());
        Assert.Equal(1, summary.ExitCode);
        Assert.Empty(summary.Unfinished);
    }

    [Fact]
    public void No_test_is_no_success()
    {
        Assert.Equal(1, TestSummary.Of(folder).ExitCode);
        Write("a", "Completed", total: 2, executed: 0, passed: 0);
        Assert.Equal("0 passed, 0 failed, 2 skipped", TestSummary.Of(folder).ToString());
        Assert.Equal(1, TestSummary.Of(folder).ExitCode);
    }

    [Theory]
    [InlineData("Failed")]
    [InlineData("Aborted")]
    public void A_run_that_broke_off_fails_although_no_test_did(string outcome)
    {
        Write("a", outcome, total: 3, executed: 3, passed: 3);
        TestSummary summary = TestSummary.Of(folder);
        Assert.Single(summary.Unfinished);
        Assert.Equal(1, summary.ExitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<TestRun")]
    [InlineData("<other/>")]
    public void A_file_that_cannot_be_read_fails_the_run(string content)
    {
        Write("a", "Completed", total: 3, executed: 3, passed: 3);
        File.WriteAllText(Path.Combine(folder, "torn.trx"), content);
        Assert.Equal(1, TestSummary.Of(folder).ExitCode);
    }

    private void Write(string name, string outcome, int total, int executed, int passed) =>
        File.WriteAllText(Path.Combine(folder, name + ".trx"), $"""
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
              <ResultSummary outcome="{outcome}">
                <Counters total="{total}" executed="{executed}" passed="{passed}" failed="{executed - passed}" />
              </ResultSummary>
            </TestRun>
            """);
}
