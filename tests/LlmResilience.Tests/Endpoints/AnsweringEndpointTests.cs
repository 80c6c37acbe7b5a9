using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Endpoints;

/// <summary>An answer tells which endpoint it is from.</summary>
public sealed class AnsweringEndpointTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_answer_tells_which_endpoint_it_is_from(bool streaming)
    {
        using var chain = new TestChain().Endpoint("a", Script.Throw(new IOException()), Script.Answer("a")).Endpoint("b", Script.Answer("b"));

        Assert.Equal(new AnsweringEndpoint("b", 2), (await chain.Client.AskAsync(streaming)).GetLlmEndpoint());
        Assert.Equal(new AnsweringEndpoint("a", 1), (await chain.Client.AskAsync(streaming)).GetLlmEndpoint());
        Assert.Null(new ChatResponse().GetLlmEndpoint());
    }

    [Fact]
    public async Task The_streams_first_update_tells_which_endpoint_it_is_from()
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("one two"));

        var (updates, _) = await chain.Client.GetStreamingResponseAsync("hi").CollectAsync();

        Assert.Equal(new AnsweringEndpoint("a", 1), updates[0].GetLlmEndpoint());
        Assert.Null(updates[1].GetLlmEndpoint());
    }

    [Fact]
    public async Task Which_endpoint_answered_survives_putting_a_stream_with_message_ids_together()
    {
        using var chain = new TestChain().Endpoint("a", Script.Updates(
            new ChatResponseUpdate(ChatRole.Assistant, "one") { MessageId = "m", ResponseId = "r" },
            new ChatResponseUpdate(ChatRole.Assistant, []) { MessageId = "m", ResponseId = "r", FinishReason = ChatFinishReason.Stop }));

        Assert.Equal(new AnsweringEndpoint("a", 1), (await chain.Client.AskAsync(streaming: true)).GetLlmEndpoint());
    }

    [Fact]
    public async Task Which_endpoint_answered_survives_a_cache()
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("one"));
        var response = await chain.Client.AskAsync(streaming: false);

        var json = System.Text.Json.JsonSerializer.Serialize(response, AIJsonUtilities.DefaultOptions);
        var cached = System.Text.Json.JsonSerializer.Deserialize<ChatResponse>(json, AIJsonUtilities.DefaultOptions)!;

        Assert.Equal(new AnsweringEndpoint("a", 1), cached.GetLlmEndpoint());
    }
}
