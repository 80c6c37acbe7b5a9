using Polly;

namespace LlmResilience;

/// <summary>An endpoint was not asked, since it is unavailable: ejected, being probed, found ill by active probes, cooling down, drained, or choked by a client that ignores cancellation.</summary>
/// <remarks>
/// Apps find it in <see cref="AllEndpointsFailedException.SkippedEndpoints"/>; it is thrown where
/// <see cref="LlmResiliencePipelineBuilderExtensions.AddEjection{TBuilder}(TBuilder, EjectionStrategyOptions)"/> stands in a pipeline of
/// the app's own.
/// </remarks>
public sealed class EndpointUnavailableException : ExecutionRejectedException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="endpointName">The endpoint's name, or the strategy's.</param>
    /// <param name="state">Where the endpoint stands.</param>
    /// <param name="reason">Why it was not asked, in a few words.</param>
    /// <param name="retryAfter">When it could be back, from now; <see langword="null"/> if nobody knows.</param>
    /// <exception cref="ArgumentNullException"><paramref name="endpointName"/> or <paramref name="reason"/> is null.</exception>
    public EndpointUnavailableException(string endpointName, EndpointState state, string reason, TimeSpan? retryAfter = null)
        : base($"Endpoint '{endpointName}' was not asked: {reason}.")
    {
        ArgumentNullException.ThrowIfNull(endpointName);
        ArgumentNullException.ThrowIfNull(reason);
        EndpointName = endpointName;
        State = state;
        Reason = reason;
        RetryAfter = retryAfter;
    }

    /// <summary>The endpoint's name, or the strategy's.</summary>
    public string EndpointName { get; }

    /// <summary>Where the endpoint stands.</summary>
    public EndpointState State { get; }

    /// <summary>Why it was not asked, in a few words.</summary>
    public string Reason { get; }

    /// <summary>When the endpoint could be back, from now; <see langword="null"/> if nobody knows: the operator drained it, active probes find it ill, or its client does not let go.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The failure after which the endpoint cools down; <see langword="null"/> if it does not.</summary>
    public FailureKind? CoolDownReason { get; init; }
}
