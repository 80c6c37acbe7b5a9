namespace LlmResilience.Anthropic;

/// <summary>Where an endpoint is, and what it serves.</summary>
public sealed class AnthropicEndpointOptions
{
    /// <summary>The base address of the API, without the version, which the SDK adds: <c>http://localhost:4000</c>, say, for a compatible server.</summary>
    /// <value>
    /// The default is <see langword="null"/>: the SDK's own, which is the environment variable <c>ANTHROPIC_BASE_URL</c>, else
    /// <c>https://api.anthropic.com</c>. An absolute http or https URI.
    /// </value>
    public Uri? BaseAddress { get; set; }

    /// <summary>The key; any value, such as <c>none</c>, for a server without authentication.</summary>
    /// <value>The default is <see langword="null"/>: the one in <see cref="ApiKeyEnvironmentVariable"/>.</value>
    public string? ApiKey { get; set; }

    /// <summary>The environment variable that holds the key. Only read if <see cref="ApiKey"/> is not set.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public string? ApiKeyEnvironmentVariable { get; set; }

    /// <summary>The model. It becomes the endpoint's <see cref="EndpointOptions.ModelId"/>, whatever the chain's defaults say.</summary>
    /// <value>Required.</value>
    public string? ModelId { get; set; }

    /// <summary>How many tokens an answer may have if the request's <c>ChatOptions.MaxOutputTokens</c> does not say; the API needs a number.</summary>
    /// <value>The default is <see langword="null"/>: the SDK's own, which is 1,024: less than many an answer. At least 1.</value>
    public int? MaxOutputTokens { get; set; }
}
