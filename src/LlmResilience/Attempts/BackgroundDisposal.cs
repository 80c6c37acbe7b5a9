using LlmResilience.Endpoints;
using Microsoft.Extensions.AI;

namespace LlmResilience.Attempts;

/// <summary>Disposes a provider's enumerator without waiting: it may hang or throw, and must neither block a fallback nor replace the first exception.</summary>
internal static class BackgroundDisposal
{
    public static void Run(Endpoint endpoint, IAsyncEnumerator<ChatResponseUpdate>? updates, CancellationTokenSource cancellation)
    {
        var dispose = DisposeAsync(endpoint, updates, cancellation);
        if (!dispose.IsCompleted)
        {
            endpoint.Load.BeginAbandoned();
            _ = EndAbandonedAsync(endpoint, dispose);
        }
    }

    private static async Task DisposeAsync(Endpoint endpoint, IAsyncEnumerator<ChatResponseUpdate>? updates, CancellationTokenSource cancellation)
    {
        try
        {
            if (updates is not null)
            {
                await updates.DisposeAsync().ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // Nobody is left to be told but the log.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            endpoint.Telemetry.CleanUpFailed(exception);
        }

        cancellation.Dispose();
    }

    private static async Task EndAbandonedAsync(Endpoint endpoint, Task dispose)
    {
        await dispose.ConfigureAwait(false);
        endpoint.Load.EndAbandoned();
    }
}
