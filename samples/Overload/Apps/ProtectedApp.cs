using System.Runtime.CompilerServices;
using LlmResilience;
using LlmResilience.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Overload.Servers;

namespace Overload.Apps;

/// <summary>The same app with LlmResilience: the endpoints and every setting are in <c>appsettings.json</c>, and the app asks for an <see cref="IChatClient"/>.</summary>
internal sealed class ProtectedApp : IApp
{
    private readonly SimulatedServers _servers;
    private readonly IHost _host;
    private readonly IChatClient _client;
    private readonly LlmEndpoints _endpoints;

    public ProtectedApp(SimulatedServers servers)
    {
        _servers = servers;
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["LlmResilience:Endpoints:0:BaseAddress"] = servers.SelfHosted.BaseAddress.ToString(),
            ["LlmResilience:Endpoints:1:BaseAddress"] = servers.Hosted.BaseAddress.ToString(),
        });
        builder.Logging.ClearProviders();

        builder.Services.AddLlmResilience(builder.Configuration.GetSection("LlmResilience")).AddOpenAI();

        _host = builder.Build();
        _client = _host.Services.GetRequiredService<IChatClient>();
        _endpoints = _client.GetService<LlmEndpoints>()!;
    }

    public string Name => "protected";

    public EndpointOptions? Settings => _host.Services.GetRequiredService<IOptions<LlmResilienceOptions>>().Value.EndpointDefaults;

    public async IAsyncEnumerable<AnswerPart> AskAsync(string prompt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var update in _client.GetStreamingResponseAsync(prompt, cancellationToken: cancellationToken))
        {
            yield return new AnswerPart(update.GetLlmEndpoint()?.Name, update.Text.Length > 0, update.FinishReason is not null);
        }
    }

    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        // The way from one endpoint to the other, exceptions included, and then the one that nothing is wrong with.
        _servers.SelfHosted.Faults.Always(SimulatedFault.SlowFirstToken(TimeSpan.FromSeconds(1)));
        await this.AskTogetherAsync(users: 4, cancellationToken);
        _servers.SelfHosted.Faults.Clear();
        await this.AskTogetherAsync(users: 4, cancellationToken);

        // What was slow for the compiler's sake is forgotten.
        foreach (var endpoint in GetEndpoints())
        {
            _endpoints.Restore(endpoint.Name);
        }
    }

    public IReadOnlyList<EndpointSnapshot> GetEndpoints() => _endpoints.GetSnapshot();

    public ValueTask DisposeAsync()
    {
        _host.Dispose();
        return ValueTask.CompletedTask;
    }
}
