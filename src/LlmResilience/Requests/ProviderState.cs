using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience.Requests;

/// <summary>What binds a request to a provider.</summary>
[Flags]
internal enum ProviderState : byte
{
    /// <summary>It has not been looked at.</summary>
    NotLookedAt = 0,

    /// <summary>It has been looked at; without another flag nothing binds it.</summary>
    Known = 1,

    /// <summary>It names what only one provider has: a conversation, a job, a file, a vector store.</summary>
    Named = 2,

    /// <summary>It lets a tool act at the provider, and must not make it act twice.</summary>
    Acts = 4,
}

/// <summary>Finds out what binds a request to a provider.</summary>
internal static class ProviderStates
{
    /// <summary>Looks once.</summary>
    public static ProviderState Look(in RequestInput input, ref ProviderState known)
    {
        if (known == ProviderState.NotLookedAt)
        {
            known = Find(input.Messages, input.Options);
        }

        return known;
    }

    private static ProviderState Find(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var state = options is null ? ProviderState.Known : Find(options);
        return !state.HasFlag(ProviderState.Named) && NameHosted(messages) ? state | ProviderState.Named : state;
    }

    private static ProviderState Find(ChatOptions options)
    {
        var state = options.ConversationId is not null || BackgroundResponses.HasToken(options) ? ProviderState.Known | ProviderState.Named : ProviderState.Known;
        for (var i = 0; i < (options.Tools?.Count ?? 0); i++)
        {
            state |= Find(options.Tools![i]);
        }

        return state;
    }

    private static ProviderState Find(AITool? tool) => tool switch
    {
#pragma warning disable MEAI001 // No longer experimental in later versions.
        HostedMcpServerTool => ProviderState.Acts,
#pragma warning restore MEAI001
        HostedCodeInterpreterTool interpreter => ProviderState.Acts | (HoldHosted(interpreter.Inputs) ? ProviderState.Named : ProviderState.Known),
        HostedFileSearchTool search when HoldHosted(search.Inputs) => ProviderState.Named,
        _ => ProviderState.Known,
    };

    private static bool NameHosted(IReadOnlyList<ChatMessage> messages)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            // A null message is for the provider's client to refuse.
            if (HoldHosted(messages[i]?.Contents))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HoldHosted(IList<AIContent>? contents)
    {
        for (var i = 0; i < (contents?.Count ?? 0); i++)
        {
            if (contents![i] is HostedFileContent or HostedVectorStoreContent)
            {
                return true;
            }
        }

        return false;
    }
}
