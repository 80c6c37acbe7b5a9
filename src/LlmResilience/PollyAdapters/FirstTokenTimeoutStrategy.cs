using LlmResilience.Utilities;
using Microsoft.Extensions.AI;
using Polly;
using Polly.Telemetry;

namespace LlmResilience.PollyAdapters;

/// <summary>The first-token timeout as a Polly strategy. It does not wait for a callee that ignores cancellation.</summary>
internal sealed class FirstTokenTimeoutStrategy(TimeSpan timeout, TimeProvider timeProvider, ResilienceStrategyTelemetry telemetry) : ResilienceStrategy
{
    private const string TimedOut = "OnFirstTokenTimeout";

    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
    {
        // A source and a context of the execution's own: a strategy may not change the token of the one it is given, and a stream
        // outlives both.
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var inner = ResilienceContextPool.Shared.Get(context.OperationKey, context.ContinueOnCapturedContext, cancellation.Token);
        var execution = ExecuteToFirstTokenAsync(callback, inner, state, cancellation);
        try
        {
            return await execution.WaitAsync(timeout, timeProvider, context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext);
        }
        catch (TimeoutException) when (!execution.IsFaulted)
        {
            Release(execution, cancellation);
            telemetry.Report(new ResilienceEvent(ResilienceEventSeverity.Error, TimedOut), context, timeout);
            return Outcome.FromException<TResult>(new FirstTokenTimeoutException($"The stream sent no first token within {timeout}.", timeout));
        }
        catch (OperationCanceledException exception) when (!execution.IsFaulted && !execution.IsCanceled)
        {
            Release(execution, cancellation);
            return Outcome.FromException<TResult>(exception);
        }
    }

    private static async Task<Outcome<TResult>> ExecuteToFirstTokenAsync<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext inner, TState state, CancellationTokenSource cancellation)
    {
        Outcome<TResult> outcome;
        try
        {
            outcome = await callback(inner, state).ConfigureAwait(inner.ContinueOnCapturedContext);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(inner);
        }

        if (outcome.Result is not IAsyncEnumerable<ChatResponseUpdate> stream)
        {
            cancellation.Dispose();
            return outcome;
        }

        try
        {
            var opened = await OpenedStream.OpenAsync(stream, cancellation).ConfigureAwait(false);
            return Outcome.FromResult((TResult)(object)new OpenedStreamEnumerable(opened, cancellation));
        }
#pragma warning disable CA1031 // A strategy returns exceptions.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            cancellation.Dispose();
            return Outcome.FromException<TResult>(exception);
        }
    }

    private static void Release<TResult>(Task<Outcome<TResult>> execution, CancellationTokenSource cancellation)
    {
        _ = DisposeLateAsync(execution);
        cancellation.CancelQuietly();
    }

    private static async Task DisposeLateAsync<TResult>(Task<Outcome<TResult>> execution)
    {
        await ((Task)execution).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (execution.IsCompletedSuccessfully && (await execution.ConfigureAwait(false)).Result is OpenedStreamEnumerable late)
        {
            await late.DisposeAsync().ConfigureAwait(false);
        }
    }
}
