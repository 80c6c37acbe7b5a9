using System.Globalization;
using LlmResilience.Endpoints;
using LlmResilience.Failures;
using Microsoft.Extensions.AI;

namespace LlmResilience.Probing;

/// <summary>Sends one probe to an endpoint.</summary>
internal static class ProbeRequest
{
    // Not one: OpenAI's newer API takes no less, and its reasoning models refuse what leaves them no room at all. The prompt asks for one word.
    private const int MaxOutputTokens = 16;

    // An error inside a response: the server has answered.
    private const int InBandStatus = 200;

    /// <summary>Whether the endpoint's client can do what its options want.</summary>
    public static bool IsPossible(IChatClient client, ActiveProbeOptions options)
    {
        if (options.GetCustomRequest() is not null || options.Request != ActiveProbeRequest.ModelList)
        {
            return true;
        }

        try
        {
            return client.GetService<IModelListProbe>() is not null;
        }
#pragma warning disable CA1031 // A client that does not even like to be asked has none.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    /// <summary>Asks the endpoint. Everything in it is foreign code, which may throw, block or hang.</summary>
    /// <returns>What is wrong with the answer, if anything is; what the client threw, the task throws.</returns>
    public static async Task<Failure?> SendAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        var options = endpoint.Settings.ActiveProbe;
        if (options.GetCustomRequest() is { } request)
        {
            await request(endpoint.Client, cancellationToken).ConfigureAwait(false);
            return null;
        }

        if (options.Request == ActiveProbeRequest.ModelList)
        {
            await endpoint.Client.GetRequiredService<IModelListProbe>().RequestModelListAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }

        // The number keeps a cache from answering in the endpoint's place.
        var prompt = string.Create(CultureInfo.InvariantCulture, $"Answer with the word OK. ({Random.Shared.Next()})");
        var chatOptions = endpoint.OptionsFor(new ChatOptions { MaxOutputTokens = MaxOutputTokens });
        var response = await endpoint.Client.GetResponseAsync([new ChatMessage(ChatRole.User, prompt)], chatOptions, cancellationToken).ConfigureAwait(false);
        return response is null ? new Failure(FailureKind.InvalidResponse) : FindError(response, endpoint);
    }

    private static Failure? FindError(ChatResponse response, Endpoint endpoint)
        => response.Messages.SelectMany(static message => message.Contents).OfType<ErrorContent>().FirstOrDefault(static error => !InBandErrors.IsRefusal(error)) is { } error
            ? InBandErrors.Classify(error, endpoint.Clock.TimeProvider.GetUtcNow()) with { StatusCode = InBandStatus }
            : null;
}
