namespace LlmResilience.Endpoints;

/// <summary>The keys under which the library leaves a note on what it hands out, beside what the provider put there.</summary>
/// <remarks>The values are plain strings and numbers, so that an app may store them with the answer.</remarks>
internal static class AnswerProperties
{
    /// <summary>On a response, on a stream's first update, and on reasoning: the name of the endpoint that it comes from.</summary>
    public const string Endpoint = "llm_resilience.endpoint";

    /// <summary>On a response and on a stream's first update: how many attempts the request had made by then.</summary>
    public const string Attempts = "llm_resilience.attempts";
}
