using Microsoft.Extensions.AI;

namespace LlmResilience.Endpoints;

/// <summary>The keys under which a request's options say what the library is to know of it; no provider gets them.</summary>
/// <remarks>The values are plain texts, lists of texts and times, so that options survive being copied, and written as JSON and read back.</remarks>
internal static class RequestProperties
{
    public const string Consumer = Prefix + "consumer";
    public const string AffinityKey = Prefix + "affinity_key";
    public const string Region = Prefix + "region";
    public const string AllowedEndpoints = Prefix + "allowed_endpoints";
    public const string RequestTimeout = Prefix + "request_timeout";
    public const string Importance = Prefix + "importance";

    /// <summary>The same key as on an answer, and the same meaning.</summary>
    public const string Endpoint = AnswerProperties.Endpoint;

    private const string Prefix = "llm_resilience.";

    public static bool IsOne(string key) => key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    public static bool Are(string key, string other) => string.Equals(key, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>Takes them out of options that are a copy of our own.</summary>
    public static ChatOptions RemoveFrom(ChatOptions options)
    {
        if (options.AdditionalProperties is not { Count: > 0 } properties)
        {
            return options;
        }

        foreach (var (key, _) in properties)
        {
            if (IsOne(key))
            {
                // A dictionary goes on being enumerated over what is removed from it.
                properties.Remove(key);
            }
        }

        if (properties.Count == 0)
        {
            options.AdditionalProperties = null;
        }

        return options;
    }
}
