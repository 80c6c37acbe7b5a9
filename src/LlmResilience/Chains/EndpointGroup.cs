using LlmResilience.Endpoints;

namespace LlmResilience.Chains;

/// <summary>The endpoints of one priority. It says in which order a request asks them.</summary>
internal sealed class EndpointGroup(Endpoint[] endpoints)
{
    public int Count => endpoints.Length;

    public IReadOnlyList<Endpoint> All => endpoints;

    /// <summary>The endpoint whose turn it is: in the order of registration.</summary>
    public Endpoint At(int turn) => endpoints[turn];
}
