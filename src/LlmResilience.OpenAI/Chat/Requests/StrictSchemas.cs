using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Writes schemas as the app wants them: as they are, or so that OpenAI's strict mode takes them.</summary>
internal static class StrictSchemas
{
    // By the tool or format that the schema is of, which apps make once; null: it cannot be strict.
    private static readonly ConditionalWeakTable<object, StrictForm> Forms = [];

    /// <summary>Whether the app's additional properties ask for <c>strict</c>, as they do with Microsoft's adapter.</summary>
    public static bool? IsAsked(IEnumerable<KeyValuePair<string, object?>>? properties)
    {
        foreach (var (name, value) in properties ?? [])
        {
            if (value is bool strict && string.Equals(name, "strict", StringComparison.OrdinalIgnoreCase))
            {
                return strict;
            }
        }

        return null;
    }

    /// <param name="json">The request.</param>
    /// <param name="name">The property of the schema.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="owner">The tool or the format that it is of.</param>
    /// <param name="strict">What the app asked for, if anything.</param>
    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonElement schema, object owner, bool? strict)
    {
        // What strict mode cannot say is sent as it is, without it: an answer in the looser mode is worth more than a refusal.
        var form = strict == true ? FormOf(schema, owner) : null;
        json.WritePropertyName(name);
        if (form is null)
        {
            schema.WriteTo(json);
        }
        else
        {
            form.WriteTo(json);
        }

        if (form is not null || strict == false)
        {
            json.WriteBoolean("strict"u8, form is not null);
        }
    }

    private static JsonObject? FormOf(JsonElement schema, object owner)
    {
        if (!Forms.TryGetValue(owner, out var form))
        {
            form = new(StrictSchema.TryCreate(schema, isParameters: owner is AIFunctionDeclaration));
            Forms.AddOrUpdate(owner, form);
        }

        return form.Schema;
    }

    private sealed record StrictForm(JsonObject? Schema);
}
