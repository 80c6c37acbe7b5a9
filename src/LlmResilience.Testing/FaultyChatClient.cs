using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace LlmResilience.Testing;

/// <summary>A chat client in memory that fails on demand: what a <see cref="SimulatedServer"/> does to a connection, this does to a call.</summary>
/// <remarks>
/// It throws what a client over HTTP would throw, and is silent where a server would be, until the call is cancelled. Waits go by a
/// <see cref="TimeProvider"/>, so that tests need not wait. Every update with content counts as a token; a non-streaming answer has a
/// token for every word. All members may be called from any thread.
/// </remarks>
public sealed class FaultyChatClient : DelegatingChatClient
{
    private const string DefaultAnswer = "This is the answer of a simulated model.";

    private readonly TimeProvider _timeProvider;
    private int _callCount;

    /// <summary>Creates a client that gives the same answer to everything, a word at a time.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="timeProvider">The clock that waits go by; by default the system's.</param>
    public FaultyChatClient(string answer = DefaultAnswer, TimeProvider? timeProvider = null)
        : this(new FixedAnswerChatClient(answer), timeProvider)
    {
    }

    /// <summary>Creates a client that hands on what another one answers, where no fault says otherwise.</summary>
    /// <param name="innerClient">The other client.</param>
    /// <param name="timeProvider">The clock that waits go by; by default the system's.</param>
    public FaultyChatClient(IChatClient innerClient, TimeProvider? timeProvider = null)
        : base(innerClient) => _timeProvider = timeProvider ?? TimeProvider.System;

    /// <summary>Gets the faults that the coming calls meet; none at first.</summary>
    public SimulatedFaults Faults { get; } = new();

    /// <summary>Gets how many calls there have been; a stream counts when it is enumerated.</summary>
    public int CallCount => Volatile.Read(ref _callCount);

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _callCount);
        if (Faults.Take() is not { } fault)
        {
            return await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        }

        var context = new MemoryFaultContext(_timeProvider, cancellationToken);
        if (Ends(await fault.OnRequestAsync(context).ConfigureAwait(false), hasHeaders: false)
            || Ends(await fault.OnHeadersAsync(context).ConfigureAwait(false), hasHeaders: true))
        {
            return context.TakeWritten().ToChatResponse();
        }

        var response = await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        var tokens = FixedAnswerChatClient.Split(response.Text);
        for (var sent = 0; sent <= tokens.Length; sent++)
        {
            if (Ends(await fault.BeforeTokenAsync(context, sent, isEnd: sent == tokens.Length).ConfigureAwait(false), hasHeaders: true))
            {
                var written = context.TakeWritten();
                return written.Count > 0 || sent == 0
                    ? written.ToChatResponse()
                    : new ChatResponse(new ChatMessage(ChatRole.Assistant, string.Concat(tokens[..sent])));
            }
        }

        if (fault.Shape.Padding > 0)
        {
            Pad(response.AdditionalProperties ??= [], fault.Shape);
        }

        return response;
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _callCount);
        var updates = Faults.Take() is { } fault
            ? FaultyStream.SpoilAsync(Ask, fault, new MemoryFaultContext(_timeProvider, cancellationToken), cancellationToken)
            : Ask();
        await foreach (var update in updates.ConfigureAwait(false))
        {
            yield return update;
        }

        IAsyncEnumerable<ChatResponseUpdate> Ask() => base.GetStreamingResponseAsync(messages, options, cancellationToken);
    }

    /// <summary>Whether the response is over; throws if it ended badly.</summary>
    internal static bool Ends(FaultVerdict verdict, bool hasHeaders)
    {
        if (verdict is FaultVerdict.Cut or FaultVerdict.Reset or FaultVerdict.Refuse)
        {
            throw ConnectionFailures.Create(verdict, hasHeaders);
        }

        return verdict is FaultVerdict.Answered or FaultVerdict.End;
    }

    internal static void Pad(AdditionalPropertiesDictionary properties, ResponseShape shape)
        => properties["padding"] = new string('x', shape.Padding);
}
