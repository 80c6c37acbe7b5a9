using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Writes the tools and how they may be called.</summary>
internal static class ChatRequestTools
{
    public static void Write(ChatRequestProperties request, ChatOptions? options)
    {
        if (options?.Tools is { Count: > 0 } tools)
        {
            WriteAll(request, tools, options.AdditionalProperties);
        }
        else if (!request.TryCopyRawArray("tools"))
        {
            return;
        }

        request.Write("parallel_tool_calls", options?.AllowMultipleToolCalls);
        WriteChoice(request, options?.ToolMode);
    }

    private static void WriteAll(ChatRequestProperties request, IList<AITool> tools, AdditionalPropertiesDictionary? properties)
    {
        var json = request.Json;
        json.WriteStartArray("tools"u8);
        if (request.GetRaw("tools") is { ValueKind: JsonValueKind.Array } raw)
        {
            foreach (var tool in raw.EnumerateArray())
            {
                tool.WriteTo(json);
            }
        }

        foreach (var tool in tools)
        {
            WriteTool(json, tool, StrictSchemas.IsAsked(tool.AdditionalProperties) ?? StrictSchemas.IsAsked(properties));
        }

        json.WriteEndArray();
    }

    private static void WriteTool(Utf8JsonWriter json, AITool tool, bool? strict)
    {
        // Left out in silence, the model would answer as if the app had not asked for the tool.
        if (tool is not AIFunctionDeclaration function)
        {
            throw new NotSupportedException($"Chat completions know function tools only; '{tool.Name}' is a {tool.GetType().Name}.");
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, function.Name);
        if (function.Description.Length > 0)
        {
            json.WriteString("description"u8, function.Description);
        }

        StrictSchemas.Write(json, "parameters"u8, function.JsonSchema, function, strict);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteChoice(ChatRequestProperties request, ChatToolMode? mode)
    {
        switch (mode)
        {
            case RequiredChatToolMode { RequiredFunctionName: { } name } when request.IsFree("tool_choice"):
                request.Json.WriteStartObject("tool_choice"u8);
                request.Json.WriteString("type"u8, "function"u8);
                request.Json.WriteStartObject("function"u8);
                request.Json.WriteString("name"u8, name);
                request.Json.WriteEndObject();
                request.Json.WriteEndObject();
                break;
            case RequiredChatToolMode:
                request.Write("tool_choice", "required");
                break;
            case NoneChatToolMode:
                request.Write("tool_choice", "none");
                break;
            case AutoChatToolMode:
                request.Write("tool_choice", "auto");
                break;
        }
    }
}
