using Gateway.Configuration;
using Gateway.Models;
using Gateway.Protocol.Endpoints;
using Gateway.Protocol.Errors;
using Gateway.Protocol.Lifetime;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration.Memory;

namespace Gateway;

/// <summary>Puts the service together.</summary>
internal static class GatewayApp
{
    // Beneath every other source of the configuration.
    private static readonly Dictionary<string, string?> Defaults = new(StringComparer.Ordinal)
    {
        ["urls"] = "http://127.0.0.1:8080",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
    };

    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
        configure?.Invoke(builder);
        var options = GatewayOptions.Read(builder.Configuration);
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes;
        });
        builder.Services.AddGracePeriod(options);
        builder.Services.AddConcurrencyLimit(options);
        builder.Services.AddModels(builder.Configuration, options);

        var app = builder.Build();
        _ = app.Services.GetRequiredService<IModels>();
        _ = app.Services.GetRequiredService<GracePeriod>();
        app.UseOpenAIErrors();
        app.UseRateLimiter();
        app.MapPost("/v1/chat/completions", ChatCompletionsEndpoint.HandleAsync).RequireRateLimiting(ConcurrencyLimit.PolicyName);
        app.MapGet("/v1/models", ModelsEndpoint.HandleAsync);
        app.MapGet("/health", HealthEndpoint.Handle);
        return app;
    }
}
