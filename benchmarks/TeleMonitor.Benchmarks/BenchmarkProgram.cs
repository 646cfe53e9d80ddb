using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace TeleMonitor.Benchmarks;

/// <summary>Runs all benchmarks, or those that <c>--filter</c> names. Short jobs in this process: figures to compare with each other, not to publish.</summary>
internal static class BenchmarkProgram
{
    private static int Main(string[] arguments)
    {
        Job job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(5).WithId("Short");
        IConfig config = DefaultConfig.Instance.AddJob(job).AddExporter(JsonExporter.Brief);
        string[] all = arguments.Contains("--filter") ? arguments : ["--filter", "*", .. arguments];
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(BenchmarkProgram).Assembly).Run(all, config).ToArray();
        return summaries.Length > 0 && summaries.All(summary => summary.Reports.Length > 0 && summary.Reports.All(report => report.Success)) ? 0 : 1;
    }
}
