using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>Lets a fault write to the wire, in the shape of a stream or of a whole response.</summary>
internal sealed class HttpFaultContext(HttpContext http, ResponseBody body, TimeProvider timeProvider) : FaultContext(timeProvider, http.RequestAborted)
{
    private const string HalfOfArguments = "{\\\"city\\\":\\\"Ber";

    /// <summary>Gets or sets what writes the events of a stream; <see langword="null"/> in a whole response.</summary>
    public ChunkWriter? Chunks { get; set; }

    public override async ValueTask<FaultVerdict> RespondAsync(CannedResponse response)
    {
        var bytes = Encoding.UTF8.GetBytes(response.Body);
        http.Response.StatusCode = response.Status;
        http.Response.ContentType = response.ContentType;
        http.Response.ContentLength = bytes.Length;
        foreach (var (name, value) in response.Headers ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            http.Response.Headers[name] = value;
        }

        // Clients may leave as soon as they have the body, before this returns: that is no abort.
        await http.Response.BodyWriter.WriteAsync(bytes, CancellationToken.None).ConfigureAwait(false);
        return FaultVerdict.Answered;
    }

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
        var json = new OpenAIError(message, code).ToJson(StatusCodes.Status200OK);
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
        return body.FlushAsync(Disconnected);
    }

    private ValueTask WriteAsync(string text)
    {
        body.Write(Encoding.UTF8.GetBytes(text));
        return body.FlushAsync(Disconnected);
    }
}
