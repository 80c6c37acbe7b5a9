namespace LlmResilience.Testing;

internal sealed class ErrorEventFault(int tokens, string? code, string message) : TokenFault(tokens)
{
    private protected override ValueTask<FaultVerdict> StrikeAsync(FaultContext context) => context.WriteErrorAsync(code, message);
}
