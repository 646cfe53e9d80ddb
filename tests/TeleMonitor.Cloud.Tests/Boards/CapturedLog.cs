using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>Every line that was logged, with its facts, its exception and what it stood within.</summary>
internal sealed class CapturedLog : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider within = new LoggerExternalScopeProvider();

    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Line(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => within = scopeProvider;

    public void Dispose()
    {
        // keeps nothing open
    }

    private sealed class Line(CapturedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string facts = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")) : "";
            log.Lines.Enqueue($"{logLevel} {category} {formatter(state, exception)} {facts} {exception}");
        }
    }
}
