using LlmResilience.Telemetry;

namespace LlmResilience.LoadBalancing;

/// <summary>Tells once that the app's own balancer does not work: said for every request it would drown all else.</summary>
internal sealed class OwnBalancerFaults(ChainTelemetry telemetry)
{
    private int _isTold;

    public void Tell(string what)
    {
        if (Interlocked.Exchange(ref _isTold, 1) == 0)
        {
            telemetry.LoadBalancerFailed(what);
        }
    }
}
