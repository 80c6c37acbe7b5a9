using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Tests.Hosting;
using Microsoft.Extensions.Options;
using static Gateway.Tests.Hosting.ScriptedProvider;

namespace Gateway.Tests;

/// <summary>What a body may cost: it is text, and bounded in size, in number and in what it takes of the memory.</summary>
public sealed class BodyTests
{
    private const string Completion = """{"id":"1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}""";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_that_are_not_UTF_8_are_refused_and_never_sent(bool withLength)
    {
        await using var provider = Json(Completion);
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);
        byte[] body = [.. """{"model":"m","messages":[{"role":"user","content":"""u8, (byte)'"', 0xC3, 0x28, (byte)'"', .. "}]}"u8];

        using var response = await gateway.PostAsync(withLength ? new ByteArrayContent(body) : new WithoutLength(body));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("The body is not UTF-8.", (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["message"]);
        Assert.Empty(provider.Requests);
    }

    [Theory]
    [InlineData("""Hi""")]
    [InlineData("""\ud83d\ude00""")]
    [InlineData("""\\ud800""")]
    [InlineData("""\"\u00e4\\""")]
    public async Task Escaped_text_that_is_whole_passes_in_whatever_pieces_it_comes(string content)
    {
        await using var provider = Json(Completion);
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);
        var body = Encoding.UTF8.GetBytes($$"""{"model":"m","messages":[{"role":"user","content":"{{content}}"},{"role":"user","content":"{{new string('x', 200_000)}}"}]}""");

        using var response = await gateway.PostAsync(new WithoutLength([.. "\uFEFF"u8, .. body]));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(body)!["messages"], Assert.Single(provider.Requests)["messages"]));
    }

    [Theory]
    [InlineData("""\ude00""")]
    [InlineData("""\ud83d""")]
    [InlineData("""\ud83dx\ude00""")]
    [InlineData("""\ud83d\ud83d\ude00""")]
    [InlineData("""\ud83d\n""")]
    public async Task Half_a_character_is_refused(string content)
    {
        await using var gateway = await RunningGateway.ForProviderAsync(new Uri("http://127.0.0.1:9/v1"));

        using var response = await gateway.PostAsync($$"""{"model":"m","messages":[{"role":"user","content":"{{content}}"}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("model", 2_000, "model")]
    [InlineData("messages", 17_000, "messages")]
    [InlineData("stream_options", 5_000, "stream_options")]
    [InlineData("names", 66_000, null)]
    [InlineData("properties", 1_100, null)]
    [InlineData("name", 2_000, null)]
    public async Task What_the_gateway_would_have_to_keep_besides_the_body_is_bounded(string what, int count, string? parameter)
    {
        await using var provider = Json(Completion);
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);
        var text = new string('x', count);
        var body = new JsonObject { ["model"] = "m", ["messages"] = new JsonArray(new JsonObject { ["role"] = "user" }) };
        switch (what)
        {
            case "model":
                body[what] = text;
                break;
            case "messages":
                body[what] = new JsonArray([.. Enumerable.Range(0, count).Select(_ => new JsonObject { ["role"] = "user" })]);
                break;
            case "stream_options":
                body[what] = new JsonObject { ["x"] = text };
                break;
            case "names":
                body["x"] = new JsonObject(Enumerable.Range(0, count).Select(i => KeyValuePair.Create($"{i}", (JsonNode?)null)));
                break;
            case "properties":
                body = new JsonObject([.. body.DeepClone().AsObject().Select(property => KeyValuePair.Create(property.Key, property.Value?.DeepClone())), .. Enumerable.Range(0, count).Select(i => KeyValuePair.Create($"{i}", (JsonNode?)null))]);
                break;
            case "name":
                body["x"] = new JsonObject { [text] = 1 };
                break;
        }

        using var response = await gateway.PostAsync(body.ToJsonString());

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(parameter, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["param"]);
        Assert.Empty(provider.Requests);
    }

    [Fact]
    public async Task One_request_more_than_may_be_served_at_a_time_is_refused_until_one_is_done()
    {
        var go = new TaskCompletionSource();
        var asked = new SemaphoreSlim(0);
        await using var provider = new ScriptedProvider(async (_, stream) =>
        {
            asked.Release();
            await go.Task;
            await SendJsonAsync(stream, Completion);
        });
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address, "--Gateway:MaxConcurrentRequests=2");
        Task<HttpResponseMessage>[] served = [gateway.AskAsync(), gateway.AskAsync()];
        await asked.WaitAsync();
        await asked.WaitAsync();

        using (var refused = await gateway.AskAsync())
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
            Assert.Equal("gateway_busy", (string?)JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["error"]!["code"]);
        }

        go.SetResult();
        foreach (var response in await Task.WhenAll(served))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            response.Dispose();
        }

        using var next = await gateway.AskAsync();
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Theory]
    [InlineData("--Gateway:MaxConcurrentRequests=0", "MaxConcurrentRequests must be at least 1")]
    [InlineData("--Gateway:ShutdownGrace=20", "ShutdownGrace must be from 00:00:00 to 01:00:00")]
    public void What_is_wrong_with_the_bounds_is_told_at_the_start(string setting, string told)
    {
        var wrong = Assert.Throws<OptionsValidationException>(() => GatewayApp.Create(["--provider", "http://x/v1", setting]));

        Assert.Contains(told, Assert.Single(wrong.Failures), StringComparison.Ordinal);
    }
}
