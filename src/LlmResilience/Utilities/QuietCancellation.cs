namespace LlmResilience.Utilities;

/// <summary>Cancels without throwing: the source may be disposed at the same moment, and callbacks of others may throw.</summary>
internal static class QuietCancellation
{
    /// <summary>Cancels the source.</summary>
    /// <returns>What its callbacks threw, if they did.</returns>
    public static AggregateException? CancelQuietly(this CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
            return null;
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
        catch (AggregateException exception)
        {
            return exception;
        }
    }
}
