using System.Diagnostics.CodeAnalysis;
using LlmResilience.Endpoints;

namespace LlmResilience;

/// <summary>The endpoints of a resilient client: what the operator sees, and the operator's verbs. Get it with <c>client.GetService&lt;LlmEndpoints&gt;()</c>.</summary>
public sealed class LlmEndpoints
{
    private readonly Func<IReadOnlyList<Endpoint>> _endpoints;

    internal LlmEndpoints(Func<IReadOnlyList<Endpoint>> endpoints) => _endpoints = endpoints;

    internal IReadOnlyList<Endpoint> Current => _endpoints();

    /// <summary>Every endpoint now, in the order of the chain.</summary>
    /// <returns>Snapshots that do not change.</returns>
    public IReadOnlyList<EndpointSnapshot> GetSnapshots() => [.. Current.Select(static endpoint => endpoint.GetSnapshot())];

    /// <summary>One endpoint now.</summary>
    /// <param name="name">The endpoint's name; case does not matter.</param>
    /// <param name="snapshot">A snapshot that does not change; <see langword="null"/> if there is no endpoint of that name.</param>
    /// <returns>Whether there is an endpoint of that name.</returns>
    public bool TryGetSnapshot(string name, [NotNullWhen(true)] out EndpointSnapshot? snapshot)
    {
        snapshot = TryFind(name)?.GetSnapshot();
        return snapshot is not null;
    }

    /// <summary>Takes an endpoint out until <see cref="Restore"/>. What is in flight goes on.</summary>
    /// <param name="name">The endpoint's name.</param>
    /// <exception cref="ArgumentException">There is no endpoint of that name.</exception>
    public void Drain(string name) => Find(name).Drain();

    /// <summary>Ejects an endpoint as its own failures would: for k times the base, after which it is probed. One that is ejected stays so.</summary>
    /// <param name="name">The endpoint's name.</param>
    /// <exception cref="ArgumentException">There is no endpoint of that name.</exception>
    public void Eject(string name) => Find(name).Eject();

    /// <summary>Puts an endpoint back in full: drained, ejected, found ill by active probes and cooling down no longer, k at 0.</summary>
    /// <param name="name">The endpoint's name.</param>
    /// <exception cref="ArgumentException">There is no endpoint of that name.</exception>
    public void Restore(string name) => Find(name).Restore();

    private Endpoint Find(string name)
        => TryFind(name)
            ?? throw new ArgumentException($"There is no endpoint '{name}'. There are: {string.Join(", ", Current.Select(endpoint => $"'{endpoint.Name}'"))}.", nameof(name));

    private Endpoint? TryFind(string name)
        => Current.FirstOrDefault(endpoint => string.Equals(endpoint.Name, name, StringComparison.OrdinalIgnoreCase));
}
