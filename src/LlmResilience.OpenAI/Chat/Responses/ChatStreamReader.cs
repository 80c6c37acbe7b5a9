using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Reads the events of one stream.</summary>
internal sealed class ChatStreamReader
{
    private readonly ToolCallAssembler _calls = new();
    private StringBuilder? _refusal;
    private UsageDetails? _usage;
    private string? _id;
    private string? _model;

    /// <summary>The stream said that it is over.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The stream said that it has failed: nothing of use comes after that.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Reads one event; <see langword="null"/> if it is nothing to pass on.</summary>
    public ChatResponseUpdate? Read(string eventType, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty || data.SequenceEqual("[DONE]"u8))
        {
            IsDone |= !data.IsEmpty;
            return null;
        }

        // The parser reuses its buffer, and the app may look at the event later.
        var bytes = data.ToArray();
        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        var update = CreateUpdate();
        update.CreatedAt = root.UnixTime("created"u8);
        update.ResponseId = update.MessageId = Reuse(ref _id, root.Property("id"u8));
        update.ModelId = Reuse(ref _model, root.Property("model"u8));
        update.RawRepresentation = BinaryData.FromBytes(bytes);
        if (ErrorJson.Read(root) is { } error)
        {
            HasFailed = true;
            update.Contents.Add(error);
            return update;
        }

        if (string.Equals(eventType, "error", StringComparison.Ordinal))
        {
            HasFailed = true;
            update.Contents.Add(new ErrorContent(null) { ErrorCode = "error" });
            return update;
        }

        ReadChoice(root, update);
        ReadUsage(root, update);
        return update;
    }

    /// <summary>What is left to say after the last event; <see langword="null"/> if nothing is.</summary>
    public ChatResponseUpdate? Complete()
    {
        var update = CreateUpdate();
        update.ResponseId = update.MessageId = _id;
        update.ModelId = _model;

        // Without the end's mark the stream may have been cut in the middle of a call; without a finish reason it may have been, too.
        if (IsDone)
        {
            AddHeld(update.Contents, truncated: true);
        }

        AddUsage(update.Contents);
        return update.Contents.Count > 0 ? update : null;
    }

    private static ChatResponseUpdate CreateUpdate() => new() { Role = ChatRole.Assistant, Contents = new List<AIContent>(1) };

    private void ReadChoice(JsonElement root, ChatResponseUpdate update)
    {
        var choice = root.Property("choices"u8).First();
        if (choice.Number("index"u8) > 0)
        {
            return;
        }

        var delta = choice.Property("delta"u8);
        ContentJson.Read(delta, update.Contents);
        _calls.Add(delta.Property("tool_calls"u8));
        if (delta.Text("refusal"u8) is { } refusal)
        {
            (_refusal ??= new()).Append(refusal);
        }

        var reason = FinishReasonJson.Read(choice);
        if (FinishReasonJson.IsFailure(reason, out var code))
        {
            update.Contents.Add(new ErrorContent(null) { ErrorCode = code });
        }
        else if (reason is not null)
        {
            update.FinishReason = reason;
            AddHeld(update.Contents, reason == ChatFinishReason.Length);
        }
    }

    // Some servers count in every event, up to a last one that counts it all; adding them up would count the same tokens many times.
    private void ReadUsage(JsonElement root, ChatResponseUpdate update)
    {
        _usage = UsageJson.Read(root) ?? _usage;
        if (root.Property("choices"u8) is { ValueKind: JsonValueKind.Array } choices && choices.GetArrayLength() == 0)
        {
            AddUsage(update.Contents);
        }
    }

    private void AddUsage(IList<AIContent> contents)
    {
        if (_usage is not null)
        {
            contents.Add(new UsageContent(_usage));
            _usage = null;
        }
    }

    private void AddHeld(IList<AIContent> contents, bool truncated)
    {
        _calls.Complete(contents, truncated);
        if (_refusal is not null)
        {
            contents.Add(new ErrorContent(_refusal.ToString()) { ErrorCode = ErrorJson.Refusal });
            _refusal = null;
        }
    }

    private static string? Reuse(ref string? last, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String && (last is null || !value.ValueEquals(last)))
        {
            last = value.GetString();
        }

        return last;
    }
}
