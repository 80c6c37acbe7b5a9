using System.Net;
using System.Net.Sockets;
using System.Text;
using LlmResilience.Testing;

namespace LlmResilience.Anthropic.Tests;

/// <summary>The simulated wire itself, without the SDK.</summary>
public class SimulatedAnthropicServerTests
{
    private const string Body = """{"model":"m","max_tokens":9,"messages":[],"stream":true}""";

    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_on_the_wire()
    {
        await using var server = await Clients.StartAsync(answer: new() { Text = "a b" });

        var (status, body) = await PostAsync(server, Body);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            ["message_start", "content_block_start", "ping", "content_block_delta", "content_block_delta", "content_block_stop", "message_delta", "message_stop"],
            body.Split('\n').Where(l => l.StartsWith("event: ", StringComparison.Ordinal)).Select(l => l[7..]));
        Assert.Contains("""data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" b"}}""", body);
        Assert.Contains("""data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}""", body);
    }

    [Theory]
    [InlineData("/v1/messages", "oops", 400, "not valid JSON")]
    [InlineData("/v1/messages", "[]", 400, "not valid JSON")]
    [InlineData("/v1/messages", """{"model":"m","messages":[]}""", 400, "max_tokens: Field required")]
    [InlineData("/v1/complete", Body, 404, "not_found_error")]
    public async Task What_the_API_refuses(string path, string body, int status, string expected)
    {
        await using var server = await Clients.StartAsync();
        var response = await PostAsync(server, body, path);
        Assert.Equal(status, (int)response.Status);
        Assert.Contains(expected, response.Body);
        Assert.Contains("\"type\":\"error\"", response.Body);
    }

    [Fact]
    public async Task Faults_in_their_order_then_always_then_none()
    {
        await using var server = await Clients.StartAsync();
        server.Faults.Always(SimulatedFault.Status(500));
        server.Faults.Next(1, SimulatedFault.Status(529));
        server.Faults.Next(1, SimulatedFault.Status(429));
        var seen = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            seen.Add((int)(await PostAsync(server, Body)).Status);
        }

        server.Faults.Clear();
        seen.Add((int)(await PostAsync(server, Body)).Status);

        Assert.Equal([529, 429, 500, 500, 200], seen);
        Assert.Equal(5, server.Requests.Count);
        Assert.Equal(Body, server.Requests[0].Body);
    }

    [Fact]
    public async Task A_server_that_is_gone_refuses_and_has_aborted_its_streams()
    {
        var server = await Clients.StartAsync(SimulatedFault.StallAfter(0));
        using var request = Request(server, Body, "/v1/messages");
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Limit);

        await server.DisposeAsync();
        await server.DisposeAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync(Limit));
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(server, Body));
    }

    [Fact]
    public async Task Options_and_faults_out_of_range()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SimulatedAnthropicServer.StartAsync(new() { Port = 65536 }, Limit));
        await Assert.ThrowsAsync<ArgumentNullException>(() => SimulatedAnthropicServer.StartAsync(new() { Answer = null! }, Limit));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedFault.Status(200));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedFault.CutAfter(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedFault.ErrorEventAfter(-1, "overloaded_error"));
    }

    [Fact]
    public async Task A_port_that_is_taken()
    {
        await using var server = await Clients.StartAsync();
        await Assert.ThrowsAsync<SocketException>(() => SimulatedAnthropicServer.StartAsync(new() { Port = server.BaseAddress.Port }, Limit));
    }

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(SimulatedAnthropicServer server, string body, string path = "/v1/messages")
    {
        using var request = Request(server, body, path);
        using var response = await Http.SendAsync(request, Limit);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Limit));
    }

    private static HttpRequestMessage Request(SimulatedAnthropicServer server, string body, string path) => new(HttpMethod.Post, new Uri(server.BaseAddress, path))
    {
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
        Headers = { { "anthropic-version", "2023-06-01" } },
    };
}
