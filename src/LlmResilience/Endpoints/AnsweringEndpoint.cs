namespace LlmResilience;

/// <summary>Which endpoint answered.</summary>
/// <param name="Name">The endpoint's name.</param>
/// <param name="Attempts">How many attempts the request had made by then, the successful one included.</param>
public sealed record AnsweringEndpoint(string Name, int Attempts);
