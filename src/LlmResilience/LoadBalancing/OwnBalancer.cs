using System.Buffers;
using LlmResilience.Chains;

namespace LlmResilience.LoadBalancing;

/// <summary>Asks the app's own balancer. What goes wrong in there ends no request: the order of registration is taken instead.</summary>
internal sealed class OwnBalancer(ILoadBalancer own, OwnBalancerFaults faults) : Balancer
{
    private const int Few = 64;

    public override bool NeedsAffinityKey => true;

    public override int Choose(in Choice choice)
    {
        if (choice.Group.Count <= Few)
        {
            return Choose(choice, stackalloc int[Few]);
        }

        var rented = ArrayPool<int>.Shared.Rent(choice.Group.Count);
        var chosen = Choose(choice, rented);
        ArrayPool<int>.Shared.Return(rented);
        return chosen;
    }

    private int Choose(in Choice choice, Span<int> candidates)
    {
        var count = 0;
        for (var i = 0; i < choice.Group.Count; i++)
        {
            if (choice.IsEligible(i))
            {
                candidates[count++] = i;
            }
        }

        return count == 0 ? -1 : candidates[Ask(choice, candidates[..count])];
    }

    private int Ask(in Choice choice, ReadOnlySpan<int> candidates)
    {
        try
        {
            var chosen = own.Choose(new LoadBalancingContext(choice.Group, candidates, choice.Request, choice.Now));
            if (chosen >= 0 && chosen < candidates.Length)
            {
                return chosen;
            }

            faults.Tell("chose nobody of those that it was given");
        }
#pragma warning disable CA1031 // Whatever the app's code throws; the request has nothing to do with it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            faults.Tell($"threw {exception.GetType().Name}");
        }

        return 0;
    }
}
