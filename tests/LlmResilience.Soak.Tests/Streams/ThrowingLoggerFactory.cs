using Microsoft.Extensions.Logging;

namespace LlmResilience.Soak.Tests.Streams;

/// <summary>Loggers that are on for everything, and throw.</summary>
internal sealed class ThrowingLoggerFactory : ILoggerFactory, ILogger
{
    public void AddProvider(ILoggerProvider provider)
    {
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => throw new InvalidOperationException("a logger");

    public void Dispose()
    {
    }
}
