using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;

namespace LlmResilience.OpenAI;

/// <summary>Where an endpoint is, and what it serves.</summary>
public sealed class OpenAIEndpointOptions
{
    /// <summary>The base address of the API, with the version: OpenAI's own or that of a compatible server, such as <c>http://localhost:8000/v1</c>.</summary>
    /// <value>The default is <c>https://api.openai.com/v1</c>. An absolute http or https URI.</value>
    public Uri? BaseAddress { get; set; } = new("https://api.openai.com/v1");

    /// <summary>The key; any value, such as <c>none</c>, for a server without authentication.</summary>
    /// <value>The default is <see langword="null"/>: the one in <see cref="ApiKeyEnvironmentVariable"/>.</value>
    public string? ApiKey { get; set; }

    /// <summary>The environment variable that holds the key. Only read if <see cref="ApiKey"/> is not set.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public string? ApiKeyEnvironmentVariable { get; set; }

    /// <summary>The model or deployment. It becomes the endpoint's <see cref="EndpointOptions.ModelId"/>, whatever the chain's defaults say.</summary>
    /// <value>Required.</value>
    public string? ModelId { get; set; }

    /// <summary>
    /// How the endpoint proves who asks, where that is no fixed key: a <see cref="BearerTokenPolicy"/> for tokens that expire, such as Entra ID's,
    /// or <see cref="ApiKeyAuthenticationPolicy"/> over an <see cref="ApiKeyCredential"/> that the app updates when its key rotates.
    /// </summary>
    /// <value>The default is <see langword="null"/>: the key. Either this or <see cref="ApiKey"/>. From code only; it stays the app's to dispose.</value>
    public AuthenticationPolicy? Credential { get; set; }

    /// <summary>
    /// Changes the options that the SDK's client is made with: adds pipeline policies, says the organization and the project, sets another transport.
    /// </summary>
    /// <value>
    /// The default is <see langword="null"/>. From code only. The base address, the retries and the network timeout are set after it: it is the
    /// endpoint that retries and times out. A transport of its own should do neither. Called when the resilient client is made.
    /// </value>
    public Action<OpenAIClientOptions>? ConfigureClient { get; set; }
}
