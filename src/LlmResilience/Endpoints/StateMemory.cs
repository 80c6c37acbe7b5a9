using System.Collections.Concurrent;
using System.Security.Cryptography;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience.Endpoints;

/// <summary>Which endpoint of a client has what: the ids of conversations, jobs and files that its answers named.</summary>
/// <remarks>
/// Bounded, so that an app may run for ever: once the younger half is full, the older one is forgotten, and what is asked for moves to the
/// younger. Read and written without a lock; two threads that turn the halves over at once forget a little more.
/// </remarks>
internal sealed class StateMemory
{
    // About 2 MB of ids; conversations that nobody has gone on with for so many others are old.
    private const int MostInHalf = 10_000;

    private volatile Halves _halves = new(new Half(), new Half());

    // By an endpoint's name, replaced by a reload.
    private volatile IReadOnlyDictionary<string, string> _groups = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
    private volatile bool _isNeeded;

    /// <summary>Nothing has been seen; a request that names state is then the first endpoint's.</summary>
    public bool IsEmpty => _halves is { Young.Count: 0, Old.Count: 0 };

    /// <summary>How many ids it knows.</summary>
    public int Count
    {
        get
        {
            var halves = _halves;
            return halves.Young.Count + halves.Old.Count;
        }
    }

    /// <summary>Sets whose state it is about, and who shares it with whom. A single endpoint has everything.</summary>
    public void SetEndpoints(IReadOnlyCollection<Endpoint> endpoints)
    {
        _isNeeded = endpoints.Count > 1;
        _groups = endpoints
            .Where(static endpoint => endpoint.Settings.StateGroup is not null)
            .ToDictionary(static endpoint => endpoint.Name, static endpoint => endpoint.Settings.StateGroup!, StringComparer.OrdinalIgnoreCase);
    }

    public bool TryFind(string id, out StateHolder holder)
    {
        var halves = _halves;
        if (halves.Young.Holders.TryGetValue(id, out holder!))
        {
            return true;
        }

        if (!halves.Old.Holders.TryGetValue(id, out holder!))
        {
            return false;
        }

        Remember(id, holder);
        return true;
    }

    /// <summary>The endpoint of this name, as a holder of state.</summary>
    public StateHolder HolderOf(string endpointName) => new(endpointName, _groups.GetValueOrDefault(endpointName));

    /// <summary>Notes what an answer named.</summary>
    public void Note(ChatResponse response, Endpoint endpoint)
    {
        if (!_isNeeded)
        {
            return;
        }

        if (response.ConversationId is { } conversation)
        {
            Remember(conversation, endpoint.Holder);
        }

        if (BackgroundResponses.TokenOf(response) is { } token)
        {
            Remember(IdOf(token), endpoint.Holder);
        }

        for (var i = 0; i < response.Messages.Count; i++)
        {
            Note(response.Messages[i]?.Contents, endpoint);
        }
    }

    /// <summary>Notes what a piece of a stream named.</summary>
    public void Note(ChatResponseUpdate update, Endpoint endpoint)
    {
        if (!_isNeeded)
        {
            return;
        }

        if (update.ConversationId is { } conversation)
        {
            Remember(conversation, endpoint.Holder);
        }

        if (BackgroundResponses.TokenOf(update) is { } token)
        {
            Remember(IdOf(token), endpoint.Holder);
        }

        Note(update.Contents, endpoint);
    }

    /// <summary>Notes whose an id is.</summary>
    public void Remember(string id, StateHolder holder)
    {
        var halves = _halves;
        if (halves.Young.Count >= MostInHalf)
        {
            halves = new Halves(new Half(), halves.Young);
            _halves = halves;
        }

        halves.Young.Set(id, holder);
    }

    /// <summary>A token's id: as long for every token.</summary>
    public static string IdOf(ReadOnlyMemory<byte> token) => "token:" + Convert.ToBase64String(SHA256.HashData(token.Span));

    public static string? IdOf(AIContent? content) => content switch
    {
        HostedFileContent file => file.FileId,
        HostedVectorStoreContent store => store.VectorStoreId,
        _ => null,
    };

    private void Note(IList<AIContent>? contents, Endpoint endpoint)
    {
        for (var i = 0; i < (contents?.Count ?? 0); i++)
        {
            if (IdOf(contents![i]) is { } id)
            {
                Remember(id, endpoint.Holder);
            }
        }
    }

    private sealed record Halves(Half Young, Half Old);

    // A concurrent dictionary counts under all its locks; a count that is off by the threads that are at it is good enough.
    private sealed class Half
    {
        private int _count;

        public ConcurrentDictionary<string, StateHolder> Holders { get; } = new(StringComparer.Ordinal);

        public int Count => Volatile.Read(ref _count);

        public void Set(string id, StateHolder holder)
        {
            if (Holders.TryAdd(id, holder))
            {
                Interlocked.Increment(ref _count);
            }
            else
            {
                Holders[id] = holder;
            }
        }
    }
}
