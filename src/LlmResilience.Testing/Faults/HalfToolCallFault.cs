namespace LlmResilience.Testing;

internal sealed class HalfToolCallFault : SimulatedFault
{
    internal override async ValueTask<FaultVerdict> OnHeadersAsync(FaultContext context)
    {
        await context.WriteHalfToolCallAsync().ConfigureAwait(false);
        return FaultVerdict.Cut;
    }
}
