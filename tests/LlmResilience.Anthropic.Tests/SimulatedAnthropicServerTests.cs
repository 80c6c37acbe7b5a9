using System.Net;
using System.Net.Sockets;
using System.Text;
using LlmResilience.Testing;
using LlmResilience.TestUtils;

namespace LlmResilience.Anthropic.Tests;

/// <summary>The simulated wire itself, without the SDK.</summary>
public class SimulatedAnthropicServerTests
{
    private const string Body = """{"model":"m","max_tokens":9,"messages":[],"stream":true}""";

    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, MaxResponseDrainSize = 0 });

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
        using var response = await OpenAsync(server);

        await server.DisposeAsync();
        await server.DisposeAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync(Limit));
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(server, Body));
    }

    [Fact]
    public async Task The_statistics_say_how_each_request_ended()
    {
        await using var server = await Clients.StartAsync();

        await PostAsync(server, Body);
        await PostAsync(server, Body, "/v1/complete");
        await UntilAsync(server, static s => s is { RequestCount: 1, CompletedCount: 1, FailedCount: 0, AbortedCount: 0 });

        await PostAsync(server, "oops");
        server.Faults.Next(1, SimulatedFault.Status(529));
        await PostAsync(server, Body);
        server.Faults.Next(1, SimulatedFault.MalformedEventAfter(0));
        await PostAsync(server, Body);
        await UntilAsync(server, static s => s is { RequestCount: 4, CompletedCount: 1, FailedCount: 3, AbortedCount: 0 });

        server.Faults.Next(1, SimulatedFault.StallAfter(0));
        (await OpenAsync(server)).Dispose();
        await UntilAsync(server, static s => s is { RequestCount: 5, CompletedCount: 1, FailedCount: 3, AbortedCount: 1, CrashCount: 0, IsDown: false });
        Assert.Equal(TimeSpan.Zero, server.GetStatistics().Downtime);
    }

    [Fact]
    public async Task A_condition_is_looked_at_whenever_a_number_changes()
    {
        await using var server = await Clients.StartAsync(SimulatedFault.StallAfter(0));
        var arrived = server.WaitForAsync(static s => s.RequestCount == 1, Limit);
        var aborted = server.WaitForAsync(static s => s.AbortedCount == 1, Limit);
        Assert.False(arrived.IsCompleted);

        var response = await OpenAsync(server);
        await arrived;
        Assert.False(aborted.IsCompleted);

        response.Dispose();
        await aborted;
    }

    [Fact]
    public async Task A_client_that_leaves_at_the_end_of_its_answer_has_not_aborted()
    {
        await using var server = await Clients.StartAsync();
        for (var i = 0; i < 100; i++)
        {
            using var response = await OpenAsync(server);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Limit));
            while (await reader.ReadLineAsync(Limit) is not (null or "event: message_delta"))
            {
            }
        }

        await UntilAsync(server, static s => s.CompletedCount + s.AbortedCount + s.FailedCount == 100);
        Assert.Equal(100, server.GetStatistics().CompletedCount);
    }

    [Fact]
    public async Task After_a_crash_it_comes_back_by_itself_and_after_a_stop_when_it_is_told_to()
    {
        var clock = new VirtualTimeProvider();
        await using var server = await Clients.StartAsync(
            new SimulatedAnthropicServerOptions { RestartDelay = TimeSpan.FromSeconds(3), TimeProvider = clock }, SimulatedFault.StallAfter(0));
        using var open = await OpenAsync(server);

        await server.CrashAsync(Limit);

        await Assert.ThrowsAnyAsync<Exception>(() => open.Content.ReadAsStringAsync(Limit));
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(server, Body));
        await UntilAsync(server, static s => s is { IsDown: true, CrashCount: 1, RequestCount: 1, FailedCount: 1 });
        clock.Advance(TimeSpan.FromSeconds(3));
        await UntilAsync(server, static s => !s.IsDown);
        server.Faults.Clear();
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(server, Body)).Status);

        await server.StopAsync(Limit);
        clock.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(server, Body));
        await server.RestartAsync(Limit);

        Assert.Equal(HttpStatusCode.OK, (await PostAsync(server, Body)).Status);
        Assert.Equal((1, TimeSpan.FromSeconds(63)), (server.GetStatistics().CrashCount, server.GetStatistics().Downtime));
    }

    [Fact]
    public async Task Options_and_faults_out_of_range()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SimulatedAnthropicServer.StartAsync(new() { Port = 65536 }, Limit));
        await Assert.ThrowsAsync<ArgumentNullException>(() => SimulatedAnthropicServer.StartAsync(new() { Answer = null! }, Limit));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SimulatedAnthropicServer.StartAsync(new() { RestartDelay = TimeSpan.FromSeconds(-1) }, Limit));
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

    private static Task UntilAsync(SimulatedAnthropicServer server, Predicate<SimulatedServerStatistics> condition) => server.WaitForAsync(condition, Limit);

    /// <summary>Asks, and returns when the headers are there.</summary>
    private static async Task<HttpResponseMessage> OpenAsync(SimulatedAnthropicServer server)
    {
        using var request = Request(server, Body, "/v1/messages");
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Limit);
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
