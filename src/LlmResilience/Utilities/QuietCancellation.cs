namespace LlmResilience.Utilities;

/// <summary>Cancels without throwing: the source may be disposed at the same moment.</summary>
internal static class QuietCancellation
{
    /// <summary>
    /// Cancels at once, and runs on the thread pool what others have registered on the token: it may throw, block or hang, and must not
    /// hold the caller, which may be a timer, the app's own cancel, or a request on its way to the next endpoint.
    /// </summary>
    /// <remarks>Where nobody wants to know what they threw.</remarks>
    public static void CancelQuietly(this CancellationTokenSource source)
    {
        var canceling = source.CancelQuietlyAsync();
        if (!canceling.IsCompletedSuccessfully)
        {
            // Looked at, lest it be reported as unobserved.
            _ = canceling.ContinueWith(
                static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>The same, for whoever reports what they threw.</summary>
    /// <returns>The end of what was registered, with what it threw.</returns>
    public static Task CancelQuietlyAsync(this CancellationTokenSource source)
    {
        try
        {
            return source.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            return Task.CompletedTask;
        }
    }
}
