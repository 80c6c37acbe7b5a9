using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.OpenAI;

/// <summary>Reads the events of one stream.</summary>
internal sealed class ChatStreamReader
{
    private readonly MessageReader _message = new(isWhole: false);
    private UsageTotals? _usage;
    private bool _isFinished;
    private bool _isUsageTold;
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
        var root = document.RootElement.Unwrap();
        var update = CreateUpdate();
        update.CreatedAt = root.UnixTime("created"u8);
        update.ResponseId = update.MessageId = Reuse(ref _id, root.Property("id"u8));
        update.ModelId = Reuse(ref _model, root.Property("model"u8));
        update.RawRepresentation = BinaryData.FromBytes(bytes);
        var choices = root.Property("choices"u8);

        // Looked for in the text first: nearly no event has any of it, and to ask a parsed one for what it has not costs more.
        var mayBeError = choices.ValueKind != JsonValueKind.Array || data.IndexOf("\"error\""u8) >= 0;
        if (mayBeError && ErrorJson.Read(root) is { } error)
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

        if (data.IndexOf("\"citations\""u8) >= 0 || data.IndexOf("\"search_results\""u8) >= 0)
        {
            _message.ReadSources(root);
        }

        ReadChoice(choices.First(), update);
        if (data.IndexOf("\"usage\""u8) >= 0)
        {
            ReadUsage(root, update);
        }

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
            _message.Complete(update.Contents, truncated: true);
        }

        AddUsage(update.Contents);
        return update.Contents.Count > 0 ? update : null;
    }

    private static ChatResponseUpdate CreateUpdate() => new() { Role = ChatRole.Assistant, Contents = new List<AIContent>(1) };

    private void ReadChoice(JsonElement choice, ChatResponseUpdate update)
    {
        if (choice.Number("index"u8) > 0)
        {
            return;
        }

        _message.Read(choice.Property("delta"u8), update.Contents);
        update.FinishReason = FinishReasonJson.Read(choice, out var failure);
        if (failure is not null)
        {
            update.Contents.Add(failure);
        }
        else if (update.FinishReason is { } reason)
        {
            _isFinished = true;
            _message.Complete(update.Contents, reason == ChatFinishReason.Length);
        }
    }

    private void ReadUsage(JsonElement root, ChatResponseUpdate update)
    {
        if (UsageJson.Read(root) is not { } usage)
        {
            return;
        }

        _usage ??= new();
        if (root.Property("choices"u8) is { ValueKind: JsonValueKind.Array } choices && choices.GetArrayLength() == 0)
        {
            _usage.Set(usage);
            if (_isFinished)
            {
                AddUsage(update.Contents);
            }
        }
        else
        {
            _usage.Add(usage);
        }
    }

    // Once, since whoever puts the updates together adds them up.
    private void AddUsage(IList<AIContent> contents)
    {
        if (_usage?.ToUsage() is { } usage && !_isUsageTold)
        {
            _isUsageTold = true;
            contents.Add(new UsageContent(usage));
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
