using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>What a provider said in an answer and wants to see again in that message of every later request.</summary>
/// <remarks>
/// It travels in <see cref="TextReasoningContent.ProtectedData"/>, which survives the app's own storage and which everybody knows as
/// something that means nothing to another provider. Reasoning that is plain text stays where it is, in the text of the message's
/// reasoning; here stands only under which name it goes back.
/// </remarks>
internal sealed class ProviderState
{
    // Nobody else's protected data begins so: it is base64, or JSON of its own.
    private const string Prefix = "llmresilience.openai:";

    /// <summary>The field in which the text of the reasoning came; <see langword="null"/> if it does not go back.</summary>
    public string? ReasoningField { get; set; }

    /// <summary>The text of the reasoning came as a block of the content.</summary>
    public bool HasThinkingBlock { get; set; }

    /// <summary><c>reasoning_details</c>, in their order.</summary>
    public JsonArray? Details { get; set; }

    /// <summary><c>encrypted_content</c>.</summary>
    public string? EncryptedContent { get; set; }

    /// <summary>The <c>extra_content</c> of tool calls, by the calls' ids.</summary>
    public JsonObject? Calls { get; set; }

    /// <summary>Annotations that spare the provider work when it sees them again.</summary>
    public JsonArray? Annotations { get; set; }

    /// <summary>The id under which the provider keeps what it said aloud.</summary>
    public string? AudioId { get; set; }

    /// <summary>Until when, in Unix seconds.</summary>
    public long? AudioExpiresAt { get; set; }

    private bool IsEmpty => ReasoningField is null && !HasThinkingBlock && Details is null && EncryptedContent is null
        && Calls is null && Annotations is null && AudioId is null;

    /// <summary>Adds it to the contents of the answer, if there is anything.</summary>
    public void AddTo(IList<AIContent> contents)
    {
        if (IsEmpty)
        {
            return;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Write(json);
            json.WriteEndObject();
        }

        contents.Add(new TextReasoningContent("") { ProtectedData = Prefix + Encoding.UTF8.GetString(buffer.WrittenSpan) });
    }

    /// <summary>What a message of the conversation holds of it; <see langword="null"/> if nothing.</summary>
    public static ProviderState? Find(IList<AIContent> contents)
    {
        ProviderState? state = null;
        foreach (var content in contents)
        {
            if (content is TextReasoningContent { ProtectedData: { } data } && data.StartsWith(Prefix, StringComparison.Ordinal))
            {
                (state ??= new()).Read(data.AsMemory(Prefix.Length));
            }
        }

        return state;
    }

    /// <summary>Whether a content's text is reasoning that may go back: not where it is signed by somebody else.</summary>
    public static bool HoldsText(TextReasoningContent reasoning)
        => string.IsNullOrEmpty(reasoning.ProtectedData) || reasoning.ProtectedData.StartsWith(Prefix, StringComparison.Ordinal);

    private void Write(Utf8JsonWriter json)
    {
        WriteText(json, "reasoning"u8, ReasoningField);
        if (HasThinkingBlock)
        {
            json.WriteBoolean("thinking"u8, value: true);
        }

        WriteNode(json, "details"u8, Details);
        WriteText(json, "encrypted"u8, EncryptedContent);
        WriteNode(json, "calls"u8, Calls);
        WriteNode(json, "annotations"u8, Annotations);
        WriteText(json, "audio"u8, AudioId);
        if (AudioId is not null && AudioExpiresAt is { } expiresAt)
        {
            json.WriteNumber("audio_expires_at"u8, expiresAt);
        }
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteNode(Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonNode? value)
    {
        if (value is not null)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }

    // It comes out of the app's storage: what is not as we wrote it is left out.
    private void Read(ReadOnlyMemory<char> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            ReasoningField = root.Text("reasoning"u8) is ReasoningFields.Content or ReasoningFields.Reasoning ? root.Text("reasoning"u8) : ReasoningField;
            HasThinkingBlock |= root.Property("thinking"u8).ValueKind == JsonValueKind.True;
            Details = Array(root.Property("details"u8)) ?? Details;
            EncryptedContent = root.Text("encrypted"u8) ?? EncryptedContent;
            Calls = root.Property("calls"u8) is { ValueKind: JsonValueKind.Object } calls ? JsonObject.Create(calls.Clone()) : Calls;
            Annotations = Array(root.Property("annotations"u8)) ?? Annotations;
            AudioId = root.Text("audio"u8) ?? AudioId;
            AudioExpiresAt = root.Number("audio_expires_at"u8) ?? AudioExpiresAt;
        }
        catch (JsonException)
        {
            // As if it were not there.
        }
    }

    private static JsonArray? Array(JsonElement value) => value.ValueKind == JsonValueKind.Array ? JsonArray.Create(value.Clone()) : null;
}
