using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmResilience.OpenAI;

/// <summary>Turns a schema into the part of JSON Schema that OpenAI's <c>strict</c> takes.</summary>
/// <remarks>
/// Objects are closed and have all their properties, what was optional may be null; <c>oneOf</c> is <c>anyOf</c>, and a <c>$ref</c> stands
/// alone. Constraints that are not known everywhere are told to the model in the description. What means anything at all (maps, untyped
/// values, tuples, conditions) cannot be said.
/// </remarks>
internal static class StrictSchema
{
    private const int MaxDepth = 64;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The strict form, or <see langword="null"/> if there is none.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="isParameters">Whether it is of a function's parameters, where an object without properties means that there are none.</param>
    public static JsonObject? TryCreate(JsonElement schema, bool isParameters)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var root = JsonObject.Create(schema.Clone())!;
        if (root["anyOf"] is not null || root["oneOf"] is not null || !IsType(root["type"], "object"))
        {
            return null;
        }

        if (isParameters)
        {
            root["properties"] ??= new JsonObject();
        }

        return Convert(root, 0);
    }

    private static JsonObject? Convert(JsonNode? node, int depth)
    {
        if (node is not JsonObject schema || depth > MaxDepth || schema.Any(static keyword => IsBeyond(keyword.Key)))
        {
            return null;
        }

        if (schema["$ref"] is { } reference)
        {
            return ConvertReference(schema, reference);
        }

        if (schema["allOf"] is not null)
        {
            return ConvertAllOf(schema, depth);
        }

        var result = new JsonObject();
        var told = new StringBuilder();
        foreach (var (name, value) in schema)
        {
            if (!TryConvert(schema, name, value, result, told, depth))
            {
                return null;
            }
        }

        Tell(result, told);
        return Complete(schema, result) ? result : null;
    }

    private static bool TryConvert(JsonObject schema, string name, JsonNode? value, JsonObject result, StringBuilder told, int depth)
    {
        switch (name)
        {
            case "type" or "description" or "title" or "enum" or "const":
            case "format" when IsKnownFormat(value):
                result[name] = value?.DeepClone();
                return true;
            case "properties":
                return (result[name] = ConvertProperties(value, schema["required"], depth)) is not null;
            case "$defs" or "definitions":
                return (result[name] = ConvertAll(value, depth)) is not null;
            case "items":
                return (result[name] = Convert(value, depth + 1)) is not null;
            case "anyOf" or "oneOf":
                return (result["anyOf"] = ConvertList(value, depth)) is not null;
            case "additionalProperties":
                // A map: its keys are nobody's names.
                return value is null or JsonValue;
            case "required" or "$schema" or "$id" or "$comment":
                return true;
            default:
                told.Append(told.Length > 0 ? "\n" : "").Append(name).Append(": ").Append(value?.ToJsonString(Plain) ?? "null");
                return true;
        }
    }

    // What narrows a schema in ways that strict mode has no words for, and that a description does not replace.
    private static bool IsBeyond(string keyword)
        => keyword is "if" or "then" or "else" or "dependentSchemas" or "dependentRequired" or "prefixItems" or "$dynamicRef";

    private static bool IsKnownFormat(JsonNode? format)
        => TextOf(format) is "date-time" or "time" or "date" or "duration" or "email" or "hostname" or "ipv4" or "ipv6" or "uuid";

    private static JsonObject ConvertReference(JsonObject schema, JsonNode reference)
    {
        var alone = new JsonObject { ["$ref"] = reference.DeepClone() };
        return schema["description"] is { } description
            ? new JsonObject { ["anyOf"] = new JsonArray(alone), ["description"] = description.DeepClone() }
            : alone;
    }

    private static JsonObject? ConvertAllOf(JsonObject schema, int depth)
    {
        if (schema["allOf"] is not JsonArray { Count: 1 } only || only[0] is not JsonObject inner)
        {
            return null;
        }

        var merged = (JsonObject)inner.DeepClone();
        foreach (var (name, value) in schema)
        {
            if (name is not "allOf" && !merged.ContainsKey(name))
            {
                merged[name] = value?.DeepClone();
            }
        }

        return Convert(merged, depth + 1);
    }

    private static JsonObject? ConvertProperties(JsonNode? properties, JsonNode? required, int depth)
    {
        if (ConvertAll(properties, depth) is not { } result)
        {
            return null;
        }

        foreach (var name in result.Select(static property => property.Key).ToArray())
        {
            // Null is none of the values of what has a default, and the description tells the model which that is.
            if (!Names(required, name) && properties![name]?["default"] is null)
            {
                var schema = (JsonObject)result[name]!;
                result.Remove(name);
                result[name] = OrNull(schema);
            }
        }

        return result;
    }

    private static JsonObject? ConvertAll(JsonNode? schemas, int depth)
    {
        if (schemas is not JsonObject all)
        {
            return null;
        }

        var result = new JsonObject();
        foreach (var (name, schema) in all)
        {
            if (Convert(schema, depth + 1) is not { } converted)
            {
                return null;
            }

            result[name] = converted;
        }

        return result;
    }

    private static JsonArray? ConvertList(JsonNode? schemas, int depth)
    {
        if (schemas is not JsonArray list)
        {
            return null;
        }

        var result = new JsonArray();
        foreach (var schema in list)
        {
            if (Convert(schema, depth + 1) is not { } converted)
            {
                return null;
            }

            result.Add((JsonNode)converted);
        }

        return result;
    }

    // Checks what strict mode wants to be there, and adds what only has one answer.
    private static bool Complete(JsonObject schema, JsonObject result)
    {
        if (IsType(result["type"], "array") && result["items"] is null)
        {
            return false;
        }

        if (result["properties"] is JsonObject properties)
        {
            result["type"] ??= "object";
            result["additionalProperties"] = false;
            result["required"] = new JsonArray([.. properties.Select(static property => (JsonNode)property.Key)]);
            return true;
        }

        if (IsType(result["type"], "object"))
        {
            // Without names of its own an object is open, or empty where the schema says so.
            result["properties"] = new JsonObject();
            result["required"] = new JsonArray();
            result["additionalProperties"] = false;
            return schema["additionalProperties"]?.GetValueKind() == JsonValueKind.False;
        }

        if (result["type"] is null && result["enum"] is JsonArray values && values.All(static value => TextOf(value) is not null))
        {
            result["type"] = "string";
        }

        return result["type"] is not null || result["anyOf"] is not null || result["enum"] is not null || result["const"] is not null;
    }

    private static JsonObject OrNull(JsonObject schema)
    {
        if (AllowsNull(schema))
        {
            return schema;
        }

        if (schema["anyOf"] is JsonArray any)
        {
            any.Add((JsonNode)NullType());
            return schema;
        }

        if (schema["type"] is not { } type || schema["enum"] is not null || schema["const"] is not null)
        {
            return new JsonObject { ["anyOf"] = new JsonArray(schema, NullType()) };
        }

        var types = type is JsonArray several ? (JsonArray)several.DeepClone() : new JsonArray(type.DeepClone());
        types.Add((JsonNode)"null");
        schema["type"] = types;
        return schema;
    }

    private static bool AllowsNull(JsonObject schema)
        => IsType(schema["type"], "null") || (schema["anyOf"] is JsonArray any && any.Any(static one => one is JsonObject option && AllowsNull(option)));

    private static JsonObject NullType() => new() { ["type"] = "null" };

    private static void Tell(JsonObject result, StringBuilder told)
    {
        if (told.Length > 0)
        {
            result["description"] = TextOf(result["description"]) is { Length: > 0 } description ? $"{description}\n{told}" : told.ToString();
        }
    }

    private static bool IsType(JsonNode? type, string name) => string.Equals(TextOf(type), name, StringComparison.Ordinal) || Names(type, name);

    private static bool Names(JsonNode? list, string name)
        => list is JsonArray names && names.Any(one => string.Equals(TextOf(one), name, StringComparison.Ordinal));

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
