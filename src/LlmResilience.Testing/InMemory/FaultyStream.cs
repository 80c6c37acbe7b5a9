using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace LlmResilience.Testing;

/// <summary>Hands on the updates of a stream, and asks a fault before each token. The stream is not even asked for where the fault answers by itself.</summary>
internal static class FaultyStream
{
    public static async IAsyncEnumerable<ChatResponseUpdate> SpoilAsync(
        Func<IAsyncEnumerable<ChatResponseUpdate>> ask, SimulatedFault fault, MemoryFaultContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ends = FaultyChatClient.Ends(await fault.OnRequestAsync(context).ConfigureAwait(false), hasHeaders: false)
            || FaultyChatClient.Ends(await fault.OnHeadersAsync(context).ConfigureAwait(false), hasHeaders: true);
        var sent = 0;
        var isFinished = false;
        if (!ends)
        {
            await foreach (var whole in ask().WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                foreach (var update in SplitOffFinish(whole))
                {
                    var isToken = IsToken(update);
                    var isEnd = !isFinished && update.FinishReason is not null;
                    if (isToken || isEnd)
                    {
                        ends = FaultyChatClient.Ends(await fault.BeforeTokenAsync(context, sent, isEnd).ConfigureAwait(false), hasHeaders: true);
                        if (ends)
                        {
                            break;
                        }
                    }

                    foreach (var part in Shape(update, fault.Shape, isFirst: isToken && sent == 0))
                    {
                        yield return part;
                    }

                    sent += isToken ? 1 : 0;
                    isFinished |= isEnd;
                }

                if (ends)
                {
                    break;
                }
            }
        }

        foreach (var update in context.TakeWritten())
        {
            yield return update;
        }

        if (!ends && !isFinished)
        {
            FaultyChatClient.Ends(await fault.BeforeTokenAsync(context, sent, isEnd: true).ConfigureAwait(false), hasHeaders: true);
        }
    }

    private static bool IsToken(ChatResponseUpdate update)
        => update.Contents.Any(static content => content is not UsageContent && content is not TextContent { Text.Length: 0 });

    // Some clients send the last token and the finish reason in one update; a fault strikes between the two.
    private static IEnumerable<ChatResponseUpdate> SplitOffFinish(ChatResponseUpdate update)
    {
        if (update.FinishReason is null || !IsToken(update))
        {
            return [update];
        }

        var content = update.Clone();
        content.FinishReason = null;
        var finish = update.Clone();
        finish.Contents = [];
        return [content, finish];
    }

    private static IEnumerable<ChatResponseUpdate> Shape(ChatResponseUpdate update, ResponseShape shape, bool isFirst)
    {
        if (shape.IsByteByByte && update.Contents is [TextContent { Text: { Length: > 1 } text }])
        {
            foreach (var character in text.EnumerateRunes())
            {
                var part = update.Clone();
                part.Contents = [new TextContent(character.ToString())];
                yield return part;
            }
        }
        else
        {
            if (isFirst && shape.Padding > 0)
            {
                update = update.Clone();
                update.AdditionalProperties = update.AdditionalProperties?.Clone() ?? [];
                FaultyChatClient.Pad(update.AdditionalProperties, shape);
            }

            yield return update;
        }
    }
}
