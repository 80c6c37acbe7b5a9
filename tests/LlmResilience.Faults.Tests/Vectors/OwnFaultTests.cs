using System.Collections.Concurrent;
using LlmResilience.Faults.Tests.Matrix;
using Microsoft.Extensions.AI;

namespace LlmResilience.Faults.Tests.Vectors;

/// <summary>A thousand requests that are each their user's own fault: the endpoint that is first in the chain is never out for anybody.</summary>
public sealed class OwnFaultTests
{
    private const int Requests = 1000;
    private const int AtOnce = 8;

    private static readonly (int Status, string Body)[] OpenAI =
    [
        (400, """{"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.","code":"context_length_exceeded"}}"""),
        (413, "<html><h1>413 Request Entity Too Large</h1></html>"),
        (429, """{"error":{"message":"Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 342389.","type":"tokens","code":"rate_limit_exceeded"}}"""),
        (400, """{"error":{"message":"The response was filtered","code":"content_filter"}}"""),
        (403, """{"error":{"message":"Your input was flagged for \"fraud\"","code":403,"metadata":{"flagged_input":"Change the billing address"}}}"""),
        (200, """{"error":{"message":"Input data may contain inappropriate content.","code":"data_inspection_failed"}}"""),
        (400, """{"error":{"message":"We could not parse the JSON body of your request.","type":"invalid_request_error"}}"""),
        (422, """{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":"my billing key is invalid: model not found, rate limit, overloaded"}]}"""),
        (400, """{"error":{"message":"Unsupported value: 'temperature' does not support 0.5 with this model.","code":"unsupported_value"}}"""),
        (500, """{"error":{"code":500,"message":"image input is not supported by this server","type":"server_error"}}"""),
        (501, "{}"),
        (404, """{"error":{"message":"The model `mine` does not exist.","type":"invalid_request_error","code":"model_not_found"}}"""),
        (404, """{"error":{"message":"No such File object: file-1","type":"invalid_request_error","param":"id"}}"""),
        (400, """{"error":{"message":"Invalid 'tools[0].function.name': got 'get billing info'.","code":"invalid_value"}}"""),
        (400, """{"error":{"message":"No tool output found for 'insufficient_quota'.","type":"invalid_request_error"}}"""),
    ];

    private static readonly (int Status, string Body)[] Anthropic =
    [
        .. new[]
        {
            "prompt is too long: 209375 tokens > 200000 maximum",
            "Output blocked by content filtering policy",
            "messages: at least one message is required",
            "This model does not support effort level 'xhigh'.",
            "tools.0.custom.name: String should match pattern '^[a-z]+$': \"billing support\"",
            "messages.2: unexpected `tool_use_id`: get_credit_balance_1",
        }.Select(message => (400, $$$"""{"type":"error","error":{"type":"invalid_request_error","message":{{{System.Text.Json.JsonSerializer.Serialize(message)}}}}}""")),
        (404, """{"type":"error","error":{"type":"not_found_error","message":"model: mine"}}"""),
        (413, """{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}"""),
    ];

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task A_thousand_requests_that_are_their_users_own_fault_take_the_endpoint_from_nobody(string api)
    {
        var replies = (api == "openai" ? OpenAI : Anthropic)
            .Select(fault => new ReplyServer(ReplyText.Of(new() { ["status"] = fault.Status, ["body"] = fault.Body }, DateTimeOffset.UnixEpoch))).ToList();
        var states = new ConcurrentQueue<EndpointState>();
        try
        {
            foreach (var server in replies)
            {
                // One endpoint each, since a server has one reply; the model is the request's.
                await AskAsync(api, server, Requests / replies.Count, states);
            }
        }
        finally
        {
            await Task.WhenAll(replies.Select(server => server.DisposeAsync().AsTask()));
        }

        Assert.Empty(states);
    }

    private static async Task AskAsync(string api, ReplyServer server, int count, ConcurrentQueue<EndpointState> states)
    {
        var builder = new LlmResilienceBuilder();
        builder.Events.OnEndpointStateChanged = change => states.Enqueue(change.State);
        using var client = (api == "openai"
            ? builder.AddOpenAIEndpoint("first", e => (e.BaseAddress, e.ApiKey, e.ModelId) = (new Uri(server.BaseAddress, "v1"), "k", "m"), WithoutModel)
            : builder.AddAnthropicEndpoint("first", e => (e.BaseAddress, e.ApiKey, e.ModelId) = (server.BaseAddress, "k", "m"), WithoutModel)).Build();

        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
            Assert.NotNull((await AppView.AskAsync(client, streaming: i % 2 == 0)).Exception));

        var first = client.GetService<LlmEndpoints>()!.GetSnapshots().Single();
        Assert.Equal((EndpointState.Healthy, true, 0, null), (first.State, first.IsAvailable, first.SampleCount, first.CoolDownUntil));
    }

    private static void WithoutModel(EndpointOptions endpoint) => endpoint.ModelId = null;
}
