using LlmResilience.Endpoints;

namespace LlmResilience.Attempts;

/// <summary>The stream that an attempt serves: what the attempt asks of it, and what it is told about moves that were awaited.</summary>
/// <remarks>Moves that complete at once are ended by the owner itself, so no update pays for a call through this interface.</remarks>
internal interface IStreamOwner
{
    /// <summary>The instant at which the request's time is over; <see cref="long.MaxValue"/> for never.</summary>
    long Deadline { get; }

    /// <summary>The instant until which an attempt that began then may take for its first token, so that the later ones get their share of the request's time.</summary>
    long DeadlineBeforeCommit(long startedAt);

    /// <summary>What all attempts of the request are given together.</summary>
    TimeSpan RequestTimeout { get; }

    /// <summary>Canceled when the app cancels the call or the enumeration.</summary>
    CancellationToken AppToken { get; }

    /// <summary>The app canceled, or disposed its stream: nobody waits for an answer.</summary>
    bool IsCanceled { get; }

    /// <summary>The token that the app knows and canceled; none if it disposed the stream.</summary>
    CancellationToken CanceledToken { get; }

    /// <summary>The attempt's client is waited for, for the first time.</summary>
    /// <returns>What the prompt's length adds to the limits of the first token, in clock ticks.</returns>
    long OnFirstWait(Endpoint endpoint);

    /// <summary>Whether another endpoint would take the request if this attempt were cut now.</summary>
    bool HasOtherCandidate(long now);

    /// <summary>A move after the commit that was awaited is complete: there is another update, or the stream is at its end. Its result is not taken yet.</summary>
    void OnMoveCompleted(bool moved);

    /// <summary>A move after the commit that was awaited has failed.</summary>
    /// <returns>What the app is told.</returns>
    Exception OnMoveFailed(AttemptFailure failure);

    /// <summary>The app has taken the result of a move that was awaited.</summary>
    void OnResultTaken();
}
