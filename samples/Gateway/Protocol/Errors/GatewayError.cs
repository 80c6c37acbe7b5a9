using System.Text.Json.Nodes;
using LlmResilience;

namespace Gateway.Protocol.Errors;

/// <summary>An error as it is told to the client, in OpenAI's shape.</summary>
internal sealed record GatewayError(int Status, string Message, string Type, string? Code = null, string? Parameter = null)
{
    /// <summary>The service was told to stop, and its grace period is over.</summary>
    public static GatewayError Stopping { get; } = new(StatusCodes.Status503ServiceUnavailable, "The gateway is shutting down.", "server_error", "gateway_stopping");

    /// <summary>When to come back.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The provider's own error, which may say more than OpenAI's shape has; kept whole.</summary>
    public JsonObject? ProvidersError { get; init; }

    /// <summary>What was tried.</summary>
    public IReadOnlyList<FailedAttempt> Attempts { get; init; } = [];

    /// <summary>Whether the same request may do better later.</summary>
    public bool IsTemporary => Status is 408 or 409 or 425 or 429 or >= 500;

    public JsonObject ToJson()
    {
        var error = ProvidersError?.DeepClone().AsObject() ?? [];
        error["message"] = Message;
        error["type"] = Type;
        error["param"] ??= Parameter;
        error["code"] ??= Code;
        if (Attempts.Count > 0)
        {
            error["attempts"] = new JsonArray([.. Attempts.Select(attempt => new JsonObject
            {
                ["endpoint"] = attempt.EndpointName,
                ["kind"] = attempt.Kind.ToString(),
                ["seconds"] = Math.Round(attempt.Duration.TotalSeconds, 3),
            })]);
        }

        return new JsonObject { ["error"] = error };
    }
}
