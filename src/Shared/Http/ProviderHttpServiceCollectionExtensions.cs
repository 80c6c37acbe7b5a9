using Microsoft.Extensions.DependencyInjection;

namespace LlmResilience;

/// <summary>Registers the HTTP client with the app's services.</summary>
internal static class ProviderHttpServiceCollectionExtensions
{
    private const string StandardHandler = "Microsoft.Extensions.Http.Resilience.ResilienceHandler";

    public static void AddProviderHttp(this IServiceCollection services)
        => services.AddHttpClient(ProviderHttp.ClientName)
            .ConfigurePrimaryHttpMessageHandler(ProviderHttp.CreateHandler)
            .AddHttpMessageHandler(static () => new BoundedResponseHandler())
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // Four lines at Information for each attempt, of which the attempt's own line says more.
            .RemoveAllLoggers()
            // What an app puts on all its clients (Aspire does) would cut streams at 10 s and retry beneath our retries.
            .ConfigureAdditionalHttpMessageHandlers(static (handlers, _) =>
            {
                for (var i = handlers.Count - 1; i >= 0; i--)
                {
                    if (string.Equals(handlers[i].GetType().FullName, StandardHandler, StringComparison.Ordinal))
                    {
                        handlers.RemoveAt(i);
                    }
                }
            });
}
