namespace LlmResilience.Testing;

internal sealed class SilenceAfterHeadersFault : SimulatedFault
{
    internal override ValueTask<FaultVerdict> OnHeadersAsync(FaultContext context) => context.HangAsync();
}
