namespace LlmResilience.Requests;

/// <summary>All that the decision after a failure depends on; times in clock ticks.</summary>
internal readonly struct FailedStep
{
    public required Failure Failure { get; init; }

    public required FailureRule Rule { get; init; }

    /// <summary>Retries that the request has made at this endpoint.</summary>
    public required int Retries { get; init; }

    public required int MaxRetryAttempts { get; init; }

    /// <summary>Attempts that the request has made, this one included.</summary>
    public required int Attempts { get; init; }

    public required int MaxAttempts { get; init; }

    /// <summary>Only this endpoint has what the request names.</summary>
    public bool IsPinned { get; init; }

    /// <summary>The request may have been worked on, and must not be twice.</summary>
    public bool MayHaveActed { get; init; }

    /// <summary>Endpoints that are still to be asked; each is left an attempt.</summary>
    public required int OthersLeft { get; init; }

    /// <summary>How long the endpoint asks to be left alone; <see langword="null"/> if it is out for another reason.</summary>
    public required long? CoolDown { get; init; }

    /// <summary>What is left of the request's time; <see cref="long.MaxValue"/> without a deadline.</summary>
    public required long TimeLeft { get; init; }

    /// <summary>What the endpoints that are still to be asked may need.</summary>
    public required long NeededByOthers { get; init; }

    /// <summary>The delay that was drawn for this retry.</summary>
    public required TimeSpan Backoff { get; init; }

    /// <summary>The longest delay that a retry waits.</summary>
    public required TimeSpan MaxDelay { get; init; }
}
