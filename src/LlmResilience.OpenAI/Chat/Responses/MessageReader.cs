using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Reads the message of one answer, whole or piece by piece, and knows at its end what goes back to the provider.</summary>
internal sealed class MessageReader(bool isWhole)
{
    private readonly ToolCallAssembler _calls = new();
    private readonly AudioReader _audio = new();
    private ProviderState _state = new();
    private ReasoningDetails? _details;
    private StringBuilder? _encrypted;
    private StringBuilder? _refusal;
    private JsonElement _sources;

    /// <summary>Reads a message or a piece of one; what is whole already is added to <paramref name="contents"/>.</summary>
    public void Read(JsonElement message, IList<AIContent> contents)
    {
        if (IsPlain(message, out var content))
        {
            ContentJson.Read(content, contents, this);
            return;
        }

        var first = contents.Count;
        ReadReasoning(message, contents);
        ContentJson.Read(content, contents, this);
        ContentJson.ReadImages(message.Property("images"u8), contents);
        _audio.Read(message.Property("audio"u8), contents, _state);
        CitationJson.Read(message.Property("annotations"u8), contents, first, _state);
        _calls.Add(message.Property("tool_calls"u8), isWhole);
        _calls.AddFunctionCall(message.Property("function_call"u8));
        AddRefusal(message.Text("refusal"u8));
    }

    /// <summary>Keeps the sources that some servers put beside the message, whole and with every piece.</summary>
    public void ReadSources(JsonElement root)
    {
        if (CitationJson.FindSources(root) is { ValueKind: not JsonValueKind.Undefined } sources)
        {
            _sources = sources.Clone();
        }
    }

    /// <summary>Adds what was held until it is whole.</summary>
    /// <param name="contents">Where to add it.</param>
    /// <param name="truncated">The answer stopped at its length, or without a reason: the call it stopped in is left out.</param>
    public void Complete(IList<AIContent> contents, bool truncated)
    {
        CitationJson.ReadSources(_sources, contents);
        _sources = default;
        var calls = _calls.Complete(truncated, _state);
        AddState(contents, calls.Count > 0);
        foreach (var call in calls)
        {
            contents.Add(call);
        }

        if (_refusal is not null)
        {
            contents.Add(new ErrorContent(_refusal.ToString()) { ErrorCode = ErrorJson.Refusal });
            _refusal = null;
        }
    }

    public void AddThinking(string? text, IList<AIContent> contents)
    {
        _state.HasThinkingBlock = true;
        AddReasoning(text, contents);
    }

    public void AddRefusal(string? refusal)
    {
        if (refusal is not null)
        {
            (_refusal ??= new()).Append(refusal);
        }
    }

    /// <summary>Whether there is nothing but content, as in nearly every piece: then nothing else is looked for.</summary>
    private static bool IsPlain(JsonElement message, out JsonElement content)
    {
        content = default;
        if (message.ValueKind != JsonValueKind.Object)
        {
            return true;
        }

        var isPlain = true;
        foreach (var property in message.EnumerateObject())
        {
            if (property.NameEquals("content"u8))
            {
                content = property.Value;
            }
            else
            {
                isPlain = isPlain && property.NameEquals("role"u8);
            }
        }

        return isPlain;
    }

    private void ReadReasoning(JsonElement message, IList<AIContent> contents)
    {
        var details = message.Property("reasoning_details"u8);
        if (details.ValueKind == JsonValueKind.Array && details.GetArrayLength() > 0)
        {
            _details ??= new();
            if (isWhole)
            {
                _details.Add(details);
            }
            else
            {
                _details.AddPieces(details);
            }
        }

        if (message.Text("encrypted_content"u8) is { } encrypted)
        {
            (_encrypted ??= new()).Append(encrypted);
        }

        // Servers in transition from the first name to the second send both, with the same text.
        var text = message.Text("reasoning_content"u8) ?? message.Text("reasoning"u8);
        _state.ReasoningField ??= message.Property("reasoning_content"u8).ValueKind == JsonValueKind.String ? ReasoningFields.Content
            : message.Property("reasoning"u8).ValueKind == JsonValueKind.String ? ReasoningFields.Reasoning
            : null;
        AddReasoning(text ?? (details.ValueKind == JsonValueKind.Array ? TextOf(details) : null), contents);
    }

    private static void AddReasoning(string? text, IList<AIContent> contents)
    {
        if (!string.IsNullOrEmpty(text))
        {
            contents.Add(new TextReasoningContent(text));
        }
    }

    private static string? TextOf(JsonElement details)
    {
        string? text = null;
        foreach (var detail in details.EnumerateArray())
        {
            text += ReasoningDetails.TextOf(detail);
        }

        return text;
    }

    // Reasoning as plain text goes back where the model waits for its tools: DeepSeek and Kimi refuse a call without it, even if it is
    // empty. Beside a plain answer nobody needs it, and DeepSeek's first models refuse it. With details, these are the reasoning.
    private void AddState(IList<AIContent> contents, bool hasCalls)
    {
        _state.Details = _details?.ToJson();
        _state.EncryptedContent = _encrypted?.ToString();
        if (!hasCalls || _state.Details is not null)
        {
            _state.ReasoningField = null;
        }

        _state.AddTo(contents);
        _details = null;
        _encrypted = null;
        _state = new();
    }
}
