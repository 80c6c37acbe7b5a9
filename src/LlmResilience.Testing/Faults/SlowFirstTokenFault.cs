namespace LlmResilience.Testing;

internal sealed class SlowFirstTokenFault(TimeSpan delay) : SimulatedFault
{
    internal override async ValueTask<FaultVerdict> BeforeTokenAsync(FaultContext context, int sent, bool isEnd)
    {
        if (sent == 0)
        {
            await Task.Delay(delay, context.TimeProvider, context.Disconnected).ConfigureAwait(false);
        }

        return FaultVerdict.Continue;
    }
}
