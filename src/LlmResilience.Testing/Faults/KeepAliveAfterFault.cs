namespace LlmResilience.Testing;

internal sealed class KeepAliveAfterFault(int tokens, TimeSpan interval) : TokenFault(tokens)
{
    private protected override async ValueTask<FaultVerdict> StrikeAsync(FaultContext context)
    {
        while (true)
        {
            await context.WriteKeepAliveAsync().ConfigureAwait(false);
            await context.DelayAsync(interval).ConfigureAwait(false);
        }
    }
}
