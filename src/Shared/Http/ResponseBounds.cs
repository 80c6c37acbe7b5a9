namespace LlmResilience;

/// <summary>How much is read of one response. A server that sends more is broken, and what it sends must not fill the app's memory.</summary>
/// <param name="LineLength">The longest line of a stream, in bytes.</param>
/// <param name="AnswerLength">The longest answer, whole or streamed, in bytes.</param>
/// <param name="ErrorLength">The most that is read of the body of a failed response, in bytes.</param>
internal sealed record ResponseBounds(long LineLength, long AnswerLength, long ErrorLength)
{
    public static ResponseBounds Default { get; } = new(16 * 1024 * 1024, 64 * 1024 * 1024, 64 * 1024);
}
