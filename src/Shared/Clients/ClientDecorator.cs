using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>Wraps an endpoint's client as the app wants it.</summary>
internal static class ClientDecorator
{
    /// <summary>The decorated client, which owns the one inside it; without a decorator the client itself.</summary>
    public static IChatClient Decorate(IChatClient client, Func<IChatClient, IChatClient>? decorate, string endpointName)
    {
        if (decorate is null)
        {
            return client;
        }

        try
        {
            return decorate(client) ?? throw new InvalidOperationException($"The decorator of endpoint '{endpointName}' returned null.");
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}
