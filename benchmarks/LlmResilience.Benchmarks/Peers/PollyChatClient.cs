using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace LlmResilience.Benchmarks.Peers;

/// <summary>What an app composes by hand today: retry, circuit breaker and timeout around the call, or around the first update.</summary>
internal sealed class PollyChatClient : DelegatingChatClient
{
    private readonly ResiliencePipeline _pipeline;

    public PollyChatClient(IChatClient inner, RetryStrategyOptions? retry = null, CircuitBreakerStrategyOptions? breaker = null)
        : base(inner)
        => _pipeline = new ResiliencePipelineBuilder()
            .AddRetry(retry ?? new RetryStrategyOptions())
            .AddCircuitBreaker(breaker ?? new CircuitBreakerStrategyOptions())
            .AddTimeout(new TimeoutStrategyOptions())
            .Build();

    /// <summary>One that asks again at once and whose breaker stays closed.</summary>
    public static PollyChatClient Lasting(IChatClient inner, int maxRetries = 1)
        => new(
            inner,
            new RetryStrategyOptions { MaxRetryAttempts = 1, Delay = TimeSpan.Zero, ShouldHandle = _ => new(maxRetries > 0) },
            new CircuitBreakerStrategyOptions { ShouldHandle = _ => new(result: false) });

    /// <summary>One whose breaker is open for as long as anybody looks.</summary>
    public static PollyChatClient Open(IChatClient inner)
    {
        var control = new CircuitBreakerManualControl();
        var client = new PollyChatClient(inner, new RetryStrategyOptions { ShouldHandle = _ => new(result: false) }, new CircuitBreakerStrategyOptions { ManualControl = control });
        control.IsolateAsync().GetAwaiter().GetResult();
        return client;
    }

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
