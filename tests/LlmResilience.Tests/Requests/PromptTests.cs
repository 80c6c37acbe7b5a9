using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Requests;

/// <summary>What the app asks arrives at every endpoint as it is, however odd.</summary>
public sealed class PromptTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_that_contain_null_are_the_clients_to_refuse_and_are_not_counted_for_the_prompts_length(bool streaming)
    {
        var client = new FakeChatClient(Script.Answer("well"));
        using var chain = new TestChain().Endpoint("a", client, endpoint => endpoint.Timeouts.FirstTokenPerInputToken = TimeSpan.FromMilliseconds(1));
        List<ChatMessage> messages = [null!, new(ChatRole.User, [null!, new TextContent("hi")]), null!];

        var response = streaming
            ? await chain.Client.GetStreamingResponseAsync(messages).ToChatResponseAsync(TestContext.Current.CancellationToken)
            : await chain.Client.GetResponseAsync(messages, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("well", response.Text);
        Assert.Equal(3, client.Received[0].Messages.Count);
        Assert.Equal(0, chain["a"].ActiveAttempts);
    }

    [Theory]
    [InlineData(true, 1, 1_000_000)]
    [InlineData(false, 1, 1_000_000)]
    [InlineData(true, 10_000, 100)]
    [InlineData(false, 10_000, 100)]
    [InlineData(true, 0, 0)]
    [InlineData(false, 0, 0)]
    public async Task Prompts_of_any_size_arrive_whole_at_every_endpoint(bool streaming, int count, int length)
    {
        var failing = new FakeChatClient(Script.Throw(new IOException()));
        var backup = new FakeChatClient(Script.Answer("well"));
        using var chain = new TestChain().Endpoint("a", failing).Endpoint("b", backup);
        var messages = Enumerable.Range(0, count).Select(i => new ChatMessage(ChatRole.User, new string((char)('a' + (i % 26)), length))).ToList();

        var response = streaming
            ? await chain.Client.GetStreamingResponseAsync(messages).ToChatResponseAsync(TestContext.Current.CancellationToken)
            : await chain.Client.GetResponseAsync(messages, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("well", response.Text);
        Assert.Equal(messages, failing.Received[0].Messages);
        Assert.Equal(messages, backup.Received[0].Messages);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lazy_sequence_of_messages_is_read_once_for_all_attempts(bool streaming)
    {
        var reads = 0;
        using var chain = new TestChain().Endpoint("a", Script.Throw(new IOException())).Endpoint("b", Script.Answer("well"));

        var response = streaming
            ? await chain.Client.GetStreamingResponseAsync(Messages()).ToChatResponseAsync(TestContext.Current.CancellationToken)
            : await chain.Client.GetResponseAsync(Messages(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("well", response.Text);
        Assert.Equal(1, reads);

        IEnumerable<ChatMessage> Messages()
        {
            reads++;
            yield return new ChatMessage(ChatRole.User, "hi");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_endpoint_gets_its_own_model_and_its_own_copy_of_the_options(bool streaming)
    {
        var first = new FakeChatClient(Script.Throw(new IOException()));
        var second = new FakeChatClient(Script.Answer("well"));
        using var chain = new TestChain()
            .Endpoint("a", first, endpoint => endpoint.ModelId = "model-a")
            .Endpoint("b", second, endpoint => endpoint.ModelId = "model-b");
        var options = new ChatOptions { ModelId = "asked", Temperature = 0.5f };

        await chain.Client.AskAsync(streaming, options: options);
        await chain.Client.AskAsync(streaming);

        Assert.Equal("asked", options.ModelId);
        Assert.Equal("model-a", first.Received[0].Options!.ModelId);
        Assert.Equal("model-b", second.Received[0].Options!.ModelId);
        Assert.Equal(0.5f, second.Received[0].Options!.Temperature);
        Assert.NotSame(options, second.Received[0].Options);
        Assert.Equal("model-b", second.Received[1].Options!.ModelId);
    }
}
