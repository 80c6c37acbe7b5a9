using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;

namespace LlmResilience.Tests.Configuration;

/// <summary>A provider as a package would write one: with a key that must be there, and endpoints that answer with their own name.</summary>
internal sealed class TestProvider : EndpointProvider
{
    public const string ApiKeyKey = "ApiKey";

    private readonly Dictionary<string, EndpointOptions> _options = new(StringComparer.Ordinal);
    private readonly List<FakeChatClient> _clients = [];

    public override string Name => "Test";

    public override IReadOnlyCollection<string> ConfigurationKeys { get; } = [ApiKeyKey, "Address"];

    /// <summary>The options that each endpoint came out with, by the endpoint's name.</summary>
    public IReadOnlyDictionary<string, EndpointOptions> Options => _options;

    public IReadOnlyList<FakeChatClient> Clients => _clients;

    /// <summary>The endpoint whose client cannot be made.</summary>
    public string? Broken { get; init; }

    public override IEnumerable<string> Validate(IConfigurationSection section)
    {
        if (string.IsNullOrEmpty(section[ApiKeyKey]))
        {
            yield return $"{section.Path}:{ApiKeyKey} is missing.";
        }
    }

    public override IChatClient CreateClient(string endpointName, IConfigurationSection section, EndpointOptions options, IServiceProvider services)
    {
        if (endpointName == Broken)
        {
            throw new InvalidOperationException($"{endpointName} is broken.");
        }

        var client = new FakeChatClient(Script.Answer(endpointName));
        _options.Add(endpointName, options);
        _clients.Add(client);
        return client;
    }
}
