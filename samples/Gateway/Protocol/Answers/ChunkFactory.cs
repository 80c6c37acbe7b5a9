using System.Text.Json.Nodes;
using Gateway.Protocol.Errors;
using Microsoft.Extensions.AI;

namespace Gateway.Protocol.Answers;

/// <summary>
/// Makes the events of one stream. A provider's event passes with all its fields, but its content, tool calls, finish reason, id and model
/// are what the library says: tool calls come whole, and never cut.
/// </summary>
internal sealed class ChunkFactory(string model)
{
    private string? _id;
    private string? _model;
    private long _created;
    private int _calls;
    private bool _started;
    private JsonNode? _usage;
    private UsageDetails? _usageDetails;

    /// <summary>An error that the provider put into the stream.</summary>
    public ErrorContent? Error { get; private set; }

    public bool IsFinished { get; private set; }

    /// <summary>The event for an update, or <see langword="null"/> if it is nothing to pass on.</summary>
    public JsonObject? Create(ChatResponseUpdate update)
    {
        _id ??= update.ResponseId;
        _model ??= update.ModelId;
        _created = _created == 0 ? (update.CreatedAt ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds() : _created;
        var contents = new AnswerContents(update.Contents);
        Error ??= contents.Error;
        _usageDetails = contents.Usage ?? _usageDetails;
        var chunk = ReadRaw(update);
        if (chunk.Remove("usage", out var usage) && usage is JsonObject)
        {
            _usage = usage;
        }

        var choice = TakeFirst(chunk);
        var delta = TakeDelta(choice);
        contents.WriteTo(delta, _calls);
        _calls += contents.Calls.Count;
        if (!HasNews(delta, choice) && update.FinishReason is null)
        {
            return null;
        }

        if (!_started)
        {
            delta["role"] = "assistant";
            _started = true;
        }

        IsFinished |= update.FinishReason is not null;
        choice["index"] = 0;
        choice["finish_reason"] = update.FinishReason is { } reason ? ReasonOf(choice) ?? reason.Value : null;
        chunk.Remove("error");
        return WithHead(chunk, new JsonArray(choice));
    }

    /// <summary>The event with the usage; <see langword="null"/> if the provider did not count.</summary>
    public JsonObject? CreateUsage()
        => (_usage?.DeepClone() ?? (_usageDetails is null ? null : UsageJson.Create(_usageDetails))) is { } usage
            ? WithHead(new JsonObject { ["usage"] = usage }, [])
            : null;

    /// <summary>The event that ends an answer whose provider gave no reason in the protocol's words.</summary>
    public JsonObject CreateFinish(string reason)
    {
        IsFinished = true;
        return WithHead([], CreateChoices(reason));
    }

    /// <summary>The event that ends a broken stream.</summary>
    /// <remarks>
    /// With a choice that finished for the reason <c>error</c>, as OpenRouter has it: clients that do not look for an error, such as
    /// OpenAI's own for .NET, would take the end of the events for the end of the answer.
    /// </remarks>
    public JsonObject CreateError(GatewayError error)
        => WithHead(error.ToJson(), CreateChoices("error"));

    private static JsonArray CreateChoices(string finishReason)
        => new(new JsonObject { ["index"] = 0, ["delta"] = new JsonObject(), ["finish_reason"] = finishReason });

    private static JsonObject ReadRaw(ChatResponseUpdate update)
        => update.RawRepresentation is BinaryData raw && JsonNode.Parse(raw) is JsonObject json ? json : [];

    private static JsonObject TakeFirst(JsonObject chunk)
    {
        if (chunk["choices"] is JsonArray { Count: > 0 } choices && choices[0] is JsonObject choice)
        {
            choices.RemoveAt(0);
            return choice;
        }

        return [];
    }

    private static JsonObject TakeDelta(JsonObject choice)
    {
        if (choice["delta"] is JsonObject delta)
        {
            return delta;
        }

        choice["delta"] = delta = [];
        return delta;
    }

    private static bool HasNews(JsonObject delta, JsonObject choice)
        => delta.Any(property => property.Key != "role" && property.Value is not null) || choice["logprobs"] is not null;

    private static string? ReasonOf(JsonObject choice)
        => choice["finish_reason"] is JsonValue value && value.TryGetValue<string>(out var reason) && reason.Length > 0 ? reason : null;

    private JsonObject WithHead(JsonObject chunk, JsonArray choices)
    {
        chunk["id"] = _id ??= AnswerIds.Create();
        chunk["object"] = "chat.completion.chunk";
        chunk["created"] = _created;
        chunk["model"] = _model ?? model;
        chunk["choices"] = choices;
        return chunk;
    }
}
