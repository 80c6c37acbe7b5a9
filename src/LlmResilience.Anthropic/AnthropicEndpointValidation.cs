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

        if (ApiKey.Describe(options.ApiKey, options.ApiKeyEnvironmentVariable, path) is { } apiKey)
        {
            yield return apiKey;
        }

        if (options.MaxOutputTokens < 1)
        {
            yield return DescribeMaxOutputTokens(options.MaxOutputTokens.Value.ToString(CultureInfo.InvariantCulture), path);
        }
    }

    public static string? DescribeEndpoint(string value, string path)
        => EndpointAddress.Describe(value, $"{path}:{nameof(AnthropicEndpointOptions.Endpoint)}", "https://api.anthropic.com") ?? DescribePath(new Uri(value), path);

    public static string DescribeMaxOutputTokens(string value, string path)
        => $"{path}:MaxOutputTokens must be a whole number from 1, but is '{value}'.";

    private static string? DescribePath(Uri uri, string path)
        => uri.Query.Length > 0 || uri.Fragment.Length > 0 ? $"{path}:Endpoint holds a query or a fragment, which the SDK cannot add its path to."
            : uri.AbsolutePath.TrimEnd('/').EndsWith("/v1", StringComparison.OrdinalIgnoreCase)
                ? $"{path}:Endpoint ends with the version, which the SDK adds by itself: leave out '/v1' of '{uri.OriginalString}'."
                : null;
}
