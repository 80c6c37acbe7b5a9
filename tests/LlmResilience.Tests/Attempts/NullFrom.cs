namespace LlmResilience.Tests.Attempts;

/// <summary>Where a <see cref="NullClient"/> returns null.</summary>
public enum NullFrom
{
    Stream,
    Enumerator,
    Update,
    SecondUpdate,
    Task,
    Response,
}
