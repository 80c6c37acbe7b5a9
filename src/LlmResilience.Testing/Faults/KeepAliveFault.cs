namespace LlmResilience.Testing;

internal sealed class KeepAliveFault(TimeSpan interval, int times) : SimulatedFault
{
    internal override async ValueTask<FaultVerdict> OnHeadersAsync(FaultContext context)
    {
        for (var i = 0; i < times; i++)
        {
            await context.WriteKeepAliveAsync().ConfigureAwait(false);
            await context.DelayAsync(interval).ConfigureAwait(false);
        }

        return await context.HangAsync().ConfigureAwait(false);
    }
}
