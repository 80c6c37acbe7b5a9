using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace LlmResilience;

/// <summary>A request that does not stream.</summary>
internal sealed class ResponseRequest : ChainRequest
{
    private ResponseCall _started;
    private Exception? _startedFailure;
    private ChatResponse? _response;

    private ResponseRequest(Chain chain, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken callToken)
        : base(chain, messages, options, callToken)
    {
    }

    protected override bool IsStreaming => false;

    public static Task<ChatResponse> GetResponseAsync(Chain chain, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken callToken)
    {
        if (callToken.IsCancellationRequested || chain.Endpoints is not [var first, ..] || !first.TryAdmitHealthy(out var admission))
        {
            return new ResponseRequest(chain, messages, options, callToken).GetResponseAsync();
        }

        // The first endpoint is well, as nearly always. What it answers at once (a cache, a test) needs no request around it.
        var call = ResponseCall.Start(first, admission, chain.Clock.Now, messages, options, callToken);
        if (call.Response.IsCompletedSuccessfully && FindFault(call.Result, first) is null)
        {
            call.LetGo();
            call.Succeed(first.Answer, chain.Clock.Now);
            return call.Response;
        }

        return GetResponseAsync(call, chain, messages, options, callToken);
    }

    protected override bool TryTakeStarted(out Endpoint endpoint, out Admission admission, out long startedAt)
    {
        (endpoint, admission, startedAt) = (_started.Endpoint, _started.Admission, _started.StartedAt);
        return endpoint is not null;
    }

    protected override async ValueTask<AttemptFailure?> AttemptAsync(Endpoint endpoint, Admission admission, long startedAt)
    {
        var (call, exception) = (_started, _startedFailure);
        _started = default;
        if (call.Endpoint is null)
        {
            call = ResponseCall.Start(endpoint, admission, startedAt, Messages, Options, AppToken);
            exception = await WaitAsync(call, Deadline, Chain, AppToken).ConfigureAwait(false);
        }

        if (exception is not null)
        {
            return Fail(call, exception);
        }

        _response = call.Succeed(AnswerOf(endpoint), Chain.Clock.Now);
        return null;
    }

    protected override void OnEnd(bool committed)
    {
    }

    /// <summary>The first attempt, which nearly always is the only one and then needs no request around it.</summary>
    private static async Task<ChatResponse> GetResponseAsync(
        ResponseCall call, Chain chain, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken callToken)
        => await WaitAsync(call, chain.DeadlineOf(call.StartedAt), chain, callToken).ConfigureAwait(false) is { } exception
            ? await new ResponseRequest(chain, messages, options, callToken) { _started = call, _startedFailure = exception }.GetResponseAsync().ConfigureAwait(false)
            : call.Succeed(call.Endpoint.Answer, chain.Clock.Now);

    private async Task<ChatResponse> GetResponseAsync()
    {
        await RunAsync().ConfigureAwait(false);
        return _response!;
    }

    private AttemptFailure Fail(in ResponseCall call, Exception exception)
    {
        var (endpoint, now) = (call.Endpoint, Chain.Clock.Now);
        var failure = ClassifyFailure(endpoint, exception);
        if (exception is ResponseTimeoutException { IsCensored: true })
        {
            endpoint.Health.Ignored(call.Admission, now);
        }
        else
        {
            endpoint.BookFailure(call.Admission, failure, now);
        }

        endpoint.Load.End();
        endpoint.Telemetry.AttemptEnded(failure.Kind, now - call.StartedAt);
        return new AttemptFailure(failure, exception);
    }

    private static UnusableResponseException? FindFault(ChatResponse? response, Endpoint endpoint)
    {
        if (response is null)
        {
            return UnusableResponseException.Empty(endpoint.Name);
        }

        switch (FirstToken.Inspect(response, out var errorCode))
        {
            case FirstTokenSignal.Error:
                return UnusableResponseException.Error(endpoint.Name, errorCode);
            case FirstTokenSignal.Preamble:
                return UnusableResponseException.Empty(endpoint.Name);
        }

        if (response.FinishReason is not null)
        {
            endpoint.SawFinishReasonInResponse();
            return null;
        }

        return endpoint.RequiresFinishReasonInResponse ? UnusableResponseException.Truncated(endpoint.Name) : null;
    }

    /// <summary>Waits for the response, and no longer than its time.</summary>
    /// <returns>What went wrong. It is not thrown, since each level of that would cost microseconds.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<Exception?> WaitAsync(ResponseCall call, long deadline, Chain chain, CancellationToken appToken)
    {
        var (endpoint, clock) = (call.Endpoint, chain.Clock);
        if (!call.Response.IsCompleted)
        {
            var limit = endpoint.Settings.Response;
            var due = Math.Min(deadline, limit > 0 ? call.StartedAt + limit : long.MaxValue);
            var wait = due == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(Math.Max(0, due - clock.Now));
            Task waiting = call.Response.WaitAsync(wait, clock.TimeProvider, appToken);
            await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!call.Response.IsCompleted)
            {
                call.LetGo();
                return waiting.IsCanceled ? new OperationCanceledException(appToken) : TimedOut(endpoint, call.StartedAt, limit, deadline, due, chain);
            }
        }

        call.LetGo();
        return call.Failure ?? FindFault(call.Result, endpoint);
    }

    // Where the request's time is over before the endpoint's, that says nothing about the endpoint. The times are compared and not the
    // clock, since timers drop fractions of a millisecond and go off a little early.
    private static ResponseTimeoutException TimedOut(Endpoint endpoint, long startedAt, long limit, long deadline, long due, Chain chain)
        => limit == 0 || deadline < startedAt + limit
            ? ResponseTimeoutException.For(endpoint.Name, TimeSpan.FromTicks(chain.RequestTimeout), isCensored: true)
            : ResponseTimeoutException.For(endpoint.Name, TimeSpan.FromTicks(limit), Lateness.IsFar(chain.Clock.Now, due, limit));
}
