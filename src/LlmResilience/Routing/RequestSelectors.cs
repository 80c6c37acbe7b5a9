namespace LlmResilience.Routing;

/// <summary>What the app's code says of requests that say nothing themselves; <see langword="null"/> where it has nothing to say.</summary>
internal sealed record RequestSelectors
{
    public Func<LlmRequest, string?>? Consumer { get; init; }

    public Func<LlmRequest, string?>? Region { get; init; }

    public Func<LlmRequest, string?>? AffinityKey { get; init; }

    /// <summary>Whether every request is to be looked at.</summary>
    public bool AskOfEveryRequest => Consumer is not null || Region is not null;
}
