using LlmResilience.Testing;
using Overload.Stage.Load;
using Overload.Stage.Servers;

namespace Overload.Stage.Runs;

/// <summary>Sends what has to be sent once before times are worth measuring: a process's first requests wait for the JIT compiler.</summary>
internal static class WarmUp
{
    private const int Users = 4;

    public static async Task RunAsync(IApp app, SimulatedServers servers, CancellationToken cancellationToken)
    {
        if (app.Endpoints is not null)
        {
            // The way from one endpoint to the other, exceptions included.
            servers.SelfHosted.Faults.Always(SimulatedFault.SlowFirstToken(TimeSpan.FromSeconds(1)));
            await AskTogetherAsync(app, cancellationToken);
            servers.SelfHosted.Faults.Clear();
        }

        await AskTogetherAsync(app, cancellationToken);

        // What was slow for the compiler's sake is forgotten.
        foreach (var endpoint in app.Endpoints?.GetSnapshots() ?? [])
        {
            app.Endpoints?.Restore(endpoint.Name);
        }
    }

    /// <summary>Some users ask at the same time, and nobody looks at how long it takes.</summary>
    private static Task AskTogetherAsync(IApp app, CancellationToken cancellationToken)
    {
        return Task.WhenAll(Enumerable.Range(0, Users).Select(_ => AskAsync()));

        async Task AskAsync()
        {
            await foreach (var _ in app.AskAsync(Questions.All[0], cancellationToken))
            {
            }
        }
    }
}
