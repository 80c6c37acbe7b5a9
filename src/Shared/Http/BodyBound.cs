namespace LlmResilience;

/// <summary>How much is read of one body.</summary>
/// <param name="Length">The most that is read, in bytes.</param>
/// <param name="LineLength">The longest line, in bytes.</param>
/// <param name="EndsQuietly">Whether the body seems to end at its bound; otherwise reading on throws.</param>
internal readonly record struct BodyBound(long Length, long LineLength, bool EndsQuietly);
