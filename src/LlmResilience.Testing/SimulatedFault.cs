namespace LlmResilience.Testing;

/// <summary>One way in which a response goes wrong. Hand it to <see cref="SimulatedServer.Faults"/> or <see cref="FaultyChatClient.Faults"/>.</summary>
/// <remarks>
/// Tokens count from the first one of reasoning or content; the chunk with the role is none, nor is Anthropic's <c>message_start</c>. An answer that turns out
/// shorter than a fault's number of tokens is struck just before its end. A fault has no state: one may serve many requests.
/// </remarks>
public abstract partial class SimulatedFault
{
    private const int MostBytes = 100_000_000;

    private protected SimulatedFault()
    {
    }

    /// <summary>Gets how the answer is written if nothing else goes wrong with it.</summary>
    internal virtual ResponseShape Shape => default;

    /// <summary>Gets a value indicating whether a server that always has this fault does not listen.</summary>
    internal virtual bool ClosesPort => false;

    /// <summary>Asked before anything is sent.</summary>
    internal virtual ValueTask<FaultVerdict> OnRequestAsync(FaultContext context) => default;

    /// <summary>Asked when the headers of a good response are out.</summary>
    internal virtual ValueTask<FaultVerdict> OnHeadersAsync(FaultContext context) => default;

    /// <summary>Asked before every token, and once more, with <paramref name="isEnd"/>, before the finish reason.</summary>
    internal virtual ValueTask<FaultVerdict> BeforeTokenAsync(FaultContext context, int sent, bool isEnd) => default;
}
