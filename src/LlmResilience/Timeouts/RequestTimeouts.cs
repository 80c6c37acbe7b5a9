namespace LlmResilience;

/// <summary>The clock of a whole request.</summary>
public sealed class RequestTimeouts
{
    /// <summary>All attempts of a request together, from the call to the end of its stream. Every attempt gets at most what is left.</summary>
    /// <value>The default is <see cref="Timeout.InfiniteTimeSpan"/>: none. Above zero, at most one day.</value>
    public TimeSpan Request { get; set; } = Timeout.InfiniteTimeSpan;
}
