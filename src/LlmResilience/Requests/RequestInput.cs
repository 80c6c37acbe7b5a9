using LlmResilience.Chains;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience.Requests;

/// <summary>What the app asks. Until it is taken it is the app's own list and options, which it may change as soon as it runs again.</summary>
internal readonly struct RequestInput
{
    private RequestInput(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        Messages = messages;
        Options = options;
    }

    public IReadOnlyList<ChatMessage> Messages { get; }

    public ChatOptions? Options { get; }

    // What is taken is in an array, to which no client can append; an array of the app's own is copied at once. No request pays for a flag.
    private bool IsTaken => Messages is ChatMessage[];

    public static RequestInput Of(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        if (messages is IReadOnlyList<ChatMessage> list and not ChatMessage[])
        {
            return new RequestInput(list, options);
        }

        // Read once for all attempts: a lazy sequence may be costly, or not repeatable.
        return Take(messages, options);
    }

    /// <summary>How long the request may take, in clock ticks: what it says itself, else what its chain does; 0 for as long as it likes.</summary>
    public long TimeoutIn(Chain chain)
    {
        if (RequestProfile.TimeoutOf(Options) is not { } timeout)
        {
            return chain.Settings.RequestTimeout;
        }

        return timeout == Timeout.InfiniteTimeSpan ? 0 : timeout.Ticks;
    }

    /// <summary>When the time of the request is over, if it began then; <see cref="long.MaxValue"/> for never.</summary>
    public long DeadlineIn(Chain chain, long startedAt)
    {
        var timeout = TimeoutIn(chain);
        return timeout == 0 ? long.MaxValue : Ticks.Add(startedAt, timeout);
    }

    /// <summary>The same, as it is now: copies that the app does not know.</summary>
    public RequestInput Taken() => IsTaken ? this : Take(Messages, Options);

    private static RequestInput Take(IEnumerable<ChatMessage> messages, ChatOptions? options) => new(messages.ToArray(), options?.Clone());
}
