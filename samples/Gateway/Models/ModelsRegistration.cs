using Gateway.Configuration;
using LlmResilience;

namespace Gateway.Models;

/// <summary>Registers the models: those of the configuration, or all those of one provider.</summary>
internal static class ModelsRegistration
{
    public static void AddModels(this IServiceCollection services, IConfiguration configuration, GatewayOptions options)
    {
        var section = configuration.GetSection(GatewayOptions.ResilienceSection);
        services.AddSingleton(options);
        if (options.Provider is not null)
        {
            services.AddSingleton<IModels>(provider => new ProviderModels(options, section, provider.GetRequiredService<ILoggerFactory>()));
            return;
        }

        services.AddLlmResilience(llm =>
        {
            llm.Configure(RequireFinishReason).AddOpenAI();
            if (section.GetSection("Routes").GetChildren().Any())
            {
                llm.AddRoute("by endpoint", route => ConfiguredModels.RouteByEndpoint(route, section));
            }

            llm.Bind(section);
        });
        services.AddSingleton<IModels>(provider => new ConfiguredModels(
            section, provider.GetRequiredKeyedService<ResilientChatClient>(Microsoft.Extensions.Options.Options.DefaultName)));
    }

    /// <summary>Every server that speaks OpenAI's protocol sends one: without it the answer was cut. The configuration may say otherwise.</summary>
    public static void RequireFinishReason(LlmResilienceOptions options) => options.EndpointDefaults.RequireFinishReason = FinishReasonRequirement.Always;
}
