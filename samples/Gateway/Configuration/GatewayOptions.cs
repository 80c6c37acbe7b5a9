using Microsoft.Extensions.Options;

namespace Gateway.Configuration;

/// <summary>What the service serves: the section <c>Gateway</c>, with <c>--provider</c> and <c>--provider-key</c> as short forms.</summary>
internal sealed class GatewayOptions
{
    public const string SectionName = "Gateway";
    public const string ResilienceSection = "LlmResilience";

    /// <summary>The provider's base address, with its version, such as <c>http://localhost:8000/v1</c>: any model name is passed on to it.</summary>
    public string? Provider { get; set; }

    /// <summary>The provider's key.</summary>
    public string? ProviderKey { get; set; }

    /// <summary>The environment variable with the provider's key, if <see cref="ProviderKey"/> is not set.</summary>
    public string ProviderKeyEnvironmentVariable { get; set; } = "LLM_PROVIDER_KEY";

    /// <summary>So many model names at a provider are remembered with their health; beyond it the one that was not used for longest is forgotten.</summary>
    public int MaxModels { get; set; } = 1000;

    /// <summary>Larger requests are refused with status 413.</summary>
    public int MaxRequestBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>So many requests are served at a time, each with its body; more are refused with status 503.</summary>
    public int MaxConcurrentRequests { get; set; } = 256;

    /// <summary>So long answers may go on once the service is told to stop; then they end with an error.</summary>
    public TimeSpan ShutdownGrace { get; set; } = TimeSpan.FromSeconds(20);

    public static GatewayOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection(SectionName).Get<GatewayOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new();
        options.Provider = configuration["provider"] ?? options.Provider;
        options.ProviderKey = configuration["provider-key"] ?? options.ProviderKey ?? Environment.GetEnvironmentVariable(options.ProviderKeyEnvironmentVariable);
        var hasRoutes = configuration.GetSection($"{ResilienceSection}:Routes").GetChildren().Any();
        var hasEndpoints = configuration.GetSection($"{ResilienceSection}:Endpoints").GetChildren().Any();
        var error = (options.Provider is not null, hasEndpoints) switch
        {
            (false, false) => $"Nothing to serve: name a provider with --provider BASEURL (such as --provider http://localhost:8000/v1), or list endpoints in {ResilienceSection}:Endpoints.",
            (true, true) => $"Either --provider or {ResilienceSection}:Endpoints, not both.",
            _ when options.Provider is not null && !IsHttp(options.Provider) => "--provider must be an absolute http or https URI such as http://localhost:8000/v1, without a user's name or password.",
            (true, _) when hasRoutes => $"Either --provider or {ResilienceSection}:Routes, not both.",
            _ when options.MaxModels < 1 => $"{SectionName}:MaxModels must be at least 1, but is {options.MaxModels}.",
            _ when options.MaxRequestBytes < 1 => $"{SectionName}:MaxRequestBytes must be at least 1, but is {options.MaxRequestBytes}.",
            _ when options.MaxConcurrentRequests < 1 => $"{SectionName}:MaxConcurrentRequests must be at least 1, but is {options.MaxConcurrentRequests}.",
            _ when options.ShutdownGrace < TimeSpan.Zero || options.ShutdownGrace > TimeSpan.FromHours(1)
                => $"{SectionName}:ShutdownGrace must be from 00:00:00 to 01:00:00 (hours, minutes and seconds, such as 00:00:20), but is {options.ShutdownGrace}.",
            _ => null,
        };
        return error is null ? options : throw Wrong(error);
    }

    private static bool IsHttp(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0;

    public static OptionsValidationException Wrong(string error) => new(SectionName, typeof(GatewayOptions), [error]);
}
