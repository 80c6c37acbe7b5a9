using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>The JSON inside tool calls: arguments and results travel as strings.</summary>
internal static class ToolJson
{
    // The abstractions' own options: source-generated, so that this holds when trimmed. But they indent.
    private static readonly JsonSerializerOptions Options = CreateOptions();

    public static string ArgumentsOf(FunctionCallContent call)
        => call.Arguments is null or { Count: 0 } ? "{}" : Serialize(call.Arguments, typeof(IDictionary<string, object?>));

    public static string ResultOf(FunctionResultContent result) => result.Result switch
    {
        string text => text,
        null => result.Exception is null ? "" : "Error: the function failed.",
        TextContent text => text.Text,
        var value => Serialize(value, typeof(object)),
    };

    public static IDictionary<string, object?>? ParseArguments(string json)
        => string.IsNullOrWhiteSpace(json)
            ? null
            : (IDictionary<string, object?>?)JsonSerializer.Deserialize(json, Options.GetTypeInfo(typeof(IDictionary<string, object?>)));

    private static string Serialize(object value, Type type) => JsonSerializer.Serialize(value, Options.GetTypeInfo(type));

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions(AIJsonUtilities.DefaultOptions) { WriteIndented = false };
        options.MakeReadOnly();
        return options;
    }
}
