using System.Text.Json;
using LlmResilience;
using LlmResilience.Endpoints;

namespace Microsoft.Extensions.AI;

/// <summary>Tells which endpoint answered.</summary>
public static class LlmResilienceChatResponseExtensions
{
    private static readonly object One = 1;

    /// <summary>Which endpoint answered.</summary>
    /// <param name="response">A response of a resilient client.</param>
    /// <returns>The endpoint, or <see langword="null"/> if the response is not a resilient client's.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public static AnsweringEndpoint? GetLlmEndpoint(this ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);

        // A response put together of updates that have a message id carries their properties on its message.
        return Read(response.AdditionalProperties)
            ?? response.Messages.Select(static message => Read(message.AdditionalProperties)).FirstOrDefault(static answer => answer is not null);
    }

    /// <summary>Which endpoint the stream comes from.</summary>
    /// <param name="update">The stream's first update; later ones do not carry it.</param>
    /// <returns>The endpoint, or <see langword="null"/> if the update is not the first of a resilient client's stream.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="update"/> is null.</exception>
    public static AnsweringEndpoint? GetLlmEndpoint(this ChatResponseUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return Read(update.AdditionalProperties);
    }

    internal static void SetLlmEndpoint(this ChatResponse response, AnsweringEndpoint answer)
        => Write(response.AdditionalProperties ??= [], answer);

    internal static void SetLlmEndpoint(this ChatResponseUpdate update, AnsweringEndpoint answer)
        => Write(update.AdditionalProperties ??= [], answer);

    private static void Write(AdditionalPropertiesDictionary properties, AnsweringEndpoint answer)
    {
        // Read first: a client may hand out one response object many times over, and then nothing is written while others read.
        if (!properties.TryGetValue(AnswerProperties.Endpoint, out var name) || !ReferenceEquals(name, answer.Name))
        {
            properties[AnswerProperties.Endpoint] = answer.Name;
        }

        if (!properties.TryGetValue(AnswerProperties.Attempts, out var attempts) || attempts is not int count || count != answer.AttemptCount)
        {
            properties[AnswerProperties.Attempts] = answer.AttemptCount == 1 ? One : answer.AttemptCount;
        }
    }

    private static AnsweringEndpoint? Read(AdditionalPropertiesDictionary? properties)
    {
        if (properties is null || !properties.TryGetValue(AnswerProperties.Endpoint, out var name) || !properties.TryGetValue(AnswerProperties.Attempts, out var attempts))
        {
            return null;
        }

        // A response out of a cache has been through JSON.
        return (name, attempts) switch
        {
            (string text, int count) => new AnsweringEndpoint(text, count),
            (JsonElement { ValueKind: JsonValueKind.String } text, JsonElement { ValueKind: JsonValueKind.Number } count)
                => new AnsweringEndpoint(text.GetString()!, count.GetInt32()),
            _ => null,
        };
    }
}
