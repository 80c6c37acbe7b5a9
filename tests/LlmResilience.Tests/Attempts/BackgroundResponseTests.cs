#pragma warning disable MEAI001 // What these tests are about.
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Attempts;

/// <summary>A job that goes on at the provider is an answer without content, and is begun once.</summary>
public sealed class BackgroundResponseTests
{
    private static readonly ResponseContinuationToken Token = ResponseContinuationToken.FromBytes(new byte[] { 1, 2, 3 });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_without_content_is_an_answer_and_is_asked_for_once(bool allowed)
    {
        var (client, backup) = (new Jobs(), new FakeChatClient(Script.Answer("elsewhere")));
        using var chain = new TestChain().Endpoint("a", client, endpoint => endpoint.RequireFinishReason = FinishReasonRequirement.Always).Endpoint("b", backup);

        var response = await chain.Client.GetResponseAsync("begin", new ChatOptions { AllowBackgroundResponses = allowed }, TestContext.Current.CancellationToken);

        Assert.Equal(Token.ToBytes().ToArray(), response.ContinuationToken!.ToBytes().ToArray());
        Assert.Equal((1, 0), (client.Calls, backup.Calls));
        Assert.Equal(1, chain["a"].SampleCount);
        Assert.Equal(0, chain["a"].FailureRatio);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_ends_with_a_token_and_no_content_is_whole(bool allowed)
    {
        var client = new FakeChatClient(Script.Updates(Queued(null), Queued(Token)));
        var backup = new FakeChatClient(Script.Answer("elsewhere"));
        using var chain = new TestChain().Endpoint("a", client, endpoint => endpoint.RequireFinishReason = FinishReasonRequirement.Always).Endpoint("b", backup);

        var (updates, exception) = await chain.Client
            .GetStreamingResponseAsync("begin", new ChatOptions { AllowBackgroundResponses = allowed }, TestContext.Current.CancellationToken).CollectAsync();

        Assert.Null(exception);
        Assert.Equal([null, Token], updates.Select(update => update.ContinuationToken));
        Assert.Equal("a", updates[0].GetLlmEndpoint()!.Name);
        Assert.Equal((1, 0), (client.Calls, backup.Calls));
        Assert.Equal(0, chain["a"].FailureRatio);
        Assert.Equal(0, chain["a"].ActiveAttempts);
    }

    [Fact]
    public async Task An_ordinary_stream_with_tokens_is_held_until_its_content_and_may_go_elsewhere()
    {
        using var chain = new TestChain()
            .Endpoint("a", Script.Updates(Queued(Token), Queued(Token)).ThenThrow(new IOException()))
            .Endpoint("b", Script.Updates(Queued(Token)).Text("well").Finish());

        var (updates, exception) = await chain.Client.GetStreamingResponseAsync("ask", cancellationToken: TestContext.Current.CancellationToken).CollectAsync();

        Assert.Null(exception);
        Assert.Equal("well", updates.ToChatResponse().Text);
        Assert.Equal(3, updates.Count);
    }

    [Fact]
    public async Task A_stream_whose_token_comes_before_updates_that_have_none_is_still_empty()
    {
        using var chain = new TestChain().Endpoint("a", Script.Updates(Queued(Token), Queued(null))).Endpoint("b", Script.Answer("well"));

        Assert.Equal("well", (await chain.Client.AskAsync(streaming: true)).Text);
    }

    [Fact]
    public async Task A_job_that_the_app_allowed_is_not_begun_again_elsewhere_once_its_token_is_there()
    {
        var backup = new FakeChatClient(Script.Answer("elsewhere"));
        using var chain = new TestChain().Endpoint("a", Script.Updates(Queued(Token)).ThenHang()).Endpoint("b", backup);

        var collecting = chain.Client
            .GetStreamingResponseAsync("begin", new ChatOptions { AllowBackgroundResponses = true }, TestContext.Current.CancellationToken).CollectAsync();
        await chain.Clock.WaitForTimerWithinAsync(TimeSpan.FromMinutes(1));
        chain.Clock.Advance(TimeSpan.FromMinutes(2));
        var (updates, exception) = await collecting;

        Assert.IsType<StreamStalledException>(exception);
        Assert.NotNull(Assert.Single(updates).ContinuationToken);
        Assert.Equal(0, backup.Calls);
    }

    [Fact]
    public async Task Text_that_is_cut_is_no_whole_answer_for_the_token_at_its_end()
    {
        var cut = new ChatResponseUpdate(ChatRole.Assistant, "half an ans") { ContinuationToken = Token };
        using var chain = new TestChain().Endpoint("a", new FakeChatClient(Script.Updates(cut)), endpoint => endpoint.RequireFinishReason = FinishReasonRequirement.Always);

        var (_, exception) = await chain.Client.GetStreamingResponseAsync("ask", cancellationToken: TestContext.Current.CancellationToken).CollectAsync();

        Assert.Equal("half an ans", Assert.IsType<StreamInterruptedException>(exception).PartialText);
    }

    private static ChatResponseUpdate Queued(ResponseContinuationToken? token) => new(ChatRole.Assistant, []) { ResponseId = "job", ContinuationToken = token };

    private sealed class Jobs : IChatClient
    {
        public int Calls { get; private set; }

        public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Calls++;
            await Task.Yield();
            return new ChatResponse { ContinuationToken = Token };
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
            => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
