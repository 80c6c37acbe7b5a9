namespace LlmResilience.Testing;

internal sealed class StallFault(int tokens) : TokenFault(tokens)
{
    private protected override ValueTask<FaultVerdict> StrikeAsync(FaultContext context) => context.HangAsync();
}
