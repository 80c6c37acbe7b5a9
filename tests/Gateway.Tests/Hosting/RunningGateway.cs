using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using OpenAI;
using OpenAI.Chat;

namespace Gateway.Tests.Hosting;

/// <summary>The real service on a free port of this machine, and ways to talk to it.</summary>
internal sealed class RunningGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningGateway(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.Single());
        Http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    /// <summary>In front of one provider, any model.</summary>
    public static Task<RunningGateway> ForProviderAsync(Uri provider, params string[] args) => StartAsync(["--provider", provider.OriginalString, .. args]);

    // Retries take their time, and most of these tests are not about them.
    public static Task<RunningGateway> StartAsync(params string[] args)
        => StartAsync(["--LlmResilience:EndpointDefaults:Retry:MaxRetryAttempts=0", .. args], configure: null);

    /// <summary>With the defaults of the library, and whatever else a test changes.</summary>
    public static async Task<RunningGateway> StartAsync(string[] args, Action<WebApplicationBuilder>? configure)
    {
        var app = GatewayApp.Create(["--urls", "http://127.0.0.1:0", .. args], builder =>
        {
            builder.Logging.ClearProviders();
            configure?.Invoke(builder);
        });
        await app.StartAsync();
        return new RunningGateway(app);
    }

    /// <summary>An endpoint, as settings of the command line.</summary>
    public static IEnumerable<string> Endpoint(int index, string name, Uri provider, string model = "m")
        => new (string Key, string Value)[] { ("Name", name), ("Provider", "OpenAI"), ("BaseAddress", provider.OriginalString), ("ApiKey", "none"), ("ModelId", model) }
            .Select(setting => $"--LlmResilience:Endpoints:{index}:{setting.Key}={setting.Value}");

    /// <summary>OpenAI's own client.</summary>
    public ChatClient CreateSdkClient(string model = "m") => new(model, new ApiKeyCredential("any"), new OpenAIClientOptions
    {
        Endpoint = new Uri(Address, "v1"),
        RetryPolicy = new ClientRetryPolicy(0),
    });

    public Task<HttpResponseMessage> PostAsync(string body, CancellationToken cancellationToken = default)
        => PostAsync(new StringContent(body, Encoding.UTF8, "application/json"), cancellationToken);

    public Task<HttpResponseMessage> PostAsync(HttpContent body, CancellationToken cancellationToken = default)
        => Http.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions") { Content = body },
            HttpCompletionOption.ResponseHeadersRead,
            cancellationToken);

    public Task<HttpResponseMessage> AskAsync(string model = "m", bool stream = false, string more = "")
        => PostAsync($$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},{{more}}"messages":[{"role":"user","content":"Hi"}]}""");

    public async Task<JsonNode> GetEndpointAsync(string name)
    {
        var health = await Http.GetFromJsonAsync<JsonNode>("health");
        return health!["endpoints"]!.AsArray().Single(endpoint => (string?)endpoint!["name"] == name)!;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
