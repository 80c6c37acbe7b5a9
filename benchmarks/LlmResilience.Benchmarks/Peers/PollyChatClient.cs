using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace LlmResilience.Benchmarks.Peers;

/// <summary>What an app composes by hand today: retry, circuit breaker and timeout around the call, or around the first update.</summary>
internal sealed class PollyChatClient(IChatClient inner) : DelegatingChatClient(inner)
{
    private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions())
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions())
        .AddTimeout(new TimeoutStrategyOptions())
        .Build();

    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => _pipeline.ExecuteAsync(
            static (call, token) => new ValueTask<ChatResponse>(call.InnerClient.GetResponseAsync(call.messages, call.options, token)),
            (InnerClient, messages, options),
            cancellationToken).AsTask();

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (updates, any) = await _pipeline.ExecuteAsync(
            static async (call, token) =>
            {
                var updates = call.InnerClient.GetStreamingResponseAsync(call.messages, call.options, token).GetAsyncEnumerator(token);
                return (updates, await updates.MoveNextAsync().ConfigureAwait(false));
            },
            (InnerClient, messages, options),
            cancellationToken).ConfigureAwait(false);
        await using (updates.ConfigureAwait(false))
        {
            while (any)
            {
                yield return updates.Current;
                any = await updates.MoveNextAsync().ConfigureAwait(false);
            }
        }
    }
}
