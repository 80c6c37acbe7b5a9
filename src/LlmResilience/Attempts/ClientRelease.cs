using LlmResilience.Endpoints;
using LlmResilience.Utilities;
using Microsoft.Extensions.AI;

namespace LlmResilience.Attempts;

/// <summary>
/// Lets go of a provider's client: cancels it, disposes its enumerator. Both are foreign code that may hang, block its thread or throw; it
/// must neither hold a fallback or the app, nor replace the first exception.
/// </summary>
internal static class ClientRelease
{
    /// <summary>Cancels at once; what the client has registered on its token runs on the thread pool.</summary>
    public static void Cancel(Endpoint endpoint, CancellationTokenSource cancellation)
    {
        var canceling = cancellation.CancelQuietlyAsync();
        if (!canceling.IsCompletedSuccessfully)
        {
            _ = ReportAsync(endpoint, canceling);
        }
    }

    /// <summary>Disposes an enumerator that came to its end by itself, or whose abandoned move has just ended on the client's own thread.</summary>
    /// <remarks>Begun here, since the end has nothing left to clean up as a rule, and a trip over the pool would cost every stream more than its last update.</remarks>
    public static void Dispose(Endpoint endpoint, IAsyncEnumerator<ChatResponseUpdate>? updates, CancellationTokenSource cancellation)
    {
        var dispose = DisposeAsync(endpoint, updates, cancellation);
        if (!dispose.IsCompleted)
        {
            endpoint.Load.BeginAbandoned();
            _ = EndAbandonedAsync(endpoint, dispose);
        }
    }

    /// <summary>Disposes an enumerator that failed, or that the app stopped, on the thread pool.</summary>
    public static void DisposeOnPool(Endpoint endpoint, IAsyncEnumerator<ChatResponseUpdate>? updates, CancellationTokenSource cancellation)
    {
        if (updates is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static release => DisposeCounted(release.endpoint, release.updates, release.cancellation), (endpoint, updates, cancellation), preferLocal: false);
        }
    }

    // Counted before its first part, which may block.
    private static void DisposeCounted(Endpoint endpoint, IAsyncEnumerator<ChatResponseUpdate> updates, CancellationTokenSource cancellation)
    {
        endpoint.Load.BeginAbandoned();
        _ = EndAbandonedAsync(endpoint, DisposeAsync(endpoint, updates, cancellation));
    }

    private static async Task ReportAsync(Endpoint endpoint, Task canceling)
    {
        await canceling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (canceling.Exception is { } exception)
        {
            endpoint.Telemetry.CleanUpFailed(exception);
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

        // A canceled one has nothing left to give back, and disposing it could overtake the callbacks that are still to run.
        if (!cancellation.IsCancellationRequested)
        {
            cancellation.Dispose();
        }
    }

    private static async Task EndAbandonedAsync(Endpoint endpoint, Task dispose)
    {
        await dispose.ConfigureAwait(false);
        endpoint.Load.EndAbandoned();
    }
}
