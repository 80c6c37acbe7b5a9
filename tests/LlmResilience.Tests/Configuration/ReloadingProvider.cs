using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;

namespace LlmResilience.Tests.Configuration;

/// <summary>A provider whose endpoints answer with their name, and that can be asked again and again, as reloads do.</summary>
internal sealed class ReloadingProvider : EndpointProvider
{
    public const string Unreachable = "unreachable";

    private readonly List<FakeChatClient> _clients = [];

    public override string Name => "Test";

    public override IReadOnlyCollection<string> ConfigurationKeys { get; } = ["ApiKey", "Address"];

    public IReadOnlyList<FakeChatClient> Clients => _clients;

    /// <summary>The endpoint that does not answer.</summary>
    public string? Hanging { get; set; }

    public override IEnumerable<string> Validate(IConfigurationSection section)
        => string.IsNullOrEmpty(section["ApiKey"]) ? [$"{section.Path}:ApiKey is missing."] : [];

    public override IChatClient CreateClient(string endpointName, IConfigurationSection section, EndpointOptions options, IServiceProvider services)
    {
        if (section["Address"] == Unreachable)
        {
            throw new InvalidOperationException("sk-secret is in this message");
        }

        var client = new FakeChatClient(new Script()
            .Then((_, token) => Hanging == endpointName ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask)
            .Text(endpointName)
            .Finish());
        _clients.Add(client);
        return client;
    }
}
