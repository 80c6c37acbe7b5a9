using LlmResilience.Utilities;

namespace LlmResilience;

/// <summary>The clocks of one attempt. Each is separate, and each can be off with <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
/// <remarks>
/// They fire on time even if the provider's client ignores cancellation: such an attempt is abandoned and cleaned up in the background. A
/// client that computes on the thread that calls it needs <see cref="EndpointOptions.RunOnThreadPool"/> for that. Once the finish reason has
/// come, the answer is whole: what may still follow is waited for 5 seconds at most, and nothing that happens then is a failure.
/// </remarks>
public sealed class EndpointTimeouts
{
    /// <summary>
    /// From the moment a streaming request is handed to the provider's client (connection, headers and the provider's queue included)
    /// to its first token. Exceeding it moves the request to the next endpoint and counts against this one.
    /// </summary>
    /// <value>The default is 30 seconds. Above zero, at most one day.</value>
    public TimeSpan FirstToken { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The last candidate of a request gets this long instead, since cutting it would help nobody; exceeding
    /// <see cref="FirstToken"/> counts against its health all the same. Set both equal to fail fast.
    /// </summary>
    /// <value>The default is 60 seconds. Below <see cref="FirstToken"/> it has no effect. Above zero, at most one day.</value>
    public TimeSpan FirstTokenAtLastEndpoint { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A share for long prompts, added to <see cref="FirstToken"/> for every input token, of which there is about one for four bytes of text (UTF-8), tools included.</summary>
    /// <value>The default is zero. At most one second.</value>
    public TimeSpan FirstTokenPerInputToken { get; set; }

    /// <summary>
    /// Silence after the first token, or after an update that shows that the provider is generating
    /// (<see cref="EndpointOptions.AddProgressDetector"/>); restarts with every update. Only the time in which the app waits for one counts.
    /// </summary>
    /// <value>The default is 30 seconds. Above zero, at most one day.</value>
    public TimeSpan BetweenTokens { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A whole attempt that does not stream. Exceeding it moves the request to the next endpoint. A long answer is not an ill endpoint: it
    /// counts against this one only if nobody got a first token or a response from it meanwhile.
    /// </summary>
    /// <value>The default is 120 seconds. Above zero, at most one day.</value>
    public TimeSpan Response { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>
    /// The last candidate of a request that does not stream gets this long instead, since cutting it would help nobody; exceeding
    /// <see cref="Response"/> counts against its health all the same. Set both equal to fail fast.
    /// </summary>
    /// <value>The default is 300 seconds. Below <see cref="Response"/> it has no effect. Above zero, at most one day.</value>
    public TimeSpan ResponseAtLastEndpoint { get; set; } = TimeSpan.FromSeconds(300);

    internal void Check(OptionsChecker checker)
    {
        checker.Timeout(nameof(FirstToken), FirstToken);
        checker.Timeout(nameof(FirstTokenAtLastEndpoint), FirstTokenAtLastEndpoint);
        checker.Timeout(nameof(BetweenTokens), BetweenTokens);
        checker.Timeout(nameof(Response), Response);
        checker.Timeout(nameof(ResponseAtLastEndpoint), ResponseAtLastEndpoint);
        checker.Range(nameof(FirstTokenPerInputToken), FirstTokenPerInputToken, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    internal EndpointTimeouts Clone() => (EndpointTimeouts)MemberwiseClone();
}
