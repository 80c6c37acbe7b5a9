using LlmResilience.Endpoints;
using LlmResilience.Health;

namespace LlmResilience.Chains;

/// <summary>An endpoint that has admitted a request, the chain that it is in, and what of that chain is left to be asked.</summary>
internal sealed record Candidate(Chain Chain, CandidateCursor Rest, Endpoint Endpoint, Admission Admission);
