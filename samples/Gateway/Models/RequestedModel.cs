using LlmResilience;
using Microsoft.Extensions.AI;

namespace Gateway.Models;

/// <summary>A model that a request names, first or as a fallback.</summary>
/// <param name="Name">What the request calls it.</param>
/// <param name="Client">Who answers for it.</param>
/// <param name="Prepare">Changes the request's options for it, given which endpoints may be asked; <see langword="null"/> if none.</param>
internal sealed record RequestedModel(string Name, ResilientChatClient Client, Func<ChatOptions, Func<string, bool>, ChatOptions?> Prepare)
{
    /// <summary>
    /// A client that has no other endpoint waits beyond its limits, since cutting would help nobody; only here somebody knows that there are
    /// fallbacks. So much later, so that the library has noted the limit in the endpoint's health before.
    /// </summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(100);

    /// <summary>So long its first token is waited for while there are fallbacks.</summary>
    public TimeSpan FirstToken { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>The same for an answer that is not streamed.</summary>
    public TimeSpan Response { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Whether the library would pass over this endpoint if it had another.</summary>
    public bool IsOut(string endpoint)
        => Client.GetService<LlmEndpoints>()!.TryGetSnapshot(endpoint, out var snapshot)
            && snapshot.State is EndpointState.Ejected or EndpointState.CoolingDown or EndpointState.Drained or EndpointState.Unhealthy;
}
