using System.Runtime.ExceptionServices;

namespace LlmResilience.Utilities;

/// <summary>Disposes all of several objects, whatever one of them throws.</summary>
internal static class Disposal
{
    /// <summary>Disposes all, then throws what the first one to throw threw.</summary>
    public static void DisposeAll(IEnumerable<IDisposable> disposables)
    {
        ExceptionDispatchInfo? first = null;
        foreach (var disposable in disposables)
        {
            try
            {
                disposable.Dispose();
            }
#pragma warning disable CA1031 // Thrown again below, after the rest.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                first ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        first?.Throw();
    }
}
