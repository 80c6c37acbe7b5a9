using LlmResilience.Endpoints;
using LlmResilience.Utilities;

namespace LlmResilience.Chains;

/// <summary>The chain that a client's next request takes, and the clients of endpoints that a reload has removed.</summary>
internal sealed class CurrentChain : IDisposable
{
    private readonly object _lock = new();
    private readonly List<RetiredEndpoint> _retired = [];
    private volatile Chain? _chain;

    public Chain Value => _chain!;

    /// <summary>The endpoints that are in use; none before the first chain.</summary>
    public IReadOnlyList<Endpoint> Endpoints => _chain?.Endpoints ?? [];

    /// <summary>Sends the next requests down another chain, and those who wait for an endpoint to look into it. What is in flight ends where it began.</summary>
    public void Replace(Chain chain)
    {
        lock (_lock)
        {
            _retired.AddRange(Endpoints.Except(chain.Endpoints).Select(endpoint => new RetiredEndpoint(endpoint, Forget)));
            _chain = chain;
        }

        chain.Context.Pool.SignalChange();
    }

    /// <summary>Disposes the clients of all endpoints, the removed ones included.</summary>
    public void Dispose()
    {
        IDisposable[] disposables;
        lock (_lock)
        {
            disposables = [.. _retired, .. Endpoints];
            _retired.Clear();
        }

        Disposal.DisposeAll(disposables);
    }

    private void Forget(RetiredEndpoint retired)
    {
        lock (_lock)
        {
            _retired.Remove(retired);
        }
    }
}
