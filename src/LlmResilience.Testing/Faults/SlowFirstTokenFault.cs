namespace LlmResilience.Testing;

internal sealed class SlowFirstTokenFault(TimeSpan delay) : SimulatedFault
{
    internal override async ValueTask<FaultVerdict> BeforeTokenAsync(FaultContext context, int sent, bool isEnd)
    {
        if (sent == 0)
        {
            await context.DelayAsync(delay).ConfigureAwait(false);
        }

        return FaultVerdict.Continue;
    }
}
