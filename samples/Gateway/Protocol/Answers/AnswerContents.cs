using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Gateway.Protocol.Answers;

/// <summary>The contents of an answer, or of a piece of one, in the protocol's terms.</summary>
internal sealed class AnswerContents
{
    public const string RefusalCode = "Refusal";

    public AnswerContents(IEnumerable<AIContent> contents)
    {
        foreach (var content in contents)
        {
            switch (content)
            {
                case TextContent text:
                    Text += text.Text;
                    break;
                case TextReasoningContent reasoning:
                    Reasoning += reasoning.Text;
                    break;
                case FunctionCallContent call:
                    Calls.Add(call);
                    break;
                case ErrorContent { ErrorCode: RefusalCode } refusal:
                    Refusal += refusal.Message;
                    break;
                case ErrorContent error:
                    Error = error;
                    break;
                case UsageContent usage:
                    Usage = usage.Details;
                    break;
            }
        }
    }

    public string Text { get; } = "";

    public string Reasoning { get; } = "";

    public string Refusal { get; } = "";

    public List<FunctionCallContent> Calls { get; } = [];

    public ErrorContent? Error { get; }

    public UsageDetails? Usage { get; }

    /// <summary>Writes what is there into a message or a delta, over what a provider's JSON says of it.</summary>
    /// <param name="target">The message or the delta.</param>
    /// <param name="callsBefore">How many calls the answer has had already.</param>
    public void WriteTo(JsonObject target, int callsBefore = 0)
    {
        Set(target, "content", Text);
        Set(target, "refusal", Refusal);

        // Servers differ in this name, and clients know that of theirs.
        if (target.ContainsKey("reasoning"))
        {
            Set(target, "reasoning", Reasoning);
        }

        if (target.ContainsKey("reasoning_content") || !target.ContainsKey("reasoning"))
        {
            Set(target, "reasoning_content", Reasoning);
        }

        target.Remove("tool_calls");
        if (Calls.Count > 0)
        {
            target["tool_calls"] = new JsonArray([.. Calls.Select((call, i) => ToolCallJson.Create(call, callsBefore + i))]);
        }
    }

    private static void Set(JsonObject target, string name, string value)
    {
        if (value.Length > 0)
        {
            target[name] = value;
        }
        else
        {
            target.Remove(name);
        }
    }
}
