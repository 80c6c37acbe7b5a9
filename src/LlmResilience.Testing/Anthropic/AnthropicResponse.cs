using System.Collections.ObjectModel;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace LlmResilience.Testing;

/// <summary>Writes one response, and the fault that strikes it.</summary>
internal sealed class AnthropicResponse(HttpContext http, SimulatedAnthropicServerOptions options)
{
    public Task WriteErrorAsync(int status, string message)
        => WriteJsonAsync(status, AnthropicError.Create(AnthropicError.TypeOf(status), message).ToJsonString());

    public async Task SendAsync(AnthropicMessage message, SimulatedAnthropicFault? fault)
    {
        var body = message.ToJson().ToJsonString();
        switch (fault?.Strike)
        {
            case null:
                await WriteJsonAsync(StatusCodes.Status200OK, body).ConfigureAwait(false);
                break;
            case AnthropicStrike.Status or AnthropicStrike.Error:
                await WriteStatusAsync(fault).ConfigureAwait(false);
                break;
            case AnthropicStrike.Silence:
                await WaitForAbortAsync().ConfigureAwait(false);
                break;
            case AnthropicStrike.SilenceAfterHeaders or AnthropicStrike.Stall or AnthropicStrike.Pings:
                await StartAsync("application/json").ConfigureAwait(false);
                await WaitForAbortAsync().ConfigureAwait(false);
                break;
            case AnthropicStrike.Empty:
                await StartAsync("application/json").ConfigureAwait(false);
                break;
            default:
                await StartAsync("application/json").ConfigureAwait(false);
                await WriteAsync(body[..(body.Length / 2)]).ConfigureAwait(false);
                AbortIf(fault.Strike == AnthropicStrike.Cut);
                break;
        }
    }

    public async Task StreamAsync(AnthropicMessage message, SimulatedAnthropicFault? fault)
    {
        switch (fault?.Strike)
        {
            case AnthropicStrike.Status:
                await WriteStatusAsync(fault).ConfigureAwait(false);
                return;
            case AnthropicStrike.Silence:
                await WaitForAbortAsync().ConfigureAwait(false);
                return;
        }

        await StartAsync("text/event-stream; charset=utf-8").ConfigureAwait(false);
        switch (fault?.Strike)
        {
            case AnthropicStrike.SilenceAfterHeaders:
                await WaitForAbortAsync().ConfigureAwait(false);
                return;
            case AnthropicStrike.Empty:
                return;
        }

        var tokens = 0;
        foreach (var item in message.ToEvents())
        {
            if (fault is not null && item.IsEnd)
            {
                break;
            }

            await WriteAsync(item.Text).ConfigureAwait(false);
            tokens += item.IsToken ? 1 : 0;
            if (tokens == fault?.Tokens)
            {
                break;
            }
        }

        await StrikeAsync(fault).ConfigureAwait(false);
    }

    private async Task StrikeAsync(SimulatedAnthropicFault? fault)
    {
        switch (fault?.Strike)
        {
            case AnthropicStrike.Stall:
                await WaitForAbortAsync().ConfigureAwait(false);
                break;
            case AnthropicStrike.Pings:
                await PingAsync().ConfigureAwait(false);
                break;
            case AnthropicStrike.Cut:
                AbortIf(true);
                break;
            case AnthropicStrike.Malformed:
                await WriteAsync("event: content_block_delta\ndata: {\"type\":\"content_bl\n\n").ConfigureAwait(false);
                break;
            case AnthropicStrike.Error:
                await WriteAsync($"event: error\ndata: {ErrorOf(fault).ToJsonString()}\n\n").ConfigureAwait(false);
                break;
        }
    }

    private async Task PingAsync()
    {
        while (true)
        {
            await WriteAsync(AnthropicEvent.Ping.Text).ConfigureAwait(false);
            await Task.Delay(options.PingInterval, options.TimeProvider, http.RequestAborted).ConfigureAwait(false);
        }
    }

    private Task WriteStatusAsync(SimulatedAnthropicFault fault)
    {
        foreach (var (name, value) in fault.Headers ?? ReadOnlyDictionary<string, string>.Empty)
        {
            http.Response.Headers[name] = value;
        }

        return WriteJsonAsync(fault.StatusCode, ErrorOf(fault).ToJsonString());
    }

    private static JsonObject ErrorOf(SimulatedAnthropicFault fault)
    {
        var type = fault.Type ?? AnthropicError.TypeOf(fault.StatusCode);
        return AnthropicError.Create(type, fault.Message ?? $"Simulated: {fault.StatusCode} {type}");
    }

    private async Task WriteJsonAsync(int status, string body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentLength = Encoding.UTF8.GetByteCount(body);
        await StartAsync("application/json").ConfigureAwait(false);
        await WriteAsync(body).ConfigureAwait(false);
    }

    private async Task StartAsync(string contentType)
    {
        http.Response.ContentType = contentType;
        http.Response.Headers["request-id"] = "req_simulated";
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted).ConfigureAwait(false);
    }

    private async Task WriteAsync(string text)
    {
        http.RequestAborted.ThrowIfCancellationRequested();
        await http.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(text), http.RequestAborted).ConfigureAwait(false);
    }

    private Task WaitForAbortAsync() => Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);

    private void AbortIf(bool cut)
    {
        if (cut)
        {
            http.Abort();
        }
    }
}
