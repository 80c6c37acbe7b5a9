namespace LlmResilience.Health;

/// <summary>What an active prober has to know of an endpoint.</summary>
/// <param name="Generation">Of which a probe's result says something: one that began in an older one says nothing of this one.</param>
/// <param name="MayBeProbed">Neither cooling down nor drained.</param>
/// <param name="IsInDoubt">Ejected, probed by requests, found ill, or failed since its last success.</param>
internal readonly record struct ProbeNeed(uint Generation, bool MayBeProbed, bool IsInDoubt);
