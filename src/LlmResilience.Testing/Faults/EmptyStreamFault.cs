namespace LlmResilience.Testing;

internal sealed class EmptyStreamFault : SimulatedFault
{
    internal override ValueTask<FaultVerdict> OnHeadersAsync(FaultContext context) => new(FaultVerdict.End);
}
