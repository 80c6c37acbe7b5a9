namespace LlmResilience.OpenAI;

/// <summary>What is wrong with an endpoint's settings, said with their path and their value, except for the key.</summary>
internal static class OpenAIEndpointValidation
{
    public static IEnumerable<string> Validate(OpenAIEndpointOptions options, string path)
    {
        if (DescribeEndpoint(options.Endpoint?.OriginalString, path) is { } endpoint)
        {
            yield return endpoint;
        }

        if (string.IsNullOrWhiteSpace(options.Model))
        {
            yield return $"{path}:Model is missing: name the model or deployment that this endpoint serves.";
        }

        if (DescribeApiKey(options, path) is { } apiKey)
        {
            yield return apiKey;
        }
    }

    public static string? DescribeEndpoint(string? value, string path)
    {
        if (Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        {
            return uri.UserInfo.Length == 0 ? null : $"{path}:Endpoint holds a user name or password; put the key into ApiKey.";
        }

        // What is not a URI may still be a pasted one with a password or a key in its query.
        var shown = value is null || value.AsSpan().IndexOfAny('@', '?') < 0 ? value : "(not shown)";
        return $"{path}:Endpoint must be an absolute http or https URI such as 'http://localhost:8000/v1', but is '{shown}'.";
    }

    private static string? DescribeApiKey(OpenAIEndpointOptions options, string path)
    {
        if (options.FindApiKey() is { } key)
        {
            return key.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0 ? null
                : $"{path}:ApiKey holds a character that no HTTP header may hold, such as a line break or a space.";
        }

        return string.IsNullOrWhiteSpace(options.ApiKeyEnvironmentVariable)
            ? $"{path}:ApiKey is missing: set it, or name a variable in {path}:ApiKeyEnvironmentVariable. A server without authentication takes any value, such as 'none'."
            : $"{path}:ApiKeyEnvironmentVariable names '{options.ApiKeyEnvironmentVariable}', which is not set or empty.";
    }
}
