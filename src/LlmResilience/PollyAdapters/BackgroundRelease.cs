namespace LlmResilience.PollyAdapters;

/// <summary>Disposes a stream's enumerator on the thread pool: it may hang, block its thread or throw, and must neither hold the pipeline nor replace its result.</summary>
internal static class BackgroundRelease
{
    /// <param name="updates">The enumerator.</param>
    /// <param name="cancellation">The source of its token, which is disposed after it.</param>
    /// <param name="onFailed">Told what the disposal threw. A pipeline of the app's own has nobody to tell.</param>
    public static void Run(IAsyncDisposable updates, CancellationTokenSource? cancellation, Action<Exception>? onFailed)
        => ThreadPool.UnsafeQueueUserWorkItem(
            static release => _ = ReleaseAsync(release.updates, release.cancellation, release.onFailed), (updates, cancellation, onFailed), preferLocal: false);

    private static async Task ReleaseAsync(IAsyncDisposable updates, CancellationTokenSource? cancellation, Action<Exception>? onFailed)
    {
        try
        {
            await updates.DisposeAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // As the summary says.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            onFailed?.Invoke(exception);
        }

        cancellation?.Dispose();
    }
}
