using System.Globalization;
using LlmResilience.Failures;

namespace LlmResilience;

/// <summary>The request names state that only one endpoint has (a conversation, a background job, a file), and that endpoint is unavailable.</summary>
/// <remarks>
/// Thrown by the request, or by the stream's first <c>MoveNextAsync</c>. Nothing was sent to anybody: no other endpoint knows the state.
/// The inner exception is an <see cref="EndpointUnavailableException"/> that says why. What to do: come back after <see cref="RetryAfter"/>,
/// if there is one, or ask anew without the state.
/// </remarks>
public sealed class PinnedEndpointUnavailableException : LlmResilienceException, IClassifiedException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="endpointName">The endpoint that the request belongs to.</param>
    /// <param name="retryAfter">When it could be back, from now; <see langword="null"/> if nobody knows.</param>
    /// <param name="innerException">Why it is unavailable.</param>
    /// <exception cref="ArgumentNullException"><paramref name="endpointName"/> is null.</exception>
    public PinnedEndpointUnavailableException(string endpointName, TimeSpan? retryAfter = null, Exception? innerException = null)
        : base(Describe(endpointName, retryAfter), attempts: [], partialText: "", innerException)
    {
        EndpointName = endpointName;
        RetryAfter = retryAfter;
    }

    /// <summary>The endpoint that the request belongs to.</summary>
    public string EndpointName { get; }

    /// <summary>When the endpoint could be back, from now; <see langword="null"/> if nobody knows.</summary>
    public TimeSpan? RetryAfter { get; }

    // To a client around this one: it was not asked, and is not ill.
    Failure IClassifiedException.Failure => new(FailureKind.Rejected) { RetryAfter = RetryAfter };

    private static string Describe(string endpointName, TimeSpan? retryAfter)
    {
        ArgumentNullException.ThrowIfNull(endpointName);
        var text = $"The request names state that lives at endpoint '{endpointName}', which is unavailable. It was sent to nobody.";
        return retryAfter is { } wait
            ? string.Create(CultureInfo.InvariantCulture, $"{text} Try again in {Math.Ceiling(wait.TotalSeconds)} s.")
            : text;
    }
}
