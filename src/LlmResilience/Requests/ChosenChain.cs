using LlmResilience.Chains;

namespace LlmResilience.Requests;

/// <summary>The chain that was chosen for a request.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="AffinityKey">A stable hash of the conversation that the request belongs to, where a balancer of the chain asks for it.</param>
internal readonly record struct ChosenChain(Chain Chain, ulong AffinityKey = 0);
