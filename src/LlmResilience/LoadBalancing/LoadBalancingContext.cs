using LlmResilience.Chains;

namespace LlmResilience;

/// <summary>One choice that an <see cref="ILoadBalancer"/> makes: among which endpoints, and for what request.</summary>
public readonly ref struct LoadBalancingContext
{
    private readonly EndpointGroup _group;
    private readonly ReadOnlySpan<int> _candidates;
    private readonly long _now;

    internal LoadBalancingContext(EndpointGroup group, ReadOnlySpan<int> candidates, in RequestTraits request, long now)
    {
        _group = group;
        _candidates = candidates;
        _now = now;
        IsStreaming = request.IsStreaming;
        AffinityKey = request.AffinityKey;
    }

    /// <summary>How many endpoints could take the request now. At least 1.</summary>
    public int Count => _candidates.Length;

    /// <summary>Whether the request streams.</summary>
    public bool IsStreaming { get; }

    /// <summary>A hash of the conversation that the request belongs to, the same at each of its turns and in every process.</summary>
    public ulong AffinityKey { get; }

    /// <summary>One of the endpoints.</summary>
    /// <param name="index">Its place.</param>
    /// <exception cref="IndexOutOfRangeException"><paramref name="index"/> is below 0, or not below <see cref="Count"/>.</exception>
    public LoadBalancingCandidate this[int index] => new(_group[_candidates[index]], _now);
}
