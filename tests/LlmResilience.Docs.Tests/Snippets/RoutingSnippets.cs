using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmResilience.Docs.Tests.Snippets;

/// <summary>The snippets of docs/routes.md and docs/requests.md, as methods that tests call.</summary>
internal static class RoutingSnippets
{
    public static void Routes(HostApplicationBuilder builder, IChatClient openAI, IChatClient azureUs, IChatClient azureEu)
    {
        #region routes
        builder.Services.AddLlmResilience(llm => llm
            .AddEndpoint("openai", openAI)
            .AddEndpoint("azure-us", azureUs, endpoint => endpoint.Region = "us")
            .AddEndpoint("azure-eu", azureEu, endpoint => endpoint.Region = "eu")
            .AddRoute("long", route => route.When(request => request.Messages.Count > 200).To("openai"))
            .AddRoute("gpt", route => route.ForModel("gpt-*").To("openai").To("azure-us", "azure-eu").Configure(options => options.MaxAttempts = 8))
            .AddRoute("rest", route => route.To("azure-us", "azure-eu")));
        #endregion
    }

    public static void Route(LlmResilienceBuilder llm)
    {
        #region route
        llm.AddRoute("gpt", route => route.ForModel("gpt-*").To("openai").To("azure-us", "azure-eu"));
        #endregion
    }

    public static async Task<ChatResponse> Request(IChatClient client, List<ChatMessage> messages)
    {
        #region request-options
        var options = new ChatOptions { ModelId = "gpt-5" }
            .SetConsumer("acme")
            .SetRegion("eu")
            .SetAllowedEndpoints("azure-eu", "self-hosted")
            .SetRequestTimeout(TimeSpan.FromSeconds(20));
        var response = await client.GetResponseAsync(messages, options);
        #endregion
        return response;
    }

    public static void Selectors(HostApplicationBuilder builder, IChatClient hosted)
    {
        #region selectors
        builder.Services.AddLlmResilience(llm => llm
            .AddEndpoint("hosted", hosted)
            .SelectConsumer(request => request.Services.GetRequiredService<CurrentTenant>().Name)
            .SelectAffinityKey(request => request.Options?.ConversationId));
        #endregion
    }
}
