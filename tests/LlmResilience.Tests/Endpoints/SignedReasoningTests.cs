using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.Endpoints;

/// <summary>Reasoning that a provider has signed goes back to the endpoint that it came from, and to no other.</summary>
public sealed class SignedReasoningTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Signed_reasoning_goes_back_to_where_it_came_from_and_is_left_out_elsewhere(bool streaming, bool stored)
    {
        var first = new FakeChatClient(Thinking(), Script.Throw(new IOException()));
        var second = new FakeChatClient(Script.Answer("well"));
        using var chain = new TestChain().Endpoint("a", first).Endpoint("b", second);
        var answer = await chain.Client.AskAsync(streaming);
        List<ChatMessage> history = [new(ChatRole.User, "hi"), .. stored ? Store(answer.Messages) : answer.Messages, new(ChatRole.User, "go on")];

        var response = await AskAsync(chain.Client, history, streaming);

        Assert.Equal("well", response.Text);
        Assert.Equal("signature", Assert.Single(ReasoningOf(first.Received[1].Messages)).ProtectedData);
        Assert.Empty(ReasoningOf(second.Received[0].Messages));
        Assert.Equal(["hi", "said", "go on"], second.Received[0].Messages.Select(message => message.Text));

        // The app's own messages are what they were.
        Assert.Equal("thought", Assert.Single(ReasoningOf(history)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pieces_of_a_stream_that_nobody_put_together_are_left_out_as_a_whole_block(bool stored)
    {
        var (first, second) = (new FakeChatClient(Thinking(), Script.Throw(new IOException())), new FakeChatClient(Script.Answer("well")));
        using var chain = new TestChain().Endpoint("a", first).Endpoint("b", second);
        var (updates, _) = await chain.Client.GetStreamingResponseAsync("hi", cancellationToken: TestContext.Current.CancellationToken).CollectAsync();
        ChatMessage[] answer = [new(ChatRole.Assistant, [.. updates.SelectMany(update => update.Contents)])];

        await AskAsync(chain.Client, stored ? Store(answer) : answer, streaming: false);

        Assert.Equal(3, ReasoningOf(first.Received[1].Messages).Count());
        Assert.Empty(ReasoningOf(second.Received[0].Messages));
    }

    [Fact]
    public async Task Every_block_of_an_answer_that_thinks_between_its_words_is_known_again()
    {
        var (first, second) = (
            new FakeChatClient(Thinking().Text("and").Update(Update(new TextReasoningContent("more")), Update(Signature("second"))).Text("done").Finish(), Script.Throw(new IOException())),
            new FakeChatClient(Script.Answer("well")));
        using var chain = new TestChain().Endpoint("a", first).Endpoint("b", second);
        var answer = await chain.Client.AskAsync(streaming: true);

        await AskAsync(chain.Client, Store(answer.Messages), streaming: true);

        Assert.Equal(["signature", "second"], ReasoningOf(first.Received[1].Messages).Select(reasoning => reasoning.ProtectedData));
        Assert.Empty(ReasoningOf(second.Received[0].Messages));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_of_nothing_but_foreign_reasoning_is_left_out(bool streaming)
    {
        var client = new FakeChatClient(Script.Answer("well"));
        using var chain = new TestChain().Endpoint("b", client);
        ChatMessage[] history = [new(ChatRole.User, "hi"), new(ChatRole.Assistant, [Stamped("signature", "gone")]), new(ChatRole.User, "go on")];

        await AskAsync(chain.Client, history, streaming);

        Assert.Equal(["hi", "go on"], client.Received[0].Messages.Select(message => message.Text));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tool_calls_beside_foreign_reasoning_stay(bool streaming)
    {
        var client = new FakeChatClient(Script.Answer("well"));
        using var chain = new TestChain().Endpoint("b", client);
        var call = new FunctionCallContent("call_1", "look");
        ChatMessage[] history =
        [
            new(ChatRole.User, "hi"),
            new(ChatRole.Assistant, [Stamped("signature", "a"), call]) { AuthorName = "me" },
            new(ChatRole.Tool, [new FunctionResultContent("call_1", "seen")]),
        ];

        await AskAsync(chain.Client, history, streaming);

        var asked = client.Received[0].Messages;
        Assert.Same(call, Assert.Single(asked[1].Contents));
        Assert.Equal("me", asked[1].AuthorName);
        Assert.Same(history[2], asked[2]);
        Assert.Equal(2, history[1].Contents.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_not_known_to_be_foreign_goes_to_everybody_in_the_apps_own_messages(bool streaming)
    {
        var (first, second) = (new FakeChatClient(Script.Throw(new IOException())), new FakeChatClient(Script.Answer("well")));
        using var chain = new TestChain().Endpoint("a", first).Endpoint("b", second);
        ChatMessage[] history =
        [
            new(ChatRole.Assistant, [new TextReasoningContent("unsigned") { AdditionalProperties = new() { ["llm_resilience.endpoint"] = "elsewhere" } }, new TextContent("said")]),
            new(ChatRole.Assistant, [new TextReasoningContent("not ours") { ProtectedData = "signature" }]),
            new(ChatRole.Assistant, [new TextReasoningContent("odd") { ProtectedData = "signature", AdditionalProperties = new() { ["llm_resilience.endpoint"] = 7 } }]),
        ];

        await AskAsync(chain.Client, history, streaming);

        Assert.Equal(history, first.Received[0].Messages);
        Assert.Equal(history, second.Received[0].Messages);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Plain_text_carries_no_note(bool streaming)
    {
        using var chain = new TestChain().Endpoint("a", Script.Answer("some words"));

        var response = await chain.Client.AskAsync(streaming);

        Assert.All(response.Messages.SelectMany(message => message.Contents), content => Assert.Null(content.AdditionalProperties));
    }

    // As a provider streams it: the text in pieces, the signature at the end.
    private static Script Thinking()
        => Script.Updates(Update(new TextReasoningContent("tho")), Update(new TextReasoningContent("ught")), Update(Signature("signature"))).Text("said").Finish();

    private static TextReasoningContent Signature(string signature) => new(null) { ProtectedData = signature };

    private static TextReasoningContent Stamped(string signature, string endpoint)
        => new("thought") { ProtectedData = signature, AdditionalProperties = new() { ["llm_resilience.endpoint"] = endpoint } };

    private static ChatResponseUpdate Update(AIContent content) => new(ChatRole.Assistant, [content]);

    private static IEnumerable<TextReasoningContent> ReasoningOf(IEnumerable<ChatMessage> messages)
        => messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>();

    private static List<ChatMessage> Store(IEnumerable<ChatMessage> messages)
    {
        var json = JsonSerializer.Serialize(messages.ToList(), AIJsonUtilities.DefaultOptions);
        return JsonSerializer.Deserialize<List<ChatMessage>>(json, AIJsonUtilities.DefaultOptions)!;
    }

    private static async Task<ChatResponse> AskAsync(ResilientChatClient client, IEnumerable<ChatMessage> messages, bool streaming)
        => streaming
            ? await client.GetStreamingResponseAsync(messages).ToChatResponseAsync(CancellationToken.None)
            : await client.GetResponseAsync(messages, cancellationToken: CancellationToken.None);
}
