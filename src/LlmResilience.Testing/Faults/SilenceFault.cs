namespace LlmResilience.Testing;

internal sealed class SilenceFault : SimulatedFault
{
    internal override ValueTask<FaultVerdict> OnRequestAsync(FaultContext context) => context.HangAsync();
}
