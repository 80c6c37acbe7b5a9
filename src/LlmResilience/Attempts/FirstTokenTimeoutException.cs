using LlmResilience.Failures;

namespace LlmResilience;

/// <summary>An attempt brought no first token in time.</summary>
/// <remarks>
/// Apps find it in <see cref="LlmResilienceException.Attempts"/>; it is thrown where
/// <see cref="Polly.LlmResiliencePipelineBuilderExtensions.AddFirstTokenTimeout{TBuilder}(TBuilder, TimeSpan)"/> stands in a pipeline of
/// the app's own.
/// </remarks>
public sealed class FirstTokenTimeoutException : TimeoutException, IClassifiedException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The message.</param>
    /// <param name="timeout">The limit.</param>
    public FirstTokenTimeoutException(string message, TimeSpan timeout)
        : base(message) => Timeout = timeout;

    /// <summary>
    /// The limit that was exceeded: <see cref="EndpointTimeouts.FirstToken"/> with the prompt's share,
    /// <see cref="EndpointTimeouts.FirstTokenAtLastEndpoint"/>, <see cref="EndpointTimeouts.BetweenTokens"/> once the provider had been
    /// seen to generate, or the attempt's share of <see cref="LlmResilienceOptions.RequestTimeout"/>.
    /// </summary>
    public TimeSpan Timeout { get; }

    Failure IClassifiedException.Failure => new(FailureKind.FirstTokenTimeout);

    internal static FirstTokenTimeoutException For(string endpoint, TimeSpan timeout)
        => new($"Endpoint '{endpoint}' sent no first token within {timeout}.", timeout);

    internal static FirstTokenTimeoutException AfterProgress(string endpoint, TimeSpan timeout)
        => new($"Endpoint '{endpoint}' fell silent before its first token for {timeout}.", timeout);
}
