using Overload.Load;

namespace Overload.Apps;

internal static class AppWarmUp
{
    /// <summary>Some users ask at the same time, and nobody looks at how long it takes.</summary>
    public static async Task AskTogetherAsync(this IApp app, int users, CancellationToken cancellationToken)
    {
        await Task.WhenAll(Enumerable.Range(0, users).Select(_ => AskAsync()));

        async Task AskAsync()
        {
            await foreach (var _ in app.AskAsync(Questions.All[0], cancellationToken))
            {
            }
        }
    }
}
