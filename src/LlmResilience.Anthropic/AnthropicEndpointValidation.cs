using System.Globalization;

namespace LlmResilience.Anthropic;

/// <summary>What is wrong with an endpoint's settings, said with their path and their value, except for the key.</summary>
internal static class AnthropicEndpointValidation
{
    public static IEnumerable<string> Validate(AnthropicEndpointOptions options, string path)
    {
        if (options.BaseAddress is { } address && DescribeBaseAddress(address.OriginalString, path) is { } wrong)
        {
            yield return wrong;
        }

        if (string.IsNullOrWhiteSpace(options.ModelId))
        {
            yield return $"{path}:ModelId is missing: name the model that this endpoint serves.";
        }

        if (ApiKey.Describe(options.ApiKey, options.ApiKeyEnvironmentVariable, options.Credential is not null, path) is { } apiKey)
        {
            yield return apiKey;
        }

        if (options.MaxOutputTokens < 1)
        {
            yield return DescribeMaxOutputTokens(options.MaxOutputTokens.Value.ToString(CultureInfo.InvariantCulture), path);
        }
    }

    public static string? DescribeBaseAddress(string value, string path)
    {
        var settingPath = $"{path}:{nameof(AnthropicEndpointOptions.BaseAddress)}";
        return EndpointAddress.Describe(value, settingPath, "https://api.anthropic.com") ?? DescribePath(new Uri(value), settingPath);
    }

    public static string DescribeMaxOutputTokens(string value, string path)
        => $"{path}:MaxOutputTokens must be a whole number from 1, but is '{value}'.";

    private static string? DescribePath(Uri uri, string path)
        => uri.Query.Length > 0 || uri.Fragment.Length > 0 ? $"{path} holds a query or a fragment, which the SDK cannot add its path to."
            : uri.AbsolutePath.TrimEnd('/').EndsWith("/v1", StringComparison.OrdinalIgnoreCase)
                ? $"{path} ends with the version, which the SDK adds by itself: leave out '/v1' of '{uri.OriginalString}'."
                : null;
}
