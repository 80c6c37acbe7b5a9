using LlmResilience.Chains;
using LlmResilience.Endpoints;

namespace LlmResilience.LoadBalancing;

/// <summary>Of two at random, the one with fewer requests in flight for its weight (Envoy's least request).</summary>
internal sealed class LeastActive(EndpointGroup group) : TwoChoices(group)
{
    protected override double SlownessOf(in Choice choice, Endpoint endpoint) => 1;
}
