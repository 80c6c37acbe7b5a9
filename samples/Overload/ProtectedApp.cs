using System.Runtime.CompilerServices;
using LlmResilience;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Overload;

/// <summary>The app with LlmResilience: the endpoints and every setting are in <c>appsettings.json</c>, and the app asks for an <see cref="IChatClient"/>.</summary>
internal sealed class ProtectedApp : IApp
{
    private readonly IHost _host;
    private readonly IChatClient _client;

    public ProtectedApp(Uri selfHosted, Uri hosted)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });

        // The simulated servers take any free port; a real app has the addresses in the file.
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["LlmResilience:Endpoints:0:BaseAddress"] = selfHosted.ToString(),
            ["LlmResilience:Endpoints:1:BaseAddress"] = hosted.ToString(),
        });

        // The display has the console to itself; a real app leaves the log on.
        builder.Logging.ClearProviders();

        var llm = builder.Services.AddLlmResilience(builder.Configuration.GetSection("LlmResilience")).AddOpenAI();
        llm.Events.OnEndpointStateChanged = change => OnEndpointStateChanged?.Invoke(change);

        _host = builder.Build();
        _client = _host.Services.GetRequiredService<IChatClient>();
        Endpoints = _host.Services.GetRequiredService<LlmEndpoints>();
    }

    public Action<EndpointStateChangedContext>? OnEndpointStateChanged { get; set; }

    public string Name => "protected";

    public LlmEndpoints? Endpoints { get; }

    public EndpointOptions? Settings => _host.Services.GetRequiredService<IOptions<LlmResilienceOptions>>().Value.EndpointDefaults;

    public async IAsyncEnumerable<AnswerPart> AskAsync(string prompt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var update in _client.GetStreamingResponseAsync(prompt, cancellationToken: cancellationToken))
        {
            yield return new AnswerPart(update.GetLlmEndpoint()?.Name, update.Text.Length > 0, update.FinishReason is not null);
        }
    }

    public ValueTask DisposeAsync()
    {
        _host.Dispose();
        return ValueTask.CompletedTask;
    }
}
