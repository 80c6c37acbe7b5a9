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

        if (ApiKey.Describe(options.ApiKey, options.ApiKeyEnvironmentVariable, path) is { } apiKey)
        {
            yield return apiKey;
        }
    }

    public static string? DescribeEndpoint(string? value, string path) => EndpointAddress.Describe(value, path, "http://localhost:8000/v1");
}
