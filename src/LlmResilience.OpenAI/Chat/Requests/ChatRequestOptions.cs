using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Writes what <see cref="ChatOptions"/> asks for.</summary>
internal static class ChatRequestOptions
{
    public static void Write(ChatRequestProperties request, ChatOptions? options, string maxTokensName)
    {
        request.CopyRaw();
        ChatRequestTools.Write(request, options);
        if (options is null)
        {
            return;
        }

        request.Write("temperature", options.Temperature);
        request.Write("top_p", options.TopP);
        request.Write("frequency_penalty", options.FrequencyPenalty);
        request.Write("presence_penalty", options.PresencePenalty);
        request.Write("seed", options.Seed);
        request.Write("reasoning_effort", NameOf(options.Reasoning?.Effort));
        if (request.IsFree("max_completion_tokens"))
        {
            request.Write(maxTokensName, options.MaxOutputTokens);
        }

        WriteStop(request, options.StopSequences);
        ChatRequestFormat.Write(request, options);
    }

    private static void WriteStop(ChatRequestProperties request, IList<string>? stopSequences)
    {
        if (stopSequences is not { Count: > 0 } || !request.IsFree("stop"))
        {
            return;
        }

        request.Json.WriteStartArray("stop"u8);
        foreach (var sequence in stopSequences)
        {
            request.Json.WriteStringValue(sequence);
        }

        request.Json.WriteEndArray();
    }

    private static string? NameOf(ReasoningEffort? effort) => effort switch
    {
        ReasoningEffort.None => "none",
        ReasoningEffort.Low => "low",
        ReasoningEffort.Medium => "medium",
        ReasoningEffort.High => "high",
        ReasoningEffort.ExtraHigh => "xhigh",
        _ => null,
    };
}
