using System.ClientModel.Primitives;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

internal sealed partial class OpenAIChatClient
{
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return StreamAsync(messages, options, cancellationToken);
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var content = ChatRequest.Create(this, messages, options, streaming: true);
        var request = new RequestOptions { BufferResponse = false, CancellationToken = cancellationToken };
        var result = await _client.CompleteChatAsync(content, request).ConfigureAwait(false);
        using var response = result.GetRawResponse();
        var stream = response.ContentStream ?? Stream.Null;
        var start = new PeekedStream(stream);
        BinaryData? body = null;
        if (IsJson(response))
        {
            body = await response.BufferContentAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (await start.PeekAsync(cancellationToken).ConfigureAwait(false) is (byte)'{' or (byte)'[')
        {
            body = await BinaryData.FromStreamAsync(start, cancellationToken).ConfigureAwait(false);
        }

        if (body is not null)
        {
            foreach (var update in ChatResponseReader.Read(body, result).ToChatResponseUpdates())
            {
                yield return update;
            }

            yield break;
        }

        var reader = new ChatStreamReader();
        try
        {
            await foreach (var item in SseParser.Create(start, reader.Read).EnumerateAsync(cancellationToken).ConfigureAwait(false))
            {
                if (reader.IsDone)
                {
                    break;
                }

                if (item.Data is { } update)
                {
                    yield return update;
                }

                if (reader.HasFailed)
                {
                    yield break;
                }
            }
        }
        finally
        {
            // Disposing, the SDK reads a body in memory (a test's, or a buffering handler's) once more, and throws unless it is at its start.
            if (stream.CanSeek)
            {
                stream.Position = 0;
            }
        }

        if (reader.Complete() is { } last)
        {
            yield return last;
        }
    }

    // A server or a proxy that does not stream answers, or fails, with one JSON document, whatever it calls it.
    private static bool IsJson(PipelineResponse response)
        => response.Headers.TryGetValue("Content-Type", out var type) && type is not null
            && type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase);
}
