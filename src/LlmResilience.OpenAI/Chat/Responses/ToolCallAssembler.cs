using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Puts tool calls together from their pieces.</summary>
internal sealed class ToolCallAssembler
{
    private readonly List<Call> _calls = [];

    public void Add(JsonElement toolCalls)
    {
        if (toolCalls.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var piece in toolCalls.EnumerateArray())
        {
            var id = piece.Text("id"u8);
            var call = Find(piece.Number("index"u8), id);
            var function = piece.Property("function"u8);
            call.Id ??= id;
            call.Name ??= function.Text("name"u8);
            var arguments = function.Property("arguments"u8);
            call.Arguments.Append(arguments.ValueKind == JsonValueKind.Object ? arguments.GetRawText() : function.Text("arguments"u8));
        }
    }

    /// <summary>Adds the calls to <paramref name="contents"/>.</summary>
    /// <param name="contents">Where to add them.</param>
    /// <param name="truncated">The answer stopped at its length: the call it stopped in is left out.</param>
    public void Complete(IList<AIContent> contents, bool truncated)
    {
        foreach (var call in _calls)
        {
            // Servers exist that give calls no id, while a result must name its call.
            var arguments = call.Arguments.ToString();
            var content = FunctionCallContent.CreateFromParsedArguments(
                arguments, call.Id ?? $"call_{Guid.NewGuid():N}", call.Name ?? "", ToolJson.ParseArguments);

            // As the model wrote them: also if they are not JSON, which models happen to write.
            content.RawRepresentation = arguments;
            if (!truncated || (content.Exception is null && call.Arguments.Length > 0))
            {
                contents.Add(content);
            }
        }

        _calls.Clear();
    }

    // Servers differ: some give no index, and some give every call the same one and tell calls apart by id.
    private Call Find(long? index, string? id)
    {
        for (var i = _calls.Count - 1; i >= 0; i--)
        {
            var call = _calls[i];
            if ((index is null || call.Index == index) && (id is null || call.Id is null || string.Equals(call.Id, id, StringComparison.Ordinal)))
            {
                return call;
            }
        }

        var added = new Call(index);
        _calls.Add(added);
        return added;
    }

    private sealed class Call(long? index)
    {
        public long? Index { get; } = index;

        public string? Id { get; set; }

        public string? Name { get; set; }

        public StringBuilder Arguments { get; } = new();
    }
}
