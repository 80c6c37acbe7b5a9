using LlmResilience.Endpoints;

namespace LlmResilience.Chains;

/// <summary>Endpoints that come one for another, as those of one priority do, and who says in which order a request asks them.</summary>
internal sealed class EndpointGroup
{
    private readonly Endpoint[] _endpoints;

    /// <summary>Creates it.</summary>
    /// <param name="endpoints">The endpoints, in their order.</param>
    /// <param name="createBalancer">Makes their balancer; <see langword="null"/>, or what it returns, for none: they are asked in their order.</param>
    public EndpointGroup(Endpoint[] endpoints, Func<EndpointGroup, Balancer?>? createBalancer)
    {
        _endpoints = endpoints;
        Balancer = endpoints.Length > 1 ? createBalancer?.Invoke(this) : null;
    }

    public int Count => _endpoints.Length;

    public ReadOnlySpan<Endpoint> Endpoints => _endpoints;

    public IReadOnlyList<Endpoint> All => _endpoints;

    /// <summary>Who chooses among them; nobody where they are asked in their order.</summary>
    public Balancer? Balancer { get; }

    public Endpoint this[int index] => _endpoints[index];
}
