using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Puts tool calls together from their pieces.</summary>
internal sealed class ToolCallAssembler
{
    // Far more than any model makes. Each piece is compared with all calls, so that a broken server's must not grow for ever.
    private const int MaxCalls = 4096;

    private readonly List<Call> _calls = [];

    /// <param name="toolCalls">The calls, or pieces of them.</param>
    /// <param name="areWhole">Whether each is a call by itself.</param>
    public void Add(JsonElement toolCalls, bool areWhole)
    {
        if (toolCalls.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var piece in toolCalls.EnumerateArray())
        {
            var id = piece.Text("id"u8);
            var index = piece.Number("index"u8);
            var function = piece.Property("function"u8);
            var name = function.Text("name"u8);
            var call = (areWhole ? null : Find(id, index, name)) ?? Start(index);
            call.Id ??= id;
            call.Add(function, name);
            if (piece.Property("extra_content"u8) is { ValueKind: JsonValueKind.Object } extra)
            {
                call.Extra = extra.Clone();
            }
        }
    }

    /// <summary>Takes the one call, or a piece of it, of servers that know only the field from before there were tools.</summary>
    public void AddFunctionCall(JsonElement function)
    {
        if (function.ValueKind == JsonValueKind.Object)
        {
            var name = function.Text("name"u8);
            (Find(id: null, index: null, name) ?? Start(index: null)).Add(function, name);
        }
    }

    /// <summary>The calls.</summary>
    /// <param name="truncated">The answer stopped at its length: the call it stopped in is left out.</param>
    /// <param name="state">Takes what the provider wants to see again at a call.</param>
    public IReadOnlyList<FunctionCallContent> Complete(bool truncated, ProviderState state)
    {
        if (_calls.Count == 0)
        {
            return [];
        }

        var contents = new List<FunctionCallContent>(_calls.Count);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var call in _calls)
        {
            // Servers exist that give calls no id, or all the same one, while a result must name its call.
            var id = call.Id is { } given && ids.Add(given) ? given : ToolCallId.Create();
            var arguments = call.Arguments.ToString();
            var content = FunctionCallContent.CreateFromParsedArguments(arguments, id, call.Name ?? "", ToolJson.ParseArguments);

            // As the model wrote them: also if they are not JSON, which models happen to write.
            content.RawRepresentation = arguments;
            if (truncated && (content.Exception is not null || call.Arguments.Length == 0))
            {
                continue;
            }

            contents.Add(content);
            if (call.Extra.ValueKind == JsonValueKind.Object)
            {
                (state.Calls ??= [])[id] = JsonObject.Create(call.Extra);
            }
        }

        _calls.Clear();
        return contents;
    }

    // What tells calls apart at every server: a known id is that call, whatever its index; a new id is a new call; without one, the index
    // names the call, or else it is the last; and a name where there is one already begins another call.
    private Call? Find(string? id, long? index, string? name)
    {
        if (id is not null && _calls.FindLast(call => string.Equals(call.Id, id, StringComparison.Ordinal)) is { } known)
        {
            return known;
        }

        var found = _calls.FindLast(call => index is null || call.Index == index);
        if (id is not null)
        {
            // The id of a call that began without one.
            return found is { Id: null } && name is null ? found : null;
        }

        // A head under the first call's index may be followed by its tail under the right one, which nobody has seen yet.
        found ??= name is null && _calls is [.., var last] && index > last.Index ? last : null;
        return found is not null && found.IsAnother(name) ? null : found;
    }

    private Call Start(long? index)
    {
        if (_calls.Count == MaxCalls)
        {
            throw new InvalidDataException($"The answer makes more than {MaxCalls} tool calls.");
        }

        var call = new Call(index);
        _calls.Add(call);
        return call;
    }

    private sealed class Call(long? index)
    {
        public long? Index { get; } = index;

        public string? Id { get; set; }

        public string? Name { get; private set; }

        public JsonElement Extra { get; set; }

        public StringBuilder Arguments { get; } = new();

        public bool IsAnother(string? name)
            => name is not null && Name is not null && (Arguments.Length > 0 || !string.Equals(name, Name, StringComparison.Ordinal));

        public void Add(JsonElement function, string? name)
        {
            Name ??= name;
            var arguments = function.Property("arguments"u8);
            Arguments.Append(arguments.ValueKind switch
            {
                JsonValueKind.String => arguments.GetString(),
                JsonValueKind.Undefined or JsonValueKind.Null => null,
                _ => arguments.GetRawText(),
            });
        }
    }
}
