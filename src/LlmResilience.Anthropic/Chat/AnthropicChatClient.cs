using System.Net;
using System.Runtime.CompilerServices;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Models;
using Microsoft.Extensions.AI;

namespace LlmResilience.Anthropic;

/// <summary>The SDK's own chat client, whose exceptions know how long to wait, which hands out no half tool calls, and sends no reasoning of others.</summary>
internal sealed class AnthropicChatClient(IChatClient inner, IAnthropicClient sdkClient) : DelegatingChatClient(inner), IModelListProbe
{
    // A compatible server need not have such a list; that it says so is an answer.
    private static readonly HttpStatusCode[] NoSuchList = [HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotImplemented];

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var failed = FailedResponse.Begin();
        try
        {
            return await base.GetResponseAsync(ForeignReasoning.LeftOut(messages), options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (failed.AttachTo(e))
        {
            throw;
        }
    }

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return StreamAsync(base.GetStreamingResponseAsync(ForeignReasoning.LeftOut(messages), options, cancellationToken), CancellationToken.None);
    }

    /// <summary>Asks for <c>GET /v1/models</c> as the SDK asks for chats: with its pipeline, its credentials and its exceptions.</summary>
    public async Task RequestModelListAsync(CancellationToken cancellationToken)
    {
        var failed = FailedResponse.Begin();
        try
        {
            using var response = await sdkClient.Models.WithRawResponse.List(new ModelListParams { Limit = 1 }, cancellationToken).ConfigureAwait(false);
        }
        catch (AnthropicApiException e) when (NoSuchList.Contains(e.StatusCode))
        {
        }
        catch (Exception e) when (failed.AttachTo(e))
        {
            throw;
        }
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IAsyncEnumerable<ChatResponseUpdate> updates, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var failed = FailedResponse.Begin();
        var enumerator = updates.GetAsyncEnumerator(cancellationToken);
        await using var disposal = enumerator.ConfigureAwait(false);
        ChatResponseUpdate? held = null;
        while (true)
        {
            try
            {
                if (!await enumerator.MoveNextAsync().ConfigureAwait(false))
                {
                    break;
                }
            }
            catch (Exception e) when (failed.AttachTo(e))
            {
                throw;
            }

            var update = enumerator.Current;
            if (held is not null)
            {
                if (update.FinishReason == ChatFinishReason.Length)
                {
                    TruncatedCalls.RemoveFrom(held.Contents);
                }

                yield return held;
            }

            // Whether a call is whole is known when the answer goes on, or says why it stopped.
            held = TruncatedCalls.MayBeIn(update.Contents) ? update : null;
            if (held is null)
            {
                yield return update;
            }
        }

        if (held is not null)
        {
            yield return held;
        }
    }
}
