using System.Text;

namespace LlmResilience;

/// <summary>Every endpoint of the chain failed, or was out.</summary>
/// <remarks>The inner exception is the last attempt's.</remarks>
public sealed class AllEndpointsFailedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="attempts">What was tried, in order.</param>
    /// <param name="retryAfter">When an endpoint could be back, from now.</param>
    public AllEndpointsFailedException(IReadOnlyList<FailedAttempt> attempts, TimeSpan? retryAfter = null)
        : base(Describe(attempts, retryAfter), InnermostOf(attempts))
    {
        Attempts = attempts;
        RetryAfter = retryAfter;
    }

    /// <summary>What was tried, in order: attempts, and endpoints that were passed over.</summary>
    public IReadOnlyList<FailedAttempt> Attempts { get; }

    /// <summary>When to come back, from now: the earliest return of an endpoint that is out. <see langword="null"/> if none is, or nobody knows.</summary>
    public TimeSpan? RetryAfter { get; }

    private static Exception? InnermostOf(IReadOnlyList<FailedAttempt> attempts)
        => (attempts.LastOrDefault(attempt => attempt.Kind != FailureKind.Rejected) ?? (attempts.Count > 0 ? attempts[^1] : null))?.Exception;

    // Kinds and times only: a provider's message may quote the prompt. It is in the attempts.
    private static string Describe(IReadOnlyList<FailedAttempt> attempts, TimeSpan? retryAfter)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        var text = new StringBuilder("No endpoint answered: ");
        for (var i = 0; i < attempts.Count; i++)
        {
            var attempt = attempts[i];
            text.Append(i == 0 ? "" : "; ").Append('\'').Append(attempt.Endpoint).Append("' ");
            _ = attempt.Exception is EndpointEjectedException
                ? text.Append("passed over (").Append(attempt.Exception.Message).Append(')')
                : text.Append(attempt.Kind).Append(" after ").Append((long)attempt.Duration.TotalMilliseconds).Append(" ms");
        }

        text.Append('.');
        return retryAfter is { } wait
            ? text.Append(" Try again in ").Append(Math.Ceiling(wait.TotalSeconds)).Append(" s.").ToString()
            : text.ToString();
    }
}
