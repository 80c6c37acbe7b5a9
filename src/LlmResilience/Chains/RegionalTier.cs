using LlmResilience.Endpoints;

namespace LlmResilience.Chains;

/// <summary>The near and the far endpoints of one tier, and which of the two a request asks first.</summary>
/// <remarks>
/// Envoy's locality-weighted load balancing, for one near group: with so many of its endpoints available that 1.4 times their share is not
/// below one, all requests ask it first; with fewer, that share of them does, and the others spill over. Which ones is dealt by counting and
/// not by chance: a tenth is every tenth request.
/// </remarks>
internal sealed class RegionalTier(EndpointGroup near, EndpointGroup far, bool isOrdered)
{
    // Envoy's overprovisioning factor of 140 %: 71 % of a group are taken to bear all that the whole one does.
    private const double Overprovisioning = 1.4;

    // A count that no change of an endpoint's health has made old is made anew after this time, since ejections also end by themselves.
    private static readonly long LongestMemory = TimeSpan.FromMilliseconds(100).Ticks;

    private Count? _count;
    private long _requests;

    public EndpointGroup Near => near;

    public EndpointGroup Far => far;

    /// <summary>The share of the requests that asks the near endpoints first.</summary>
    public static double NearShare(int available, int count) => Math.Min(1, Overprovisioning * available / count);

    /// <summary>Whether the next request asks the far ones first.</summary>
    public bool DealFarFirst(long now)
    {
        if (isOrdered || near.Count == 0 || far.Count == 0)
        {
            return false;
        }

        var farShare = 1 - NearShare(CountAvailable(now), near.Count);
        if (farShare <= 0)
        {
            return false;
        }

        var request = Interlocked.Increment(ref _requests) - 1;
        return Math.Floor((request + 1) * farShare) > Math.Floor(request * farShare);
    }

    // A count that two threads make at once is the same twice.
    private int CountAvailable(long now)
    {
        var changed = near[0].Health.Pool.Changed;
        var count = _count;
        if (count is null || count.Changed != changed || now - count.At > LongestMemory)
        {
            count = new Count(changed, now, near.All.Count(endpoint => endpoint.IsAvailable(now)));
            _count = count;
        }

        return count.Available;
    }

    private sealed record Count(Task Changed, long At, int Available);
}
