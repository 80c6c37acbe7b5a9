namespace LlmResilience.Docs.Tests.Snippets;

#region own-balancer
internal sealed class Cheapest(IReadOnlyDictionary<string, decimal> prices) : ILoadBalancer
{
    public int Choose(LoadBalancingContext context)
    {
        var best = 0;
        for (var i = 1; i < context.Count; i++)
        {
            best = prices[context[i].Name] < prices[context[best].Name] ? i : best;
        }

        return best;
    }
}
#endregion
