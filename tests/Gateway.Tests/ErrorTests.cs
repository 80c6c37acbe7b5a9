using System.ClientModel;
using System.Net;
using System.Text.Json.Nodes;
using Gateway.Tests.Hosting;
using static Gateway.Tests.Hosting.ScriptedProvider;

namespace Gateway.Tests;

/// <summary>Errors: the provider's status and words, in OpenAI's shape.</summary>
public sealed class ErrorTests
{
    [Theory]
    [InlineData(400, true)]
    [InlineData(400, false)]
    [InlineData(401, true)]
    [InlineData(404, false)]
    [InlineData(429, true)]
    [InlineData(429, false)]
    [InlineData(500, true)]
    [InlineData(503, false)]
    public async Task The_providers_error_arrives_with_its_status_and_all_it_says(int status, bool stream)
    {
        await using var provider = Json("""{"error":{"message":"Because.","type":"t","code":"c","param":"p","inner":{"a":1}}}""", status, "Retry-After: 7\r\n");
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);

        using var response = await gateway.AskAsync(stream: stream);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        var error = await ReadErrorAsync(response);
        Assert.Equal(("Because.", "t", "c", "p", 1), ((string?)error["message"], (string?)error["type"], (string?)error["code"], (string?)error["param"], (int?)error["inner"]!["a"]));
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 6, 7);
    }

    [Theory]
    [InlineData("""{"detail":"x"}""")]
    [InlineData("<html>proxy</html>")]
    [InlineData("")]
    [InlineData("{\"error\":")]
    public async Task An_error_without_words_still_has_the_shape(string body)
    {
        await using var provider = Json(body, 502);
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);

        using var response = await gateway.AskAsync(stream: true);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("The provider answered with status 502.", (string?)(await ReadErrorAsync(response))["message"]);
    }

    [Fact]
    public async Task OpenAIs_client_understands_it()
    {
        await using var provider = Json("""{"error":{"message":"Too long.","code":"bad"}}""", 400);
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);

        var failed = await Assert.ThrowsAsync<ClientResultException>(() => gateway.CreateSdkClient().CompleteChatAsync("Hi"));

        Assert.Equal(400, failed.Status);
        Assert.Contains("Too long.", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_an_endpoint_cools_down_the_gateway_answers_for_it()
    {
        await using var provider = Json("""{"error":{"message":"Slow down."}}""", 429, "Retry-After: 60\r\n");
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);
        using var first = await gateway.AskAsync();

        using var second = await gateway.AskAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.InRange(second.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 50, 60);
        Assert.Equal("rate_limited", (string?)(await ReadErrorAsync(second))["code"]);
        Assert.Single(provider.Requests);
    }

    [Fact]
    public async Task Of_several_failures_the_temporary_one_is_told_with_the_whole_trail()
    {
        await using var provider = new ScriptedProvider((request, stream) => (string?)request["model"] == "a"
            ? SendJsonAsync(stream, """{"error":{"message":"Busy."}}""", 503)
            : SendJsonAsync(stream, """{"error":{"message":"No such model."}}""", 404));
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);

        using var response = await gateway.AskAsync("a", more: """ "fallbacks":["b"], """);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("2", response.Headers.GetValues("x-llm-attempts").Single());
        var error = await ReadErrorAsync(response);
        Assert.Equal("Busy.", (string?)error["message"]);
        Assert.Equal(["a Overloaded", "b NotFound"], error["attempts"]!.AsArray().Select(attempt => $"{attempt!["endpoint"]} {attempt["kind"]}"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_provider_that_is_down_is_a_bad_gateway_and_one_that_is_silent_a_gateway_timeout(bool stream)
    {
        await using var provider = new ScriptedProvider((_, socket) => WaitForCloseAsync(socket));
        await using var silent = await RunningGateway.ForProviderAsync(provider.Address, Limits(200));
        await using var down = await RunningGateway.ForProviderAsync(new Uri("http://127.0.0.1:9/v1"));

        using var late = await silent.AskAsync(stream: stream);
        using var refused = await down.AskAsync(stream: stream);

        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
        Assert.Equal(stream ? "first_token_timeout" : "response_timeout", (string?)(await ReadErrorAsync(late))["code"]);
        Assert.Equal(HttpStatusCode.BadGateway, refused.StatusCode);
        Assert.Equal("connection_failed", (string?)(await ReadErrorAsync(refused))["code"]);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("{", null)]
    [InlineData("[]", null)]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}]}""", "model")]
    [InlineData("""{"model":1,"messages":[{"role":"user","content":"Hi"}]}""", "model")]
    [InlineData("""{"model":" ","messages":[{"role":"user","content":"Hi"}]}""", "model")]
    [InlineData("""{"model":"m"}""", "messages")]
    [InlineData("""{"model":"m","messages":[]}""", "messages")]
    [InlineData("""{"model":"m","messages":["Hi"]}""", "messages")]
    [InlineData("""{"model":"m","messages":[{"content":"Hi"}]}""", "messages")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":"yes"}""", "stream")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi"}],"n":2}""", "n")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi"}],"fallbacks":"b"}""", "fallbacks")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi"}],"fallbacks":[""]}""", "fallbacks")]
    [InlineData("""{"model":"m","model":"n","messages":[{"role":"user","content":"Hi"}]}""", null)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"\ud800"}]}""", null)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi","name":"\ud800"}]}""", null)]
    [InlineData("""{"model":"m","user":"\ud800","messages":[{"role":"user","content":"Hi"}]}""", null)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi"}],"tools":[{"a":{"name":1,"n\u0061me":2}}]}""", null)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi"}],"x":{"\ud800":1}}""", null)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi"}]} {}""", null)]
    [InlineData("""{"model":"m","messages":{"role":"user","content":"Hi"}}""", "messages")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi"}],"fallbacks":[1]}""", "fallbacks")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi"}],"stream_options":{"include_usage":1}}""", "stream_options")]
    public async Task A_malformed_request_is_refused_and_never_sent(string body, string? parameter)
    {
        await using var provider = Json("{}");
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address);

        using var response = await gateway.PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = await ReadErrorAsync(response);
        Assert.Equal(("invalid_request_error", parameter), ((string?)error["type"], (string?)error["param"]));
        Assert.NotEqual("", (string?)error["message"] ?? "");
        Assert.Empty(provider.Requests);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        await using var provider = Json("{}");
        await using var gateway = await RunningGateway.ForProviderAsync(provider.Address, "--Gateway:MaxRequestBytes=1000");

        using var response = await gateway.AskAsync(more: $""" "user":"{new string('x', 2000)}", """);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("invalid_request_error", (string?)(await ReadErrorAsync(response))["type"]);
    }

    [Theory]
    [InlineData("GET", "v1/chat/completions", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "v1/nothing", HttpStatusCode.NotFound)]
    public async Task Other_addresses_are_told_in_the_same_shape(string method, string path, HttpStatusCode status)
    {
        await using var gateway = await RunningGateway.ForProviderAsync(new Uri("http://127.0.0.1:9/v1"));

        using var response = await gateway.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(status, response.StatusCode);
        Assert.NotNull((await ReadErrorAsync(response))["message"]);
    }

    internal static string[] Limits(int milliseconds) =>
    [
        .. new[] { "FirstToken", "FirstTokenAtLastEndpoint", "BetweenTokens", "Response", "ResponseAtLastEndpoint" }
            .Select(timeout => $"--LlmResilience:EndpointDefaults:Timeouts:{timeout}={TimeSpan.FromMilliseconds(milliseconds)}"),
    ];

    private static async Task<JsonNode> ReadErrorAsync(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;
}
