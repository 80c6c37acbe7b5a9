using LlmResilience.AllUnavailable;
using LlmResilience.Chains;
using LlmResilience.Endpoints;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience.Requests;

/// <summary>The endpoint that a request belongs to, since it names what only one provider has.</summary>
internal static class StateOwner
{
    /// <summary>Narrows the chain of a request to the endpoints that have what it names, where that need not be the chain's first.</summary>
    /// <remarks>
    /// Whoever asks the endpoints of a chain in order, and has seen no state yet, asks its first one, which is the owner of what nobody knows:
    /// such a request is looked at only when it has to wait, or has failed (<see cref="PinToFirst"/>).
    /// </remarks>
    /// <param name="chain">The chain.</param>
    /// <param name="input">What the app asks.</param>
    /// <param name="endpointName">The endpoint that the app says the request belongs to.</param>
    public static Chain Pin(Chain chain, in RequestInput input, string? endpointName = null)
    {
        if (endpointName is not null)
        {
            return Narrow(chain, chain.Context.States.HolderOf(endpointName));
        }

        if (chain.Endpoints.Length == 0 || (chain.IsInOrder && chain.Context.States.IsEmpty))
        {
            return chain;
        }

        var known = ProviderState.NotLookedAt;
        return ProviderStates.Look(input, ref known).HasFlag(ProviderState.Named) ? Narrow(chain, Find(chain, input)) : chain;
    }

    /// <summary>Narrows the chain of a request that names state which nobody has seen, and that was sent to the chain's first endpoint.</summary>
    public static Chain PinToFirst(Chain chain) => chain.Endpoints.Length > 1 ? Narrow(chain, chain.Endpoints[0].Holder) : chain;

    /// <summary>The request was answered: what it names is known here.</summary>
    public static void Remember(in RequestInput input, Endpoint endpoint)
    {
        foreach (var id in IdsOf(input))
        {
            endpoint.States.Remember(id, endpoint.Holder);
        }
    }

    /// <summary>None of those who have the state is available.</summary>
    public static PinnedEndpointUnavailableException Unavailable(Chain chain, long now)
    {
        var name = chain.Holder!.EndpointName;
        var owner = Array.Find(chain.Endpoints, endpoint => string.Equals(endpoint.Name, name, StringComparison.OrdinalIgnoreCase)) ?? chain.Endpoints.FirstOrDefault();
        if (owner is null)
        {
            return new PinnedEndpointUnavailableException(name);
        }

        var returnsAt = ReturnFinder.Earliest(chain, now);
        var retryAfter = returnsAt > now && returnsAt < long.MaxValue ? TimeSpan.FromTicks(returnsAt - now) : (TimeSpan?)null;
        return new PinnedEndpointUnavailableException(owner.Name, retryAfter, Unavailability.Explain(owner, now));
    }

    private static Chain Narrow(Chain chain, StateHolder holder)
        => chain.Endpoints.Length > 1 || !Array.Exists(chain.Endpoints, holder.Includes) ? chain.HeldBy(holder) : chain;

    private static StateHolder Find(Chain chain, in RequestInput input)
    {
        foreach (var id in IdsOf(input))
        {
            if (chain.Context.States.TryFind(id, out var holder))
            {
                return holder;
            }
        }

        return chain.Endpoints[0].Holder;
    }

    // What says most comes first: a conversation or a job is at one endpoint, a file may have been given to several.
    private static List<string> IdsOf(in RequestInput input)
    {
        var ids = new List<string>();
        if (input.Options is { } options)
        {
            Add(ids, options.ConversationId);
            Add(ids, BackgroundResponses.TokenOf(options) is { } token ? StateMemory.IdOf(token) : null);
            foreach (var inputs in (options.Tools ?? []).Select(InputsOf))
            {
                AddHosted(ids, inputs);
            }
        }

        foreach (var message in input.Messages)
        {
            AddHosted(ids, message?.Contents);
        }

        return ids;
    }

    private static IList<AIContent>? InputsOf(AITool? tool) => tool switch
    {
        HostedCodeInterpreterTool interpreter => interpreter.Inputs,
        HostedFileSearchTool search => search.Inputs,
        _ => null,
    };

    private static void AddHosted(List<string> ids, IList<AIContent>? contents)
    {
        foreach (var content in contents ?? [])
        {
            Add(ids, StateMemory.IdOf(content));
        }
    }

    private static void Add(List<string> ids, string? id)
    {
        if (id is not null)
        {
            ids.Add(id);
        }
    }
}
