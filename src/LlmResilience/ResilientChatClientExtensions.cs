using LlmResilience.Chains;
using LlmResilience.Endpoints;
using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>Makes chains of other orders over endpoints that resilient clients have already, and shares these endpoints and their health.</summary>
/// <remarks>
/// What these methods return is cheap to make, once or for every request; a reload of the clients applies to it, also to a request that
/// waits for an endpoint to return, and disposing it disposes nothing. The order is the one given, whatever the endpoints' priorities; the options of the chain are those of the first client.
/// </remarks>
public static class ResilientChatClientExtensions
{
    /// <summary>A client over some of the endpoints only.</summary>
    /// <param name="client">The client that has the endpoints.</param>
    /// <param name="names">Their names, in the order in which they are asked. Names that no endpoint has are left out.</param>
    /// <returns>The client. Its requests fail with an <see cref="InvalidOperationException"/> if no name is an endpoint's.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IChatClient WithEndpoints(this ResilientChatClient client, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(names);
        string[] wanted = [.. names];
        return new EndpointSubsetClient(client, () => wanted
            .Select(name => Array.Find(client.Chain.Endpoints, endpoint => string.Equals(endpoint.Name, name, StringComparison.OrdinalIgnoreCase)))
            .OfType<Endpoint>());
    }

    /// <summary>A client that asks the endpoints of this one, and after them those of others.</summary>
    /// <param name="client">The client whose endpoints come first.</param>
    /// <param name="others">The clients whose endpoints follow.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The clients do not have one <see cref="TimeProvider"/>.</exception>
    public static IChatClient FollowedBy(this ResilientChatClient client, params ResilientChatClient[] others)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(others);
        if (Array.Exists(others, other => other.Chain.Clock.TimeProvider != client.Chain.Clock.TimeProvider))
        {
            throw new ArgumentException("Clients that share endpoints need the same time provider.", nameof(others));
        }

        ResilientChatClient[] all = [client, .. others];
        return new EndpointSubsetClient(client, () => all.SelectMany(one => one.Chain.Endpoints));
    }
}
