using System.Text.Json.Nodes;

namespace LlmResilience.Testing;

/// <summary>One answer on the wire, whole or in events.</summary>
internal sealed class AnthropicMessage(SimulatedAnthropicAnswer answer, string model, int inputTokens)
{
    private const string Signature = "c2lnbmVk";

    private readonly List<AnthropicBlock> _blocks = [.. BlocksOf(answer)];
    private readonly string _id = $"msg_{Guid.NewGuid():N}";

    private int OutputTokens => _blocks.Sum(static block => block.Pieces.Count);

    public JsonObject ToJson()
    {
        var message = Start(OutputTokens, StopReason);
        message["content"] = new JsonArray([.. _blocks.Select(static block => block.Whole())]);
        return message;
    }

    /// <summary>All events of the stream in their order; those with a token are marked.</summary>
    public IEnumerable<AnthropicEvent> ToEvents()
    {
        yield return new("message_start", ("message", Start(1, stopReason: null)));
        for (var i = 0; i < _blocks.Count; i++)
        {
            yield return new("content_block_start", ("index", i), ("content_block", _blocks[i].Empty()));
            if (i == 0)
            {
                yield return AnthropicEvent.Ping;
            }

            foreach (var piece in _blocks[i].Pieces)
            {
                yield return new("content_block_delta", ("index", i), ("delta", _blocks[i].Delta(piece))) { IsToken = true };
            }

            if (_blocks[i].IsThinking)
            {
                yield return new("content_block_delta", ("index", i), ("delta", new JsonObject { ["type"] = "signature_delta", ["signature"] = Signature }));
            }

            yield return new("content_block_stop", ("index", i));
        }

        yield return new(
            "message_delta",
            ("delta", new JsonObject { ["stop_reason"] = StopReason, ["stop_sequence"] = null }),
            ("usage", new JsonObject { ["output_tokens"] = OutputTokens }))
        {
            IsEnd = true,
        };
        yield return new("message_stop");
    }

    private string StopReason => answer.StopReason ?? (answer.ToolCalls.Count > 0 ? "tool_use" : "end_turn");

    private static IEnumerable<AnthropicBlock> BlocksOf(SimulatedAnthropicAnswer answer)
    {
        if (answer.Thinking.Length > 0)
        {
            yield return AnthropicBlock.Thinking(answer.Thinking, Signature);
        }

        if (answer.Text.Length > 0)
        {
            yield return AnthropicBlock.Text(answer.Text);
        }

        foreach (var call in answer.ToolCalls)
        {
            yield return AnthropicBlock.ToolUse(call);
        }
    }

    private JsonObject Start(int outputTokens, string? stopReason) => new()
    {
        ["id"] = _id,
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = model,
        ["content"] = new JsonArray(),
        ["stop_reason"] = stopReason,
        ["stop_sequence"] = null,
        ["usage"] = new JsonObject { ["input_tokens"] = inputTokens, ["output_tokens"] = outputTokens },
    };
}
