using System.Globalization;

namespace LlmResilience.Anthropic;

/// <summary>What is wrong with an endpoint's settings, said with their path and their value, except for the key.</summary>
internal static class AnthropicEndpointValidation
{
    public static IEnumerable<string> Validate(AnthropicEndpointOptions options, string path)
    {
        if (options.Endpoint is { } endpoint && DescribeEndpoint(endpoint.OriginalString, path) is { } wrong)
        {
            yield return wrong;
        }

        if (string.IsNullOrWhiteSpace(options.Model))
        {
            yield return $"{path}:Model is missing: name the model that this endpoint serves.";
        }

        if (DescribeApiKey(options, path) is { } apiKey)
        {
            yield return apiKey;
        }

        if (options.MaxOutputTokens < 1)
        {
            yield return DescribeMaxOutputTokens(options.MaxOutputTokens.Value.ToString(CultureInfo.InvariantCulture), path);
        }
    }

    public static string? DescribeEndpoint(string value, string path)
    {
        if (Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        {
            return uri.UserInfo.Length > 0 ? $"{path}:Endpoint holds a user name or password; put the key into ApiKey."
                : uri.Query.Length > 0 || uri.Fragment.Length > 0 ? $"{path}:Endpoint holds a query or a fragment, which the SDK cannot add its path to."
                : uri.AbsolutePath.TrimEnd('/').EndsWith("/v1", StringComparison.OrdinalIgnoreCase)
                    ? $"{path}:Endpoint ends with the version, which the SDK adds by itself: leave out '/v1' of '{value}'."
                    : null;
        }

        // What is not a URI may still be a pasted one with a password or a key in its query.
        var shown = value.AsSpan().IndexOfAny('@', '?') < 0 ? value : "(not shown)";
        return $"{path}:Endpoint must be an absolute http or https URI such as 'https://api.anthropic.com', but is '{shown}'.";
    }

    public static string DescribeMaxOutputTokens(string value, string path)
        => $"{path}:MaxOutputTokens must be a whole number from 1, but is '{value}'.";

    private static string? DescribeApiKey(AnthropicEndpointOptions options, string path)
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
