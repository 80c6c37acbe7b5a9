using System.Text.Json.Nodes;

namespace LlmResilience.Testing;

/// <summary>The members of a message, or of a piece of one, in the words of a dialect.</summary>
internal static class DialectMembers
{
    public const string Signature = "c2lnbmVk";

    /// <summary>The name of the field if the reasoning is plain text beside the content.</summary>
    public static string? PlainFieldOf(SimulatedReasoningFormat format) => format switch
    {
        SimulatedReasoningFormat.ReasoningContent => "reasoning_content",
        SimulatedReasoningFormat.Reasoning => "reasoning",
        _ => null,
    };

    /// <summary>A piece of reasoning, for the formats that are more than a field.</summary>
    public static JsonObject Reasoning(SimulatedReasoningFormat format, string text)
        => format == SimulatedReasoningFormat.ThinkingBlocks
            ? new() { ["content"] = new JsonArray(ThinkingBlock(text)) }
            : new() { ["reasoning"] = text, ["reasoning_details"] = new JsonArray(Detail(("text", text))) };

    /// <summary>What comes when the reasoning is over; <see langword="null"/> if nothing does.</summary>
    public static JsonObject? ReasoningEnd(SimulatedReasoningFormat format)
        => format == SimulatedReasoningFormat.ReasoningDetails ? new() { ["reasoning_details"] = new JsonArray(Detail(("signature", Signature))) } : null;

    /// <summary>Reasoning and text of a whole message.</summary>
    public static JsonObject Whole(SimulatedReasoningFormat format, string reasoning, string text)
    {
        var message = new JsonObject { ["role"] = "assistant" };
        if (reasoning.Length > 0 && PlainFieldOf(format) is { } field)
        {
            message[field] = reasoning;
        }
        else if (reasoning.Length > 0 && format == SimulatedReasoningFormat.ReasoningDetails)
        {
            message["reasoning"] = reasoning;
            message["reasoning_details"] = new JsonArray(Detail(("text", reasoning), ("signature", Signature)));
        }

        message["content"] = reasoning.Length > 0 && format == SimulatedReasoningFormat.ThinkingBlocks
            ? new JsonArray(ThinkingBlock(reasoning), new JsonObject { ["type"] = "text", ["text"] = text })
            : text;
        return message;
    }

    /// <summary>A tool call; in a stream with its index.</summary>
    public static JsonObject ToolCall(SimulatedOpenAIDialect dialect, int number, bool isStreamed)
    {
        var tool = dialect.ToolCalls[number];
        var call = new JsonObject();
        if (isStreamed && !dialect.OmitsToolCallIndexes)
        {
            call["index"] = number;
        }

        if (!dialect.OmitsToolCallIds)
        {
            call["id"] = tool.Id;
        }

        call["type"] = "function";
        call["function"] = new JsonObject { ["name"] = tool.Name, ["arguments"] = tool.Arguments };
        if (dialect.SignsToolCalls && number == 0)
        {
            call["extra_content"] = new JsonObject { ["google"] = new JsonObject { ["thought_signature"] = Signature } };
        }

        return call;
    }

    /// <summary>Citations and images; empty if there are none.</summary>
    public static JsonObject Extras(SimulatedOpenAIDialect dialect)
    {
        var extras = new JsonObject();
        if (dialect.Citations.Count > 0)
        {
            extras["annotations"] = new JsonArray([.. dialect.Citations.Select(static page => new JsonObject
            {
                ["type"] = "url_citation",
                ["url_citation"] = new JsonObject { ["start_index"] = 0, ["end_index"] = 1, ["title"] = page.Host, ["url"] = page.AbsoluteUri },
            })]);
        }

        if (dialect.Images.Count > 0)
        {
            extras["images"] = new JsonArray([.. dialect.Images.Select(static image => new JsonObject
            {
                ["type"] = "image_url",
                ["image_url"] = new JsonObject { ["url"] = image },
            })]);
        }

        return extras;
    }

    private static JsonObject ThinkingBlock(string text)
        => new() { ["type"] = "thinking", ["thinking"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }) };

    private static JsonObject Detail(params (string Name, string Value)[] members)
    {
        var detail = new JsonObject { ["type"] = "reasoning.text", ["format"] = "simulated-v1", ["index"] = 0 };
        foreach (var (name, value) in members)
        {
            detail[name] = value;
        }

        return detail;
    }
}
