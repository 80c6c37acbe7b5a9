using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.Endpoints;

/// <summary>Reasoning that its provider has signed or encrypted: noted as it goes out, and taken back by the endpoint that it comes from alone.</summary>
/// <remarks>
/// A block of reasoning is a run of <see cref="TextReasoningContent"/> that ends with the one that holds the signature. Whoever puts a
/// stream together makes one content of a run and keeps the properties of the first, so that one carries the note; whether a signature
/// follows is not known by then.
/// </remarks>
internal static class SignedReasoning
{
    /// <summary>Notes on a whole response whose reasoning it is.</summary>
    public static void Stamp(ChatResponse response, string endpointName)
    {
        var messages = response.Messages;
        for (var i = 0; i < messages.Count; i++)
        {
            var isInRun = false;
            Stamp(messages[i]?.Contents, endpointName, ref isInRun);
        }
    }

    /// <summary>Notes on a piece of a stream whose reasoning it is.</summary>
    /// <param name="contents">The contents of an update.</param>
    /// <param name="endpointName">The endpoint that sent it.</param>
    /// <param name="isInRun">Whether the piece goes on with a block of reasoning; afterwards, whether the next one may.</param>
    public static void Stamp(IList<AIContent>? contents, string endpointName, ref bool isInRun)
    {
        for (var i = 0; i < (contents?.Count ?? 0); i++)
        {
            if (contents![i] is not TextReasoningContent reasoning)
            {
                isInRun = false;
                continue;
            }

            var isSigned = IsSigned(reasoning);
            if (isSigned || !isInRun)
            {
                Stamp(reasoning, endpointName);
            }

            isInRun = !isSigned;
        }
    }

    /// <summary>The messages without the blocks of reasoning that another endpoint has signed; the list itself if there are none.</summary>
    public static IReadOnlyList<ChatMessage> LeaveOutForeign(IReadOnlyList<ChatMessage> messages, Endpoint endpoint)
        => HasForeign(messages, endpoint) ? Filter(messages, endpoint) : messages;

    // Every request looks through its whole history: of the usual lists not through an interface, message by message.
    private static bool HasForeign(IReadOnlyList<ChatMessage> messages, Endpoint endpoint) => messages switch
    {
        ChatMessage[] array => HasForeign(array.AsSpan(), endpoint),
        List<ChatMessage> list => HasForeign(CollectionsMarshal.AsSpan(list), endpoint),
        _ => HasForeign(messages, endpoint, messages.Count),
    };

    private static bool HasForeign(ReadOnlySpan<ChatMessage> messages, Endpoint endpoint)
    {
        foreach (var message in messages)
        {
            if (HasForeign(message, endpoint))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasForeign(IReadOnlyList<ChatMessage> messages, Endpoint endpoint, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (HasForeign(messages[i], endpoint))
            {
                return true;
            }
        }

        return false;
    }

    // A null message is for the provider's client to refuse.
    private static bool HasForeign(ChatMessage? message, Endpoint endpoint)
    {
        if (message is null || message.Role != ChatRole.Assistant)
        {
            return false;
        }

        var contents = message.Contents;
        var isPlain = contents is List<AIContent> { Count: 1 } list && list[0] is TextContent;
        return !isPlain && FindForeign(contents, endpoint, start: 0, out _) >= 0;
    }

    private static List<ChatMessage> Filter(IReadOnlyList<ChatMessage> messages, Endpoint endpoint)
    {
        var filtered = new List<ChatMessage>(messages.Count);
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            if (HasForeign(message, endpoint))
            {
                var contents = Filter(message.Contents, endpoint);
                if (contents.Count == 0)
                {
                    continue;
                }

                message = message.Clone();
                message.Contents = contents;
            }

            filtered.Add(message);
        }

        return filtered;
    }

    private static List<AIContent> Filter(IList<AIContent> contents, Endpoint endpoint)
    {
        List<AIContent> filtered = [.. contents];
        var start = 0;
        while ((start = FindForeign(filtered, endpoint, start, out var length)) >= 0)
        {
            filtered.RemoveRange(start, length);
        }

        return filtered;
    }

    /// <summary>Finds a block that is signed, and noted as another endpoint's.</summary>
    /// <returns>Where it begins; negative if there is none.</returns>
    private static int FindForeign(IList<AIContent> contents, Endpoint endpoint, int start, out int length)
    {
        string? owner = null;
        for (var i = start; i < contents.Count; i++)
        {
            if (contents[i] is not TextReasoningContent reasoning)
            {
                start = i + 1;
                owner = null;
                continue;
            }

            owner ??= OwnerOf(reasoning);
            if (IsSigned(reasoning))
            {
                if (owner is not null && !endpoint.SharesStateWith(owner))
                {
                    length = i + 1 - start;
                    return start;
                }

                start = i + 1;
                owner = null;
            }
        }

        length = 0;
        return -1;
    }

    private static bool IsSigned(TextReasoningContent reasoning) => !string.IsNullOrEmpty(reasoning.ProtectedData);

    private static void Stamp(TextReasoningContent reasoning, string endpointName)
    {
        var properties = reasoning.AdditionalProperties ??= [];

        // Read first: a client may hand out one content many times over, and then nothing is written while others read.
        if (!properties.TryGetValue(AnswerProperties.Endpoint, out var owner) || !ReferenceEquals(owner, endpointName))
        {
            properties[AnswerProperties.Endpoint] = endpointName;
        }
    }

    private static string? OwnerOf(TextReasoningContent reasoning)
    {
        if (reasoning.AdditionalProperties is not { } properties || !properties.TryGetValue(AnswerProperties.Endpoint, out var owner))
        {
            return null;
        }

        // What the app has stored has been through JSON.
        return owner switch
        {
            string name => name,
            JsonElement { ValueKind: JsonValueKind.String } name => name.GetString(),
            _ => null,
        };
    }
}
