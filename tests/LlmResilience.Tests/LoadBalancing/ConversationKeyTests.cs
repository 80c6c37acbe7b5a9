using LlmResilience.LoadBalancing;
using Microsoft.Extensions.AI;

namespace LlmResilience.Tests.LoadBalancing;

/// <summary>The same number at each turn of a conversation, and on every machine.</summary>
public sealed class ConversationKeyTests
{
    private static readonly List<ChatMessage> FirstTurn = [new(ChatRole.System, "Be kind."), new(ChatRole.User, "Hello")];

    [Fact]
    public void Later_turns_have_the_key_of_the_first()
    {
        List<ChatMessage> later = [.. FirstTurn, new(ChatRole.Assistant, "Hi!"), new(ChatRole.User, "How are you?"), new(ChatRole.System, "Be brief.")];

        Assert.Equal(ConversationKey.Of(FirstTurn, options: null), ConversationKey.Of(later, options: null));
    }

    [Fact]
    public void Another_prompt_question_or_attachment_is_another_conversation()
    {
        var keys = new[]
        {
            ConversationKey.Of(FirstTurn, options: null),
            ConversationKey.Of([new(ChatRole.System, "Be rude."), new(ChatRole.User, "Hello")], options: null),
            ConversationKey.Of([new(ChatRole.System, "Be kind."), new(ChatRole.User, "Goodbye")], options: null),
            ConversationKey.Of([new(ChatRole.System, "Be kind.Hello")], options: null),
            ConversationKey.Of([new(ChatRole.User, "Hello")], options: null),
            ConversationKey.Of([new(ChatRole.User, "Hello")], new ChatOptions { Instructions = "Be kind." }),
            ConversationKey.Of([new(ChatRole.User, [new TextContent("Hello"), new DataContent(new byte[] { 1, 2 }, "image/png")])], options: null),
            ConversationKey.Of([new(ChatRole.User, [new TextContent("Hello"), new DataContent(new byte[] { 1, 3 }, "image/png")])], options: null),
            ConversationKey.Of([new(ChatRole.User, [new TextContent("Hello"), new UriContent("https://x.test/1.png", "image/png")])], options: null),
            ConversationKey.Of([new(ChatRole.User, [new TextContent("Hello"), new HostedFileContent("file-1")])], options: null),
            ConversationKey.Of([], options: null),
        };

        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void Names_of_every_length_have_keys_of_their_own()
        => Assert.Equal(2000, Enumerable.Range(0, 2000).Select(length => ConversationKey.Of(new string('x', length))).Distinct().Count());

    [Fact]
    public void Every_bit_of_the_key_depends_on_the_name()
    {
        var ones = new int[64];
        for (var i = 0; i < 4096; i++)
        {
            var changed = ConversationKey.Of($"user {i}") ^ ConversationKey.Of($"user {i + 1}");
            for (var bit = 0; bit < 64; bit++)
            {
                ones[bit] += (int)(changed >> bit) & 1;
            }
        }

        Assert.All(ones, count => Assert.InRange(count, 1848, 2248));
    }

    [Fact]
    public void A_key_costs_no_bytes()
    {
        _ = ConversationKey.Of(FirstTurn, options: null);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            _ = ConversationKey.Of(FirstTurn, options: null);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
