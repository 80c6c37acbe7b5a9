using LlmResilience.Failures;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience.Attempts;

/// <summary>Tells whether an update carries the first token.</summary>
internal static class FirstTokenDetector
{
    public static FirstTokenSignal Inspect(ChatResponseUpdate update)
        => Inspect(update.Contents, update.FinishReason is not null, out _);

    public static FirstTokenSignal Inspect(ChatResponseUpdate update, out ErrorContent? error)
        => Inspect(update.Contents, update.FinishReason is not null, out error);

    /// <summary>The same question for a whole response.</summary>
    public static FirstTokenSignal Inspect(ChatResponse response, out ErrorContent? error)
    {
        error = null;
        var isAnswer = response.FinishReason is not null || BackgroundResponses.HasToken(response);
        var signal = isAnswer ? FirstTokenSignal.Commit : FirstTokenSignal.Preamble;
        var messages = response.Messages;
        for (var i = 0; i < messages.Count && signal != FirstTokenSignal.Error; i++)
        {
            // An error beside content came after an answer began; the app sees it.
            var next = messages[i] is { } message ? Inspect(message.Contents, finished: false, out error) : FirstTokenSignal.Preamble;
            signal = next > signal ? next : signal;
        }

        return signal == FirstTokenSignal.Error && HasContent(response) ? FirstTokenSignal.Commit : signal;
    }

    private static FirstTokenSignal Inspect(IList<AIContent> contents, bool finished, out ErrorContent? error)
    {
        error = null;
        var signal = finished ? FirstTokenSignal.Commit : FirstTokenSignal.Preamble;
        for (var i = 0; i < contents.Count; i++)
        {
            switch (contents[i])
            {
                case TextContent text when string.IsNullOrEmpty(text.Text):
                case TextReasoningContent reasoning when string.IsNullOrEmpty(reasoning.Text) && string.IsNullOrEmpty(reasoning.ProtectedData):
                case UsageContent:
                    break;
                case ErrorContent found when !InBandErrors.IsRefusal(found):
                    error = found;
                    return FirstTokenSignal.Error;
                default:
                    return FirstTokenSignal.Commit;
            }
        }

        return signal;
    }

    private static bool HasContent(ChatResponse response)
        => response.Messages.Any(message => message is not null && message.Contents.Any(content => content is not ErrorContent
            && Inspect([content], finished: false, out _) == FirstTokenSignal.Commit));
}

internal enum FirstTokenSignal : byte
{
    /// <summary>Role, ids, empty text, usage: held until the commit.</summary>
    Preamble,

    /// <summary>Content, or a finish reason.</summary>
    Commit,

    /// <summary>An error inside the stream.</summary>
    Error,
}
