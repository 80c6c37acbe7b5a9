using System.Text.Json.Nodes;

namespace LlmResilience.Testing;

/// <summary>One answer on the wire, whole or in events.</summary>
internal sealed class AnthropicMessage(SimulatedAnthropicAnswer answer, string model, int inputTokens)
{
    private const string Signature = "c2lnbmVk";

    private readonly List<AnthropicBlock> _blocks = [.. BlocksOf(answer)];
    private readonly string _id = $"msg_{Guid.NewGuid():N}";

    public int OutputTokens => _blocks.Sum(static block => block.Pieces.Count);

    /// <param name="tokens">How many tokens there are already.</param>
    /// <param name="isStopped">Whether the model is done.</param>
    /// <param name="shape">What is unusual about it.</param>
    public JsonObject ToJson(int tokens, bool isStopped, ResponseShape shape)
    {
        var contents = new JsonArray();
        foreach (var block in _blocks)
        {
            if (block.Whole(string.Concat(block.Pieces.Take(tokens))) is { } content)
            {
                contents.Add(content);
            }

            tokens -= Math.Min(tokens, block.Pieces.Count);
        }

        var message = Start(OutputTokens, isStopped ? StopReason : null);
        message["content"] = contents;
        Pad(message, shape);
        return message;
    }

    /// <summary>All events of the stream in their order; those with a token are marked.</summary>
    public IEnumerable<AnthropicEvent> ToEvents(ResponseShape shape)
    {
        yield return new("message_start", ("message", Start(1, stopReason: null))) { IsStart = true };
        for (var i = 0; i < _blocks.Count; i++)
        {
            yield return new("content_block_start", ("index", i), ("content_block", _blocks[i].Empty()));
            if (i == 0)
            {
                yield return AnthropicEvent.Ping;
            }

            foreach (var piece in _blocks[i].Pieces)
            {
                var delta = _blocks[i].Delta(piece);
                Pad(delta, shape);
                shape = shape with { Padding = 0 };
                yield return new("content_block_delta", ("index", i), ("delta", delta)) { IsToken = true };
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
        if (!shape.OmitsDoneEvent)
        {
            yield return new("message_stop");
        }
    }

    private string StopReason => answer.StopReason ?? (answer.ToolCalls.Count > 0 ? "tool_use" : "end_turn");

    private static void Pad(JsonNode target, ResponseShape shape)
    {
        if (shape.Padding > 0)
        {
            target["padding"] = new string('x', shape.Padding);
        }
    }

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
