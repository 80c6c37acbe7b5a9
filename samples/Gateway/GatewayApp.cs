using Gateway.Configuration;
using Gateway.Endpoints;
using Gateway.Errors;
using Gateway.Models;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway;

/// <summary>Puts the service together.</summary>
internal static class GatewayApp
{
    private const string DefaultUrl = "http://127.0.0.1:8080";

    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);
        var options = GatewayOptions.Read(builder.Configuration);
        if (builder.Configuration["urls"] is null && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes;
        });
        builder.Services.AddModels(builder.Configuration, options);

        var app = builder.Build();
        _ = app.Services.GetRequiredService<IModels>();
        app.UseOpenAIErrors();
        app.MapPost("/v1/chat/completions", ChatCompletionsEndpoint.HandleAsync);
        app.MapGet("/v1/models", ModelsEndpoint.HandleAsync);
        app.MapGet("/health", HealthEndpoint.Handle);
        return app;
    }
}
