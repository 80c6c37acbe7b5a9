namespace LlmResilience;

/// <summary>What a failure of one kind does.</summary>
public sealed class FailureRule
{
    /// <summary>Whether the same endpoint is tried again, as <see cref="EndpointRetryOptions"/> allow.</summary>
    public bool Retry { get; set; }

    /// <summary>Whether the request moves on to the next endpoint. If not, the app gets the provider's original exception.</summary>
    public bool Fallback { get; set; }

    /// <summary>Whether the failure counts against the endpoint's health. If not, it leaves no trace there, good or bad.</summary>
    public bool CountsAgainstHealth { get; set; }

    /// <summary>How long the endpoint is left alone.</summary>
    /// <value>
    /// <see langword="null"/> for no cool-down. At least zero. Where the provider said how long it wants to be left alone, that is used
    /// instead for <see cref="FailureKind.RateLimited"/>, <see cref="FailureKind.Overloaded"/> and <see cref="FailureKind.QuotaExhausted"/>, up to 5
    /// minutes, even if this is null.
    /// </value>
    public TimeSpan? CoolDown { get; set; }

    internal FailureRule Clone() => (FailureRule)MemberwiseClone();
}
