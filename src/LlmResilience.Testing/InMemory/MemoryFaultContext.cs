using System.Net;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.Testing;

/// <summary>Does in memory what a client over HTTP would make of a fault on the wire.</summary>
internal sealed class MemoryFaultContext(TimeProvider timeProvider, CancellationToken cancellationToken) : FaultContext(timeProvider, cancellationToken)
{
    private readonly List<ChatResponseUpdate> _written = [];

    public List<ChatResponseUpdate> TakeWritten() => _written;

    public override ValueTask<FaultVerdict> RespondAsync(CannedResponse response)
    {
        if (response.Status >= 300)
        {
            throw new HttpRequestException($"Response status code does not indicate success: {response.Status}.", inner: null, (HttpStatusCode)response.Status);
        }

        return response.Body.Length == 0 ? new(FaultVerdict.Answered) : throw Malformed();
    }

    // The exception of an error response has none of its body.
    public override string ErrorJson(int status, string? code, string message) => "";

    // No client hands these out.
    public override ValueTask WriteKeepAliveAsync() => default;

    public override ValueTask<FaultVerdict> WriteMalformedAsync() => throw Malformed();

    public override ValueTask<FaultVerdict> WriteErrorAsync(string? code, string message)
    {
        _written.Add(new ChatResponseUpdate(ChatRole.Assistant, [new ErrorContent(message) { ErrorCode = code }]));
        return new(FaultVerdict.Answered);
    }

    // Clients put calls together before they hand them out.
    public override ValueTask WriteHalfToolCallAsync() => default;

    private static JsonException Malformed() => new("Expected end of string, but instead reached end of data.");
}
