namespace LlmResilience.Chains;

/// <summary>What of its chain is left to a request while an attempt is under way.</summary>
internal readonly struct RemainingCandidates(Chain chain, in CandidateCursor rest, int attempts)
{
    private const int FewCandidates = 16;

    private readonly CandidateCursor _rest = rest;

    public Chain Chain => chain;

    private int AttemptsLeft => chain.Settings.MaxAttempts - attempts;

    /// <summary>While the first attempt is under way, at the first endpoint.</summary>
    public static RemainingCandidates BehindFirst(Chain chain)
    {
        var rest = default(CandidateCursor);
        rest.SkipFirst();
        return new RemainingCandidates(chain, rest, attempts: 1);
    }

    /// <summary>Nobody, for a request that must not go elsewhere.</summary>
    public static RemainingCandidates None(Chain chain) => new(chain, default, chain.Settings.MaxAttempts);

    /// <summary>Whether another endpoint would take the request if this attempt were cut now.</summary>
    public bool Any(long now) => AttemptsLeft > 0 && _rest.HasNext(chain, now);

    /// <summary>Until when an attempt may take for its first token or its response, so that the later ones get their share of the request's time.</summary>
    /// <param name="deadline">When the request's time is over; <see cref="long.MaxValue"/> for never.</param>
    /// <param name="startedAt">When the attempt began.</param>
    public long DeadlineBeforeCommit(long deadline, long startedAt)
    {
        if (deadline == long.MaxValue)
        {
            return deadline;
        }

        var later = Math.Clamp(AttemptsLeft, 0, chain.Endpoints.Length);
        Span<long> firstTokens = later <= FewCandidates ? stackalloc long[FewCandidates] : new long[later];
        var count = _rest.CopyFirstTokens(chain, chain.Clock.Now, firstTokens[..later]);
        return startedAt + DeadlineShare.Of(deadline - startedAt, firstTokens[..count]);
    }
}
