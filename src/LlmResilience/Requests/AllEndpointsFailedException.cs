using System.Globalization;
using System.Text;
using LlmResilience.Failures;

namespace LlmResilience;

/// <summary>No endpoint answered: those that were asked failed, and the others could not be asked, or were not reached.</summary>
/// <remarks>
/// Thrown by the request, or by the stream's first <c>MoveNextAsync</c>. The inner exception is the last attempt's, or, where no attempt
/// could be made, that of the last endpoint that was unavailable. What to do: come back after <see cref="RetryAfter"/>, if there is one.
/// </remarks>
public sealed class AllEndpointsFailedException : LlmResilienceException, IClassifiedException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="attempts">What was tried, in order.</param>
    /// <param name="skippedEndpoints">The endpoints that were not asked, in the order of the chain.</param>
    /// <param name="retryAfter">When an endpoint could be back, from now.</param>
    /// <exception cref="ArgumentNullException"><paramref name="attempts"/> is null.</exception>
    public AllEndpointsFailedException(
        IReadOnlyList<FailedAttempt> attempts, IReadOnlyList<SkippedEndpoint>? skippedEndpoints = null, TimeSpan? retryAfter = null)
        : base(Describe(attempts, skippedEndpoints ?? [], retryAfter), attempts, partialText: "", InnermostOf(attempts, skippedEndpoints ?? []))
    {
        SkippedEndpoints = skippedEndpoints ?? [];
        RetryAfter = retryAfter;
    }

    /// <summary>The endpoints of the chain that were not asked, in its order: unavailable, or not reached since <c>MaxAttempts</c> was spent.</summary>
    public IReadOnlyList<SkippedEndpoint> SkippedEndpoints { get; }

    /// <summary>When to come back, from now: the earliest return of an endpoint that is unavailable. <see langword="null"/> if one is available, or nobody knows.</summary>
    public TimeSpan? RetryAfter { get; }

    // To a client around this one it is an endpoint with too much to do.
    Failure IClassifiedException.Failure => new(FailureKind.Overloaded) { RetryAfter = RetryAfter };

    private static Exception? InnermostOf(IReadOnlyList<FailedAttempt> attempts, IReadOnlyList<SkippedEndpoint> skipped)
        => attempts.Count > 0 ? attempts[^1].Exception : skipped.LastOrDefault(endpoint => endpoint.Unavailable is not null)?.Unavailable;

    // Kinds and times only: a provider's message may quote the prompt. It is in the attempts.
    private static string Describe(IReadOnlyList<FailedAttempt> attempts, IReadOnlyList<SkippedEndpoint> skipped, TimeSpan? retryAfter)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        var parts = new List<string>(attempts.Count + skipped.Count);
        foreach (var attempt in attempts)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"'{attempt.EndpointName}' {attempt.Kind} after {(long)attempt.Duration.TotalMilliseconds} ms"));
        }

        foreach (var endpoint in skipped)
        {
            parts.Add($"'{endpoint.EndpointName}' {endpoint.Unavailable?.Reason ?? "not reached"}");
        }

        var text = new StringBuilder("No endpoint answered: ").AppendJoin("; ", parts).Append('.');
        if (retryAfter is { } wait)
        {
            text.Append(CultureInfo.InvariantCulture, $" Try again in {Math.Ceiling(wait.TotalSeconds)} s.");
        }

        return text.ToString();
    }
}
