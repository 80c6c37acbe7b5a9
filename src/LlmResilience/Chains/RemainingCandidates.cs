using LlmResilience.Utilities;

namespace LlmResilience.Chains;

/// <summary>What of its chain is left to a request while an attempt is under way.</summary>
internal readonly struct RemainingCandidates(Chain chain, in CandidateCursor rest, int attempts)
{
    private const int FewCandidates = 16;

    private readonly CandidateCursor _rest = rest;

    private int AttemptsLeft => chain.Settings.MaxAttempts - attempts;

    /// <summary>Nobody, for a request that must not go elsewhere.</summary>
    public static RemainingCandidates None(Chain chain) => new(chain, default, chain.Settings.MaxAttempts);

    /// <summary>Whether another endpoint would take the request if this attempt were cut now.</summary>
    public bool Any(long now) => AttemptsLeft > 0 && _rest.HasNext(chain, now);

    /// <summary>What they may need, each its own limit, in clock ticks.</summary>
    public long Need(bool isStreaming)
    {
        var later = _rest.Rest(chain, chain.Clock.Now);
        var need = 0L;
        while (later.TryNext(out var endpoint))
        {
            need = Ticks.Add(need, isStreaming ? endpoint.Settings.FirstToken : endpoint.Settings.Response);
        }

        return need;
    }

    /// <summary>Until when an attempt may take for its first token or its response, so that the later ones get their share of the request's time.</summary>
    /// <param name="deadline">When the request's time is over; <see cref="long.MaxValue"/> for never.</param>
    /// <param name="startedAt">When the attempt began.</param>
    public long DeadlineBeforeCommit(long deadline, long startedAt)
    {
        if (deadline == long.MaxValue)
        {
            return deadline;
        }

        var most = Math.Clamp(AttemptsLeft, 0, chain.Endpoints.Length);
        Span<long> firstTokens = most <= FewCandidates ? stackalloc long[FewCandidates] : new long[most];
        var later = _rest.Rest(chain, chain.Clock.Now);
        var count = 0;
        while (count < most && later.TryNext(out var endpoint))
        {
            firstTokens[count] = endpoint.Settings.FirstToken;
            count++;
        }

        return startedAt + DeadlineShare.Of(deadline - startedAt, firstTokens[..count]);
    }
}
