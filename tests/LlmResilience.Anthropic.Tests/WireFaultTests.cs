using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmResilience.Testing;

namespace LlmResilience.Anthropic.Tests;

/// <summary>What faults look like in Anthropic's protocol, without the SDK. How connections end is the same code, and tested, for both servers.</summary>
public class WireFaultTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static readonly SimulatedAnthropicAnswer Answer = new() { Text = "one two three" };

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_port_is_closed_until_the_fault_is_cleared_and_then_the_same_again()
    {
        await using var server = await Clients.StartAsync(answer: Answer);
        for (var i = 0; i < 2; i++)
        {
            server.Faults.Always(SimulatedFault.ConnectionRefused());
            await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(server, stream: true));
            server.Faults.Clear();
            Assert.Equal(HttpStatusCode.OK, (await PostAsync(server, stream: true)).Status);
        }

        server.Faults.Always(SimulatedFault.ConnectionRefused());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Resets_and_cuts_leave_a_body_without_its_end(bool stream)
    {
        await using var server = await Clients.StartAsync(answer: Answer);
        foreach (var fault in (SimulatedFault[])[SimulatedFault.ResetBeforeHeaders(), SimulatedFault.ResetAfter(2), SimulatedFault.CutAfter(2), SimulatedFault.HalfToolCall()])
        {
            server.Faults.Always(fault);
            await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(server, stream));
        }
    }

    [Fact]
    public async Task Half_a_tool_call()
    {
        await using var server = await Clients.StartAsync(SimulatedFault.HalfToolCall());

        var data = await ReadEventsAsync(server, count: 3);

        Assert.Equal("tool_use", (string?)data[1]["content_block"]!["type"]);
        Assert.Equal("{\"city\":\"Ber", (string?)data[2]["delta"]!["partial_json"]);
    }

    [Fact]
    public async Task Signs_of_life_are_pings()
    {
        await using var server = await Clients.StartAsync(SimulatedFault.SilenceAfterKeepAlive(3, TimeSpan.Zero), Answer);
        Assert.All(await ReadEventsAsync(server, count: 3), data => Assert.Equal("ping", (string?)data["type"]));

        server.Faults.Always(SimulatedFault.KeepAliveAfter(1, TimeSpan.FromTicks(1)));
        var types = (await ReadEventsAsync(server, count: 20)).Select(data => (string?)data["type"]);
        Assert.Equal(["message_start", "content_block_start", "ping", "content_block_delta", .. Enumerable.Repeat("ping", 16)], types);
    }

    [Fact]
    public async Task An_event_that_is_no_JSON_comes_between_two_tokens()
    {
        await using var server = await Clients.StartAsync(SimulatedFault.MalformedEventAfter(1), Answer);

        var events = (await PostAsync(server, stream: true)).Body.Split("\n\n");

        var broken = Array.FindIndex(events, text => text.EndsWith("content_bl", StringComparison.Ordinal));
        Assert.Contains("\"one\"", events[broken - 1]);
        Assert.Contains("\" two\"", events[broken + 1]);
        var whole = (await PostAsync(server, stream: false)).Body;
        Assert.ThrowsAny<JsonException>(() => JsonNode.Parse(whole));
    }

    [Fact]
    public async Task A_whole_answer_that_ends_early_has_no_stop_reason()
    {
        await using var server = await Clients.StartAsync(SimulatedFault.EndWithoutFinishReasonAfter(2), Answer);

        var json = JsonNode.Parse((await PostAsync(server, stream: false)).Body)!;

        Assert.Equal("one two", (string?)json["content"]![0]!["text"]);
        Assert.Null(json["stop_reason"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Unusual_shapes_hold_the_same_answer(bool stream)
    {
        await using var server = await Clients.StartAsync(answer: Answer);
        server.Faults.Next(1, SimulatedFault.OneByteAtATime());
        server.Faults.Next(1, SimulatedFault.HugeEvent(300_000));
        server.Faults.Next(1, SimulatedFault.WithoutDoneEvent());

        Assert.Equal("one two three", TextOf((await PostAsync(server, stream)).Body, stream));
        var huge = (await PostAsync(server, stream)).Body;
        Assert.InRange(huge.Length, 300_000, 303_000);
        Assert.Equal("one two three", TextOf(huge, stream));
        var withoutStop = (await PostAsync(server, stream)).Body;
        Assert.Equal("one two three", TextOf(withoutStop, stream));
        Assert.DoesNotContain("message_stop", withoutStop);
        Assert.Contains("\"stop_reason\":\"end_turn\"", withoutStop);
    }

    [Fact]
    public async Task A_request_that_is_too_large_is_told_so()
    {
        await using var server = await Clients.StartAsync();
        using var request = Request(server, stream: false);
        request.Content!.Headers.ContentLength = 40_000_000;
        request.Headers.ExpectContinue = true;

        using var response = await Http.SendAsync(request, Limit);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("request_too_large", await response.Content.ReadAsStringAsync(Limit));
    }

    private static string TextOf(string body, bool stream) => stream
        ? string.Concat(body.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => (string?)JsonNode.Parse(line[6..])!["delta"]?["text"]))
        : (string)JsonNode.Parse(body)!["content"]![0]!["text"]!;

    private static async Task<List<JsonNode>> ReadEventsAsync(SimulatedAnthropicServer server, int count)
    {
        using var request = Request(server, stream: true);
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Limit);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Limit));
        var events = new List<JsonNode>();
        while (events.Count < count)
        {
            var line = await reader.ReadLineAsync(Limit);
            Assert.NotNull(line);
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                events.Add(JsonNode.Parse(line[6..])!);
            }
        }

        return events;
    }

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(SimulatedAnthropicServer server, bool stream)
    {
        using var request = Request(server, stream);
        using var response = await Http.SendAsync(request, Limit);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Limit));
    }

    private static HttpRequestMessage Request(SimulatedAnthropicServer server, bool stream) => new(HttpMethod.Post, new Uri(server.BaseAddress, "/v1/messages"))
    {
        Content = new StringContent($$"""{"model":"m","max_tokens":9,"messages":[],"stream":{{(stream ? "true" : "false")}}}""", Encoding.UTF8, "application/json"),
        Headers = { { "anthropic-version", "2023-06-01" } },
    };
}
