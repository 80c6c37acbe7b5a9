namespace LlmResilience;

/// <summary>What a failure of one kind does.</summary>
public sealed class FailureRule
{
    /// <summary>Whether the same endpoint is tried again, as <see cref="RetryOptions"/> allow.</summary>
    public bool Retry { get; set; }

    /// <summary>Whether the request moves on to the next endpoint. If not, the app gets the provider's original exception.</summary>
    public bool Fallback { get; set; }

    /// <summary>Whether the failure counts against the endpoint's health. If not, it leaves no trace there, good or bad.</summary>
    public bool CountsAgainstHealth { get; set; }

    /// <summary>
    /// How long the endpoint is left alone. Where the provider sent a <c>Retry-After</c>, that is used instead, up to 5 minutes.
    /// <see langword="null"/> for no cool-down.
    /// </summary>
    public TimeSpan? CoolDown { get; set; }

    internal FailureRule Clone() => (FailureRule)MemberwiseClone();
}
