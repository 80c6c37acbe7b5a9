namespace LlmResilience.Testing;

/// <summary>How a complete answer is written where it is not written as usual.</summary>
/// <param name="Padding">How many characters of nothing the event of the first token carries.</param>
/// <param name="IsByteByByte">Whether every byte is sent on its own.</param>
/// <param name="OmitsDoneEvent">Whether <c>[DONE]</c> is left out.</param>
internal readonly record struct ResponseShape(int Padding = 0, bool IsByteByByte = false, bool OmitsDoneEvent = false);
