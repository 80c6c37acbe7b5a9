using Anthropic.Core;
using Anthropic.Credentials;

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

    /// <summary>How the endpoint proves who asks, where that is no fixed key: gives out tokens that expire. The SDK keeps each until shortly before its end.</summary>
    /// <value>The default is <see langword="null"/>: the key. Either this or <see cref="ApiKey"/>. From code only; it stays the app's to dispose.</value>
    public IAccessTokenProvider? Credential { get; set; }

    /// <summary>
    /// Changes the options that the SDK's client is made with, and returns them: adds headers or HTTP handlers, sets another HTTP client.
    /// </summary>
    /// <value>
    /// The default is <see langword="null"/>. From code only. The base address, the retries and the timeout are set after it: it is the endpoint
    /// that retries and times out. An HTTP client of its own should do neither. Called when the resilient client is made.
    /// </value>
    public Func<ClientOptions, ClientOptions>? ConfigureClient { get; set; }
}
