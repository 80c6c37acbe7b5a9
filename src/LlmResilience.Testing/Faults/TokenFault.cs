namespace LlmResilience.Testing;

/// <summary>Strikes once so many tokens are out. An answer that is shorter is struck just before its end.</summary>
internal abstract class TokenFault(int tokens) : SimulatedFault
{
    internal sealed override ValueTask<FaultVerdict> BeforeTokenAsync(FaultContext context, int sent, bool isEnd) =>
        sent >= tokens || isEnd ? StrikeAsync(context) : base.BeforeTokenAsync(context, sent, isEnd);

    private protected abstract ValueTask<FaultVerdict> StrikeAsync(FaultContext context);
}
