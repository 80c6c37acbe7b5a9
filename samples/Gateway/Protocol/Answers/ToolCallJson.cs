using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Gateway.Protocol.Answers;

/// <summary>Writes a tool call.</summary>
internal static class ToolCallJson
{
    public static JsonObject Create(FunctionCallContent call, int index) => new()
    {
        ["index"] = index,
        ["id"] = call.CallId,
        ["type"] = "function",
        ["function"] = new JsonObject
        {
            ["name"] = call.Name,
            ["arguments"] = call.RawRepresentation as string ?? JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(StringComparer.Ordinal)),
        },
    };
}
