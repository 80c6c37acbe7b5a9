using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace LlmResilience.Testing.Tests.Faults;

/// <summary>What the faults of connections and events look like on the wire, byte for byte.</summary>
public sealed class WireFaultTests : ServerFixture
{
    [Fact]
    public async Task ConnectionRefused_closes_the_port_until_cleared()
    {
        await StartAsync();
        using var open = await AskAsync();
        Server.Faults.Always(SimulatedFault.ConnectionRefused());

        await AssertRefusedAsync();
        Server.Faults.Always(SimulatedFault.Status(500));
        using (var response = await AskAsync())
        {
            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        }

        Server.Faults.Always(SimulatedFault.ConnectionRefused());
        await AssertRefusedAsync();
        Server.Faults.Clear();
        await ReadAsync(await AskAsync());
    }

    [Fact]
    public async Task ConnectionRefused_for_some_requests_resets_those()
    {
        await StartAsync();
        Server.Faults.Next(1, SimulatedFault.ConnectionRefused());

        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync());
        await ReadAsync(await AskAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reset_comes_before_headers_or_after_so_many_tokens(bool beforeHeaders)
    {
        await StartAsync();
        Server.Faults.Always(beforeHeaders ? SimulatedFault.ResetBeforeHeaders() : SimulatedFault.ResetAfter(3));

        var (text, end) = await ReadRawAsync();

        Assert.Equal(SocketError.ConnectionReset, end);
        Assert.Equal(beforeHeaders ? 0 : 3, CountTokens(text));
        Assert.Equal(beforeHeaders, text.Length == 0);
        await UntilAsync(static s => s is { FailedCount: 1, RunningCount: 0 });
    }

    [Fact]
    public async Task A_cut_is_an_orderly_end_without_the_last_chunk()
    {
        await StartAsync();
        Server.Faults.Always(SimulatedFault.CutAfter(3));

        var (text, end) = await ReadRawAsync();

        Assert.Equal(SocketError.Success, end);
        Assert.Equal(3, CountTokens(text));
        Assert.DoesNotContain("\r\n0\r\n\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MalformedEventAfter_replaces_one_token_and_goes_on()
    {
        await StartAsync();
        Server.Faults.Always(SimulatedFault.MalformedEventAfter(2));

        var events = (await ReadAsync(await AskAsync())).Split("\n\n");

        Assert.Equal(1 + 5 + 1 + 1 + 1, events.Length); // role, tokens, finish, [DONE], and what follows the last line break
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => JsonNode.Parse(events[3]["data: ".Length..]));
        Assert.Contains("\"finish_reason\":\"stop\"", events[6], StringComparison.Ordinal);
        var whole = await ReadAsync(await AskAsync(stream: false));
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => JsonNode.Parse(whole));
        await UntilAsync(static s => s is { FailedCount: 2 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ErrorEventAfter_reports_an_error_in_a_good_response(bool streaming)
    {
        await StartAsync();
        Server.Faults.Always(SimulatedFault.ErrorEventAfter(2, "overloaded", "Too much."));

        var text = await ReadAsync(await AskAsync(streaming));

        Assert.Equal(streaming ? 2 : 0, CountTokens(text));
        var json = streaming ? text.Split("\n\n")[3]["data: ".Length..] : text;
        Assert.Equal("overloaded", (string?)JsonNode.Parse(json)!["error"]!["code"]);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HalfToolCall_breaks_off_within_the_arguments(bool streaming)
    {
        await StartAsync();
        Server.Faults.Always(SimulatedFault.HalfToolCall());

        var (text, error) = await ReadToFailureAsync(await AskAsync(streaming));

        Assert.NotNull(error);
        Assert.Contains("\"name\":\"weather\"", text, StringComparison.Ordinal);
        Assert.Contains("{\\\"city\\\":\\\"Ber", text, StringComparison.Ordinal);
        if (streaming)
        {
            Assert.All(text.Split("\n\n")[..^1], e => JsonNode.Parse(e["data: ".Length..]));
        }
    }

    [Fact]
    public async Task SilenceAfterKeepAlive_sends_comments_only()
    {
        await StartAsync();
        Server.Faults.Always(SimulatedFault.SilenceAfterKeepAlive(3, TimeSpan.Zero));

        using var response = await AskAsync();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Limit));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal((": keep-alive", ""), (await reader.ReadLineAsync(Limit), await reader.ReadLineAsync(Limit)));
        }

        Assert.False(reader.ReadLineAsync(Limit).AsTask().IsCompleted);
    }

    [Fact]
    public async Task KeepAliveAfter_goes_on_for_ever_after_so_many_tokens()
    {
        await StartAsync();
        Server.Faults.Always(SimulatedFault.KeepAliveAfter(2, TimeSpan.FromTicks(1)));

        using var response = await AskAsync();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Limit));
        for (var i = 0; i < 1 + 2; i++)
        {
            Assert.StartsWith("data: {", await reader.ReadLineAsync(Limit), StringComparison.Ordinal);
            Assert.Equal("", await reader.ReadLineAsync(Limit));
        }

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal((": keep-alive", ""), (await reader.ReadLineAsync(Limit), await reader.ReadLineAsync(Limit)));
        }
    }

    [Fact]
    public async Task Response_sends_anything()
    {
        await StartAsync();
        Server.Faults.Next(1, SimulatedFault.CustomResponse(502, "<html>", "text/html", new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Proxy"] = "yes" }));

        using var response = await AskAsync();

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("<html>", await response.Content.ReadAsStringAsync(Limit));
        Assert.Equal(("text/html", "yes"), (response.Content.Headers.ContentType?.MediaType, response.Headers.GetValues("X-Proxy").Single()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unusual_shapes_hold_the_same_answer(bool streaming)
    {
        await StartAsync();
        var usual = TextOf(await ReadAsync(await AskAsync(streaming)), streaming);
        Server.Faults.Next(1, SimulatedFault.OneByteAtATime());
        Server.Faults.Next(1, SimulatedFault.HugeEvent(300_000));
        Server.Faults.Next(1, SimulatedFault.WithoutDoneEvent());

        Assert.Equal(usual, TextOf(await ReadAsync(await AskAsync(streaming)), streaming));
        var huge = await ReadAsync(await AskAsync(streaming));
        Assert.InRange(huge.Length, 300_000, 310_000);
        Assert.Equal(usual, TextOf(huge, streaming));
        var withoutDone = await ReadAsync(await AskAsync(streaming));
        Assert.Equal(usual, TextOf(withoutDone, streaming));
        Assert.DoesNotContain("[DONE]", withoutDone, StringComparison.Ordinal);
        Assert.Contains("\"finish_reason\":\"stop\"", withoutDone, StringComparison.Ordinal);
    }

    private static string TextOf(string body, bool streaming) => streaming
        ? string.Concat(body.Split("\n\n").Where(e => e.StartsWith("data: {", StringComparison.Ordinal))
            .Select(e => (string?)JsonNode.Parse(e["data: ".Length..])!["choices"]![0]!["delta"]!["content"]))
        : (string)JsonNode.Parse(body)!["choices"]![0]!["message"]!["content"]!;

    /// <summary>Asks on a socket of its own, and reads to its end, orderly or not.</summary>
    private async Task<(string Text, SocketError End)> ReadRawAsync()
    {
        var body = $$"""{"model":"m","messages":[{{Prompt}}],"stream":true}""";
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Server.BaseAddress.Port, Limit);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n{body}"), Limit);
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            int read;
            while ((read = await client.Client.ReceiveAsync(buffer, Limit)) > 0)
            {
                text.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }

            return (text.ToString(), SocketError.Success);
        }
        catch (SocketException e)
        {
            return (text.ToString(), e.SocketErrorCode);
        }
    }
}
