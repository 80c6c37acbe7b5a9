namespace LlmResilience.Testing;

/// <summary>Ends the response after some tokens, with a given verdict.</summary>
internal sealed class EndFault(int tokens, FaultVerdict verdict) : TokenFault(tokens)
{
    private protected override ValueTask<FaultVerdict> StrikeAsync(FaultContext context) => new(verdict);
}
