namespace LlmResilience;

/// <summary>Which endpoint answered.</summary>
public sealed record AnsweringEndpoint
{
    /// <summary>Creates the description of an endpoint that answered.</summary>
    /// <param name="name">The endpoint's name.</param>
    /// <param name="attemptCount">How many attempts the request had made by then.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public AnsweringEndpoint(string name, int attemptCount)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        AttemptCount = attemptCount;
    }

    /// <summary>The endpoint's name.</summary>
    public string Name { get; }

    /// <summary>How many attempts the request had made by then, the successful one included. At least 1.</summary>
    public int AttemptCount { get; }
}
