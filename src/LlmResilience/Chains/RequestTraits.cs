namespace LlmResilience.Chains;

/// <summary>What of a request matters to the choice of its endpoint.</summary>
/// <param name="IsStreaming">Whether it streams.</param>
/// <param name="AffinityKey">A stable hash of the conversation that it belongs to; anything where no balancer asks for it.</param>
internal readonly record struct RequestTraits(bool IsStreaming, ulong AffinityKey = 0);
