namespace LlmResilience.Testing;

internal sealed class MalformedFault(int tokens) : SimulatedFault
{
    internal override ValueTask<FaultVerdict> BeforeTokenAsync(FaultContext context, int sent, bool isEnd) =>
        sent == tokens || (isEnd && sent < tokens) ? context.WriteMalformedAsync() : default;
}
