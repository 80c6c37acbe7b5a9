using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>Lets a fault write what OpenAI and its likes would, in the shape of a stream or of a whole response.</summary>
internal sealed class OpenAIFaultContext(HttpContext http, ResponseBody body, TimeProvider timeProvider) : HttpFaultContext(http, body, timeProvider)
{
    private const string HalfOfArguments = "{\\\"city\\\":\\\"Ber";

    /// <summary>Gets or sets what writes the events of a stream; <see langword="null"/> in a whole response.</summary>
    public ChunkWriter? Chunks { get; set; }

    public override string ErrorJson(int status, string? code, string message) => new OpenAIError(message, code).ToJson(status);

    public override ValueTask WriteKeepAliveAsync() => WriteAsync(Chunks is null ? "\n" : ": keep-alive\n\n");

    public override async ValueTask<FaultVerdict> WriteMalformedAsync()
    {
        if (Chunks is null)
        {
            await WriteAsync("{\"choices\":[{\"message\":{\"content\":\"br").ConfigureAwait(false);
            return FaultVerdict.Answered;
        }

        await WriteAsync("data: {\"choices\":[{\"delta\":{\"content\":\"br\n\n").ConfigureAwait(false);
        return FaultVerdict.Skip;
    }

    public override async ValueTask<FaultVerdict> WriteErrorAsync(string? code, string message)
    {
        var json = ErrorJson(StatusCodes.Status200OK, code, message);
        await WriteAsync(Chunks is null ? json : $"data: {json}\n\n").ConfigureAwait(false);
        return FaultVerdict.Answered;
    }

    public override ValueTask WriteHalfToolCallAsync()
    {
        const string Start = "\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"";
        if (Chunks is null)
        {
            return WriteAsync("{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\"," + Start + HalfOfArguments);
        }

        Chunks.WriteDelta("\"role\":\"assistant\"," + Start + "\"}}]");
        Chunks.WriteDelta("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"" + HalfOfArguments + "\"}}]");
        return Body.FlushAsync(Disconnected);
    }
}
