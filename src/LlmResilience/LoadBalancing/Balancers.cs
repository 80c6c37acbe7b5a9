using LlmResilience.Chains;
using LlmResilience.Telemetry;

namespace LlmResilience.LoadBalancing;

/// <summary>Who makes the balancers of a chain's groups.</summary>
internal static class Balancers
{
    /// <summary>Of a policy; <see langword="null"/> where groups are asked in their order.</summary>
    public static Func<EndpointGroup, Balancer?>? For(LoadBalancingPolicy policy) => policy switch
    {
        LoadBalancingPolicy.RoundRobin => static group => new RoundRobin(group),
        LoadBalancingPolicy.LeastActive => static group => new LeastActive(group),
        LoadBalancingPolicy.LowestLatency => static group => new LowestLatency(group),
        LoadBalancingPolicy.Affinity => static group => new Affinity(group),
        _ => null,
    };

    /// <summary>Of the app's own choice.</summary>
    public static Func<EndpointGroup, Balancer?> For(ILoadBalancer own, ChainTelemetry telemetry)
    {
        var faults = new OwnBalancerFaults(telemetry);
        return _ => new OwnBalancer(own, faults);
    }
}
