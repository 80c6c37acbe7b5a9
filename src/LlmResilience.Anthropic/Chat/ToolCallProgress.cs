using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;

namespace LlmResilience.Anthropic;

/// <summary>Tells updates that are a piece of a tool call: they carry no content, since a call is handed out whole, but the model is at work.</summary>
internal static class ToolCallProgress
{
    public static bool IsPiece(ChatResponseUpdate update) => update.RawRepresentation switch
    {
        RawMessageStreamEvent streamed => streamed.TryPickContentBlockDelta(out var delta) && IsPiece(delta),
        RawContentBlockDeltaEvent delta => IsPiece(delta),
        _ => false,
    };

    private static bool IsPiece(RawContentBlockDeltaEvent delta) => delta.Delta.TryPickInputJson(out _);
}
