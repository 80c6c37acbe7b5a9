namespace LlmResilience.OpenAI;

/// <summary>What is wrong with an endpoint's settings, said with their path and their value, except for the key.</summary>
internal static class OpenAIEndpointValidation
{
    public static IEnumerable<string> Validate(OpenAIEndpointOptions options, string path)
    {
        if (DescribeBaseAddress(options.BaseAddress?.OriginalString, path) is { } address)
        {
            yield return address;
        }

        if (string.IsNullOrWhiteSpace(options.ModelId))
        {
            yield return $"{path}:ModelId is missing: name the model or deployment that this endpoint serves.";
        }

        if (ApiKey.Describe(options.ApiKey, options.ApiKeyEnvironmentVariable, options.Credential is not null, path) is { } apiKey)
        {
            yield return apiKey;
        }
    }

    public static string? DescribeBaseAddress(string? value, string path)
        => EndpointAddress.Describe(value, $"{path}:{nameof(OpenAIEndpointOptions.BaseAddress)}", "http://localhost:8000/v1");
}
