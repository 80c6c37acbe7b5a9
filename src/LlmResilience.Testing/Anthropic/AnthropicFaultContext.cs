using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>Lets a fault write what Anthropic would, in the shape of a stream or of a whole response.</summary>
internal sealed class AnthropicFaultContext(HttpContext http, ResponseBody body, TimeProvider timeProvider, bool isStream)
    : HttpFaultContext(http, body, timeProvider)
{
    private const string Start = "{\"id\":\"msg_half\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[";
    private const string Usage = "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":1,\"output_tokens\":1}";

    public override string ErrorJson(int status, string? code, string message)
        => AnthropicError.Create(code ?? AnthropicError.TypeOf(status), message).ToJsonString();

    public override ValueTask WriteKeepAliveAsync() => WriteAsync(isStream ? AnthropicEvent.Ping.Text : "\n");

    public override async ValueTask<FaultVerdict> WriteMalformedAsync()
    {
        if (!isStream)
        {
            await WriteAsync(Start + "{\"type\":\"text\",\"text\":\"br").ConfigureAwait(false);
            return FaultVerdict.Answered;
        }

        await WriteAsync("event: content_block_delta\ndata: {\"type\":\"content_bl\n\n").ConfigureAwait(false);
        return FaultVerdict.Skip;
    }

    public override async ValueTask<FaultVerdict> WriteErrorAsync(string? code, string message)
    {
        var json = ErrorJson(StatusCodes.Status500InternalServerError, code, message);
        await WriteAsync(isStream ? $"event: error\ndata: {json}\n\n" : json).ConfigureAwait(false);
        return FaultVerdict.Answered;
    }

    public override async ValueTask WriteHalfToolCallAsync()
    {
        const string Call = "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"weather\",\"input\":";
        if (!isStream)
        {
            await WriteAsync(Start + Call + "{\"city\":\"Ber").ConfigureAwait(false);
            return;
        }

        await WriteEventAsync("message_start", $"\"message\":{Start}],{Usage}}}").ConfigureAwait(false);
        await WriteEventAsync("content_block_start", $"\"index\":0,\"content_block\":{Call}{{}}}}").ConfigureAwait(false);
        await WriteEventAsync("content_block_delta", "\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"city\\\":\\\"Ber\"}").ConfigureAwait(false);
    }

    private ValueTask WriteEventAsync(string type, string members) => WriteAsync($"event: {type}\ndata: {{\"type\":\"{type}\",{members}}}\n\n");
}
