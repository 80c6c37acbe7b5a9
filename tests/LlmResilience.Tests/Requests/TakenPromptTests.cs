using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Requests;

/// <summary>What the app passed is taken at the call: what it, or a client, does to its list or options later changes no attempt.</summary>
public sealed class TakenPromptTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_later_change_by_the_app_changes_no_later_attempt(bool streaming)
    {
        var gate = new TaskCompletionSource();
        var backup = new FakeChatClient(Script.Answer("well"));
        using var chain = new TestChain().Endpoint("a", new Script().Then((_, _) => gate.Task).ThenThrow(new IOException())).Endpoint("b", backup);
        List<ChatMessage> messages = [new(ChatRole.User, "asked"), new(ChatRole.User, "too")];
        ChatMessage[] asked = [.. messages];
        var options = new ChatOptions { Temperature = 0.5f, StopSequences = ["stop"] };

        var answer = Ask(chain.Client, messages, options, streaming);
        ChangeAll(messages, options);
        gate.SetResult();

        Assert.Equal("well", (await answer).Text);
        Assert.Equal(asked, backup.Received[0].Messages);
        Assert.Equal(0.5f, backup.Received[0].Options!.Temperature);
        Assert.Equal(["stop"], backup.Received[0].Options!.StopSequences);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_reads_the_list_late_finds_it_as_it_was_at_the_call(bool streaming)
    {
        var late = new LateReader();
        using var chain = new TestChain().Endpoint("a", late);
        List<ChatMessage> messages = [new(ChatRole.User, "asked")];
        ChatMessage[] asked = [.. messages];

        var answer = Ask(chain.Client, messages, options: null, streaming);
        messages.Clear();
        late.Gate.SetResult();
        await answer;

        Assert.Equal(asked, late.Read);
    }

    [Fact]
    public async Task A_stream_asks_what_it_was_called_with_however_late_it_is_enumerated()
    {
        var client = new FakeChatClient(Script.Answer("well"));
        using var chain = new TestChain().Endpoint("a", client);
        List<ChatMessage> messages = [new(ChatRole.User, "asked")];
        ChatMessage[] asked = [.. messages];
        var options = new ChatOptions { Temperature = 0.5f };

        var stream = chain.Client.GetStreamingResponseAsync(messages, options, TestContext.Current.CancellationToken);
        ChangeAll(messages, options);
        await stream.ToChatResponseAsync(TestContext.Current.CancellationToken);
        await stream.ToChatResponseAsync(TestContext.Current.CancellationToken);

        Assert.All(client.Received, call => Assert.Equal(asked, call.Messages));
        Assert.All(client.Received, call => Assert.Equal(0.5f, call.Options!.Temperature));
        Assert.Equal(2, client.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_during_a_retrys_delay_or_after_an_endpoint_that_was_out_changes_nothing(bool streaming)
    {
        var client = new FakeChatClient(Script.Answer("first"), Script.Throw(new IOException()), Script.Answer("well"));
        using var chain = new TestChain()
            .Endpoint("out", Script.Answer("never"))
            .Endpoint("a", client, endpoint => endpoint.Retry.MaxRetryAttempts = 1);
        chain.Endpoints.Drain("out");
        await chain.Client.AskAsync(streaming);
        List<ChatMessage> messages = [new(ChatRole.User, "asked")];
        ChatMessage[] asked = [.. messages];

        var answer = Ask(chain.Client, messages, options: null, streaming);
        await chain.Clock.WaitForTimerWithinAsync(TimeSpan.FromSeconds(5));
        messages.Clear();
        chain.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("well", (await answer).Text);
        Assert.Equal(asked, client.Received[2].Messages);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_endpoint_that_has_answered_at_once_and_then_waits_changes_nothing_for_the_next(bool streaming)
    {
        var gate = new TaskCompletionSource();
        var backup = new FakeChatClient(Script.Answer("well"));
        using var chain = new TestChain()
            .Endpoint("a", Script.Answer("at once"), new Script().Then((_, _) => gate.Task).ThenThrow(new IOException()))
            .Endpoint("b", backup);
        List<ChatMessage> messages = [new(ChatRole.User, "asked")];
        ChatMessage[] asked = [.. messages];
        var options = new ChatOptions { Temperature = 0.5f };
        await Ask(chain.Client, messages, options, streaming);

        var answer = Ask(chain.Client, messages, options, streaming);
        ChangeAll(messages, options);
        gate.SetResult();

        Assert.Equal("well", (await answer).Text);
        Assert.Equal(asked, backup.Received[0].Messages);
        Assert.Equal(0.5f, backup.Received[0].Options!.Temperature);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_appends_changes_neither_the_apps_list_nor_another_attempts(bool streaming)
    {
        var backup = new FakeChatClient(Script.Answer("well"));
        using var chain = new TestChain().Endpoint("a", new Appender()).Endpoint("b", backup);
        List<ChatMessage> messages = [new(ChatRole.User, "asked")];
        ChatMessage[] asked = [.. messages];
        var options = new ChatOptions { Temperature = 0.5f };

        await Ask(chain.Client, messages, options, streaming);

        Assert.Equal(asked, messages);
        Assert.Equal(asked, backup.Received[0].Messages);
        Assert.Equal(0.5f, options.Temperature);
        Assert.Equal(0.5f, backup.Received[0].Options!.Temperature);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_array_of_the_apps_is_taken_as_well(bool streaming)
    {
        var gate = new TaskCompletionSource();
        var backup = new FakeChatClient(Script.Answer("well"));
        using var chain = new TestChain().Endpoint("a", new Script().Then((_, _) => gate.Task).ThenThrow(new IOException())).Endpoint("b", backup);
        var asked = new ChatMessage(ChatRole.User, "asked");
        ChatMessage[] messages = [asked];

        var answer = Ask(chain.Client, messages, options: null, streaming);
        messages[0] = new ChatMessage(ChatRole.User, "changed");
        gate.SetResult();
        await answer;

        Assert.Same(asked, backup.Received[0].Messages[0]);
    }

    [Fact]
    public void An_answer_that_is_there_at_once_costs_no_byte_for_the_prompt()
    {
        using var client = new AtOnce().WithLlmResilience(llm => llm.AddEndpoint("backup", new AtOnce()));
        List<ChatMessage> one = [new(ChatRole.User, "hi")];
        List<ChatMessage> many = [.. Enumerable.Repeat(one[0], 50)];
        Assert.True(BytesOf(one) > 0);

        Assert.Equal(BytesOf(one), BytesOf(many));

        // The least of several rounds: the runtime compiles what is hot anew, and a call in between may cost more.
        long BytesOf(List<ChatMessage> messages) => Enumerable.Range(0, 5).Min(_ => BytesOfRound(messages));

        long BytesOfRound(List<ChatMessage> messages)
        {
            const int Calls = 1000;
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Calls; i++)
            {
                _ = client.GetResponseAsync(messages, cancellationToken: TestContext.Current.CancellationToken);
            }

            return (GC.GetAllocatedBytesForCurrentThread() - before) / Calls;
        }
    }

    private static Task<ChatResponse> Ask(ResilientChatClient client, IEnumerable<ChatMessage> messages, ChatOptions? options, bool streaming)
        => streaming
            ? client.GetStreamingResponseAsync(messages, options, TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken)
            : client.GetResponseAsync(messages, options, TestContext.Current.CancellationToken);

    private static void ChangeAll(List<ChatMessage> messages, ChatOptions options)
    {
        messages.Clear();
        messages.Add(new ChatMessage(ChatRole.User, "changed"));
        options.Temperature = 1;
        options.StopSequences?.Clear();
    }

    private abstract class Client : IChatClient
    {
        public abstract Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default);

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
            {
                yield return update;
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    /// <summary>Looks at its messages only after it has waited, as a cache does that asks the network first.</summary>
    private sealed class LateReader : Client
    {
        public TaskCompletionSource Gate { get; } = new();

        public IReadOnlyList<ChatMessage> Read { get; private set; } = [];

        public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            await Gate.Task;
            Read = [.. messages];
            return Well();
        }
    }

    /// <summary>Adds to its list, if that lets it, changes its options and fails.</summary>
    private sealed class Appender : Client
    {
        public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            if (messages is ICollection<ChatMessage> { IsReadOnly: false } list)
            {
                list.Add(new ChatMessage(ChatRole.System, "of the client's own"));
            }

            options!.Temperature = 1;
            throw new IOException();
        }
    }

    private sealed class AtOnce : Client
    {
        private readonly Task<ChatResponse> _response = Task.FromResult(Well());

        public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
            => _response;
    }

    private static ChatResponse Well() => new(new ChatMessage(ChatRole.Assistant, "well")) { FinishReason = ChatFinishReason.Stop };
}
